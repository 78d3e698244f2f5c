import { renderToStaticMarkup } from 'react-dom/server';
import type { ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { signedColour } from '../../viz/signed';
import { CountBars } from './CountBars';
import { CycleChart } from './CycleChart';
import { LayerMeasures } from './LayerMeasures';
import { LineChart } from './LineChart';
import { PositionChart } from './PositionChart';
import { layerMeasures } from './ReroutingPanels';
import { cycleLines } from './ReroutingShipped';
import { liveSweepLines, sweepLines } from './RiceSweep';
import { roundDomain } from './roundDomain';
import { groupMeans, ScatterChart } from './ScatterChart';
import { SignedHeat } from './SignedHeat';
import { TokenShades } from './TokenShades';
import { scatterPoints, topPMeasures } from './TopPPanels';
import { frontierLines, kindRows } from './TopPShipped';
import { ValueRows } from './ValueRows';

const around = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.02 });
const frontier = ([['static', 1, 1.5], ['static', 2, 1.47], ['static', 3, 1.477], ['top-p', 1.5, 1.472], ['top-p', 1.25, 1.476], ['top-p', 2, 1.471], ['random', 1.5, 1.4885], ['paper', 1.6, 1.7]] as const).map(([kind, meanExperts, bits]) => ({ arm: `${kind}${meanExperts}`, kind, meanExperts, bitsPerByte: around(bits) }));
const sweep = [0, 4, 16, 64].map((beta, i) => ({ beta, top: around(0.1 + 0.05 * i), random: around(0.1 - 0.01 * i), topLessRandom: around(0.06 * i) }));
const live = [0, 1, 4, 16].map((beta, i) => ({ beta, steered: 0.01 * (i + 1), random: 0.02 - 0.001 * i, degenerate: beta === 16 }));
const twoCycles = [{ context: 20, steps: [3, 2.95, 2.9].map((contextLoss, step) => ({ step, contextLoss, heldOutLoss: 3.1 - 0.02 * step })) }, { context: 36, steps: [3.2, 3.1].map((contextLoss, step) => ({ step, contextLoss, heldOutLoss: 3.05 - 0.03 * step })) }];
const cycles = { cycles: [96, 128].map((context, i) => ({ context, contextFall: around(-0.1), heldOut: around(-0.03 - 0.02 * i), randomHeldOut: around(0) })) };
const kinds = [{ name: 'python', n: 1, meanExperts: 2.01 }, { name: 'json', n: 1, meanExperts: 2.377 }, { name: 'german', n: 1, meanExperts: 1.669 }];
const tokens = { perToken: [1, 1.5, 1.5, 2], nextLoss: [4, 2, 3], text: { ids: [5, 6, 7, 8], words: ['The', ' king', ' had', ' a'], of: 4 } };

describe('the figures of rerouting, RICE and top-p', () => {
  const charts: Record<string, ReactElement> = {
    'frontier.svg': <LineChart lines={frontierLines(frontier)} width={420} height={230} label="frontier" xLabel="mean experts" digits={4} />,
    'sweep.svg': <LineChart lines={sweepLines(sweep)} width={420} height={230} label="sweep" xLabel="beta" names={['0', '4', '16', '64']} fromZero />,
    'sweep-live.svg': <LineChart lines={liveSweepLines(live)} width={320} height={190} label="sweep" xLabel="beta" names={['0', '1', '4', '16']} digits={5} />,
    'cycle-steps.svg': <CycleChart cycles={twoCycles} width={520} height={230} label="steps" />,
    'cycles.svg': <LineChart lines={cycleLines({ confident: cycles, all: cycles })} width={420} height={230} label="cycles" xLabel="context" names={['96', '128']} />,
    'layers-rerouting.svg': <LayerMeasures measures={layerMeasures({ confidence: [1.7, 1.3], editDistance: [0, 0.08], entropyBefore: [2, 1.9], entropyAfter: [2, 1.8] })} chosen={[1]} layerName="layer" width={480} label="layers" />,
    'layers-top-p.svg': <LayerMeasures measures={topPMeasures({ perLayer: [1.57, 1.5, 2], entropy: [1.2, 1.9, 2.2] })} chosen={[]} layerName="layer" width={400} label="layers" />,
    'signed.html': <SignedHeat rows={[0, 1].map((layer) => ({ layer, values: Float32Array.of(-0.5, 0, 0.125, 0.5).map((value) => value * (layer + 1)) }))} domain={1} cell={26} label="logits" sentence={(layer, expert, value) => `${layer}.${expert} ${value}`} figure={(value) => (value > 0.2 ? value.toFixed(1) : '')} blank={(value) => value === -1} outlined={(layer, expert) => layer === 1 && expert === 3} onPick={() => undefined} />,
    'position.svg': <PositionChart before={[0.1, 0.05, 0.2]} after={[0.12, 0.05, 0.4]} places={[1]} width={400} height={190} label="position" xLabel="token" names={{ before: 'before', after: 'after' }} />,
    'scatter.svg': <ScatterChart points={scatterPoints(tokens)} width={400} height={220} label="scatter" xLabel="experts" yLabel="loss" />,
    'histogram.svg': <CountBars counts={[0, 1200, 300, 7]} width={400} height={200} label="histogram" xLabel="experts" />,
    'kinds.svg': <ValueRows rows={kindRows('domains', kinds)} digits={3} width={320} label="domains" />,
    'shades.html': <TokenShades words={['The', ' king', '\n']} values={[1, 1.5, undefined]} most={2} digits={1} label="experts" />,
    'shades-signed.html': <TokenShades words={['The', ' king', ' had']} values={[undefined, -0.25, 0.125]} most={0.5} digits={2} label="change" colour={(value) => signedColour(value, 0.5)} cutAt={2} />,
  };
  it.each(Object.entries(charts))('%s', async (name, chart) => {
    await expect(`${renderToStaticMarkup(chart)}\n`).toMatchFileSnapshot(`./__snapshots__/${name}`);
  });

  it('leave the paper rule off the scale and order points by their experts', () => {
    expect(frontierLines(frontier).map(({ id, points }) => [id, points.map(({ x }) => x)])).toEqual([['static', [1, 2, 3]], ['random', [1.5]], ['top-p', [1.25, 1.5, 2]]]);
  });

  it('flag what fell apart, and nothing where nothing did', () => {
    expect(liveSweepLines(live).find(({ id }) => id === 'flags')?.points).toEqual([{ x: 3, y: 0.04 }]);
    expect(liveSweepLines(live.slice(0, 3)).map(({ id }) => id)).toEqual(['random', 'steered']);
  });

  it('take means of tokens that share a number of experts', () => {
    expect(groupMeans(scatterPoints(tokens))).toEqual([{ x: 1, y: 4, n: 1 }, { x: 1.5, y: 2.5, n: 2 }]);
  });

  it('order domains by their experts and leave levels in their order', () => {
    expect(kindRows('domains', kinds).map(({ name }) => name)).toEqual(['json', 'python', 'german']);
    expect(kindRows('levels', [{ name: '2', n: 3, meanExperts: 1 }, { name: '1', n: 3, meanExperts: 2 }]).map(({ name }) => name)).toEqual(['level 2', 'level 1']);
  });

  it('end their signed scales at round numbers', () => {
    expect([0, 0.04, 0.2, 0.25, 3, 40].map(roundDomain)).toEqual([0.01, 0.05, 0.25, 0.25, 4, 40]);
  });
});
