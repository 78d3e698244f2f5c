import { renderToStaticMarkup } from 'react-dom/server';
import type { ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { LayerBars } from './LayerBars';
import { LineChart } from './LineChart';
import { cycleLines, stepLines } from './ReroutingSection';
import { sweepLines } from './RiceSection';
import { TokenShades } from './TokenShades';
import { frontierLines } from './TopPSection';

const around = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.02 });
const frontier = ([['static', 1, 1.5], ['static', 2, 1.47], ['static', 3, 1.477], ['top-p', 1.5, 1.472], ['top-p', 1.25, 1.476], ['top-p', 2, 1.471], ['random', 1.5, 1.4885], ['paper', 1.6, 1.7]] as const).map(([kind, meanExperts, bits]) => ({ arm: `${kind}${meanExperts}`, kind, meanExperts, bitsPerByte: around(bits) }));
const sweep = [0, 4, 16, 64].map((beta, i) => ({ beta, top: around(0.1 + 0.05 * i), random: around(0.1 - 0.01 * i), topLessRandom: around(0.06 * i) }));
const steps = [3, 2.95, 2.9].map((contextLoss, step) => ({ step, contextLoss, heldOutLoss: 3.1 - 0.02 * step }));
const cycles = { cycles: [96, 128].map((context, i) => ({ context, contextFall: around(-0.1), heldOut: around(-0.03 - 0.02 * i), randomHeldOut: around(0) })) };

describe('the figures of rerouting, RICE and top-p', () => {
  const charts: Record<string, ReactElement> = {
    'frontier.svg': <LineChart lines={frontierLines(frontier)} width={420} height={230} label="frontier" xLabel="mean experts" digits={4} />,
    'sweep.svg': <LineChart lines={sweepLines(sweep)} width={420} height={230} label="sweep" xLabel="beta" names={['0', '4', '16', '64']} fromZero />,
    'steps.svg': <LineChart lines={stepLines(steps)} width={420} height={230} label="steps" xLabel="step" names={['0', '1', '2']} />,
    'cycles.svg': <LineChart lines={cycleLines({ confident: cycles, all: cycles })} width={420} height={230} label="cycles" xLabel="context" names={['96', '128']} />,
    'layers.svg': <LayerBars values={[1.57, 1.5, 2]} most={2} digits={2} layerName="layer" width={300} label="layers" />,
    'shades.html': <TokenShades words={['The', ' king', '\n']} values={[1, 1.5, undefined]} most={2} digits={1} label="experts" />,
  };
  it.each(Object.entries(charts))('%s', async (name, chart) => {
    await expect(`${renderToStaticMarkup(chart)}\n`).toMatchFileSnapshot(`./__snapshots__/${name}`);
  });

  it('leave the paper rule off the scale and order points by their experts', () => {
    expect(frontierLines(frontier).map(({ id, points }) => [id, points.map(({ x }) => x)])).toEqual([['static', [1, 2, 3]], ['random', [1.5]], ['top-p', [1.25, 1.5, 2]]]);
  });

  it('draw the context alone where nothing is held out', () => {
    expect(stepLines([{ step: 0, contextLoss: 2 }]).map(({ id }) => id)).toEqual(['context']);
  });
});
