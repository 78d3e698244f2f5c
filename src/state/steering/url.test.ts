import { describe, expect, it } from 'vitest';
import { NO_STEERING, type SteeringState } from './state';
import { decodeSteering, encodeSteering } from './url';

describe('the cards in a link', () => {
  it('hold what differs from the defaults, and are read back', () => {
    const steering: SteeringState = {
      rerouting: { ...NO_STEERING.rerouting, first: 60, fresh: false, settings: { ...NO_STEERING.rerouting.settings, rate: 0.1, choice: 'soft', clamp: 2 } },
      rice: { ...NO_STEERING.rice, set: 'manual', picked: [{ layer: 3, expert: 4 }, { layer: 5, expert: 6 }], settings: { ...NO_STEERING.rice.settings, beta: 16 } },
      topP: { ...NO_STEERING.topP, target: 2, settings: { p: 0.4, min: 1, max: 16, mass: 'topk', renormalise: false } },
    };
    const query = encodeSteering(steering);
    expect(query).toBe('rr=rate:0.1,choice:soft,clamp:2,first:60,fresh:false&rice=beta:16,set:manual,picked:3.4_5.6&topp=p:0.4,max:16,mass:topk,renormalise:false,target:2');
    expect(decodeSteering(`#v=1&${query}`)).toEqual({ cards: steering, notices: [] });
    expect(encodeSteering(NO_STEERING)).toBe('');
    expect(decodeSteering('#v=1&T=1')).toEqual({ cards: {}, notices: [] });
  });

  it('leave out what is no setting, with a sentence each', () => {
    const { cards, notices } = decodeSteering('#rr=rate:-1,__proto__:1,steps:2.5&rice=beta:9999,picked:x&topp=p:2,mass:topk');
    expect(notices).toHaveLength(6);
    expect(notices[0]).toBe('The link says rr=rate:-1, but rr takes settings as name:value within their ranges, with commas between them, so it was left out.');
    expect(cards.rice).toEqual(NO_STEERING.rice);
    expect(cards.topP?.settings).toEqual({ p: 0.9, min: 1, max: 2, mass: 'topk', renormalise: true });
  });
});
