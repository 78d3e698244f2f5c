import { describe, expect, it } from 'vitest';
import { decodeEntropy, encodeEntropy } from './url';

describe('the Entropy view in a link', () => {
  it('holds what differs from the defaults, and is read back', () => {
    const changes = { method: 'random', largeShare: 0.4, finalByLarge: false, pair: 'one' } as const;
    const query = encodeEntropy({ changes });
    expect(query).toBe('who=method:random,largeShare:0.4,finalByLarge:false,pair:one');
    expect(decodeEntropy(`#v=1&${query}`)).toEqual({ changes, notices: [] });
    expect(encodeEntropy({ changes: {} })).toBe('');
  });

  it('leaves out what is no setting, with a sentence each', () => {
    const { changes, notices } = decodeEntropy('#who=method:best,largeShare:2,relaySteps:1.5,__proto__:1,probe:keep');
    expect(changes).toEqual({ probe: 'keep' });
    expect(notices).toHaveLength(4);
    expect(notices[0]).toBe('The link says who=method:best, but who takes settings as name:value within their ranges, with commas between them, so it was left out.');
  });
});
