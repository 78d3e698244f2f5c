import { describe, expect, it } from 'vitest';
import { decodeRemix, encodeRemix } from './url';

const item = { id: 'single-test-away-3', family: 'count', prompt: 'p', options: [' a', ' b'] };

describe('the Re-mix panel in a link', () => {
  it('goes there and back', () => {
    const changes = { method: 'kernelRegression', k: 5, layers: [5, 7], token: { place: 'middle', count: 3 }, alphaRegression: 0.25, rateStart: 0.5 } as const;
    const query = encodeRemix({ item, changes, data: { phase: 'idle' } });
    expect(query).toBe('item=single-test-away-3&c3po=method:kernelRegression,k:5,layers:5.7,token:middle-3,alphaRegression:0.25,rateStart:0.5');
    expect(decodeRemix(`#v=1&${query}`)).toEqual({ changes, wanted: item.id, notices: [] });
  });

  it('leaves out what is at its default, and questions of the visitor', () => {
    expect(encodeRemix({ item: { ...item, id: 'own' }, changes: {}, data: { phase: 'idle' } })).toBe('');
    expect(encodeRemix({ item, changes: {}, data: { phase: 'ready', items: [item], store: { layers: 1, experts: 1, width: 1, references: [] } } })).toBe('');
  });

  it('leaves out what is no value, and says so', () => {
    const { changes, notices } = decodeRemix('#c3po=method:magic,k:0,k:NaN,steps:2.5,layers:a,token:last-2,depth:3,sigma:2');
    expect(changes).toEqual({ sigma: 2 });
    expect(notices).toHaveLength(7);
    expect(decodeRemix('').notices).toEqual([]);
  });
});
