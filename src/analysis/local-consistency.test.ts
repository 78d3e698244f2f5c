import { describe, expect, test } from 'vitest';
import { choicesFrom } from './choices';
import { consistency, consistencyByLayer, expertConsistency, normalisedSrp, randomSrp, segmentHistogram } from './local-consistency';
import { digits } from './testing/routed';

/** The published vector: four experts, two of them at each of sixteen tokens. */
const example = digits('01 01 02 01 12 23 23 23 32 13 03 01 01 10 02 01', 4);

describe('the published sixteen tokens', () => {
  test.each([
    [1, '1.000000', 1, '1.000000'],
    [2, '0.869565', 1, '1.300000'],
    [4, '0.815789', 2, '1.192308'],
    [8, '0.680000', 3, '1.777778'],
  ])('at m = %i have SRP %s, alpha %i, rho-hat %s', (m, srp, alpha, rho) => {
    const found = consistency([example], m);
    expect([found.srp.toFixed(6), found.alpha, found.rho.toFixed(6)]).toEqual([srp, alpha, rho]);
    expect(found.n).toBe((17 - m) * 4);
  });

  test('have an SRP for each expert', () => {
    expect(expertConsistency(example, 4).map(({ srp }) => srp.toFixed(6))).toEqual(['0.866667', '0.761905', '0.792453', '0.846154']);
  });

  test('are normalised by the SRP of chance at k/E = 1/2, m = 4', () => {
    // Chance .736842 = 14/19 (table: .737): (.815789 - .736842) / .263158 = .3
    const [layer] = consistencyByLayer([example], 4);
    expect(layer!.normalised).toBeCloseTo(0.3, 12);
  });

  test('give the same as a group of two equal layers', () => {
    expect(consistency([example, example], 4).srp.toFixed(6)).toBe('0.815789');
    expect(consistency([example, example], 4).n).toBe(104);
  });
});

test('segments are counted at every start', () => {
  // Windows 0-1 and 1-2 of tokens 0, 1, 1: expert 0 is active 1, 0 times, expert 1 is active 1, 2 times.
  expect([...segmentHistogram(digits('0 1 1', 2), 2)]).toEqual([1, 1, 0, 0, 1, 1]);
});

describe('the SRP of chance', () => {
  test.each([
    [1 / 2, ['0.737', '0.674', '0.667', '0.667']],
    [1 / 4, ['0.565', '0.452', '0.409', '0.400']],
    [1 / 8, ['0.464', '0.321', '0.253', '0.229']],
    [1 / 16, ['0.431', '0.237', '0.165', '0.134']],
  ])('at k/E = %f is the published row', (rate, row) => {
    expect([4, 16, 64, 256].map((m) => randomSrp(m, rate).toFixed(3))).toEqual(row);
  });
  test('is 1 when all experts are active', () => {
    expect(randomSrp(16, 1)).toBe(1);
    expect(normalisedSrp(1, 16, 1)).toBeNaN();
  });
  test('puts OLMoE (.5091, 8 of 64, m = 16) at the published .28', () => {
    expect(normalisedSrp(0.5091, 16, 1 / 8).toFixed(2)).toBe('0.28');
  });
});

describe('boundaries', () => {
  test('constant choices are perfectly consistent', () => {
    expect(consistency([digits('01 01 01 01', 4)], 4)).toMatchObject({ srp: 1, rho: 1, n: 4 });
  });
  test('a text shorter than the segment has no SRP', () => {
    expect(consistency([digits('01 01', 4)], 4)).toEqual({ srp: NaN, alpha: 0, rho: NaN, n: 0 });
  });
  test('an expert never chosen has no SRP', () => {
    expect(expertConsistency(choicesFrom([[0], [0]], 2), 1).map(({ srp }) => srp)).toEqual([1, NaN]);
  });
  test('segments have at least one token', () => {
    expect(() => segmentHistogram(example, 0)).toThrow('from 1 up');
  });
});
