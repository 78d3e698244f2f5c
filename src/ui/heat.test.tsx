import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { routedTrace } from '../analysis/testing/routed';
import { differenceFault, differenceHeat, layerViews, sameContext, shareHeat, tokenHeat, type HeatView } from '../state/heatView';
import { slotsOf } from '../state/pins';
import type { OpenTrace } from '../state/state';
import { drawHeat, heatPixels, type HeatContext, type HeatPalette } from '../viz/heatCanvas';
import { rampTable } from '../viz/ramp';
import { heatPicture } from './HeatCanvas';
import { heatSentence } from './heatCell';
import { HeatDom } from './HeatDom';
import { HeatLegend } from './HeatLegend';
import { RowMagnifier } from './RowMagnifier';

const LN3 = Math.log(3);
/** Two tokens, two layers, four experts, top-2; expert 3 of layer 1 is switched off, expert 2 of layer 0 never chosen. */
const base = routedTrace({
  experts: 4,
  chosen: [[[0, 1], [1, 0]], [[3, 0], [0, 2]]],
  logits: [[[LN3, 0, 0, 0], [0, LN3, 0, 9]], [[0, 0, -1, 2], [1, 0, 1, 9]]],
  promptTokens: 1,
});
const trace = { ...base, run: { ...base.run, plan: { format: 'moe-plan', version: '1.0', entries: [{ layers: [1], tokens: 'all', mask: [3] }] } } } as typeof base;
const other = routedTrace({ experts: 4, chosen: [[[1, 0], [1, 0]], [[3, 0], [0, 2]]], logits: [[[0, LN3, 0, 0], [0, LN3, 0, 0]], [[0, 0, -1, 2], [1, 0, 1, 0]]], promptTokens: 1 });
const open: OpenTrace = { trace, origin: 'file', name: 'small.json' };

const views = layerViews(trace, 0);
const others = layerViews(other, 0);
const pictures: Readonly<Record<string, HeatView>> = { token: tokenHeat(views), all: shareHeat(trace, views), difference: differenceHeat(views, others) };
const pins = [{ layer: 1, expert: 2, slot: 1 }];

function slotsIn(view: HeatView): readonly ReadonlyMap<number, number>[] {
  return view.rows.map((row) => slotsOf(pins, row.layer, row.row === 0 ? row.chosen : []));
}
const lines = (markup: string): string => markup.replaceAll('><', '>\n<');

describe('the routing table', () => {
  it('shows gate probabilities, and the plan\u2019s forbidden experts', () => {
    const { rows } = tokenHeat(views);
    expect([...(rows[0]?.values ?? [])].map((p) => p.toFixed(4))).toEqual(['0.5000', '0.1667', '0.1667', '0.1667']);
    expect(rows[1]?.masked).toEqual([false, false, false, true]);
  });

  it('shows shares as log2 of their multiple of 1/E; never is no number on the scale', () => {
    const { rows } = shareHeat(trace, views);
    expect([...(rows[0]?.values ?? [])]).toEqual([1, 0, -Infinity, 0]);
    expect(rows[0]?.gutter).toBe(2);
  });

  it('shows the difference A minus B with rows that sum to 0', () => {
    const { rows } = differenceHeat(views, others);
    expect([...(rows[0]?.values ?? [])].map((d) => Number(d.toFixed(4)))).toEqual([0.3333, -0.3333, 0, 0]);
    expect(rows[0]?.gutter).toBeCloseTo(2 / 3, 6);
  });

  it('says why there is no difference', () => {
    expect(differenceFault(trace, undefined)).toBe('noOther');
    expect(differenceFault(trace, { ...other, model: { ...other.model, experts: 5 } })).toBe('otherShape');
    expect(differenceFault(trace, other)).toBeUndefined();
    expect(sameContext(trace, { ...other, tokens: { ...other.tokens, ids: Uint32Array.of(0, 5) } }, 1)).toBe(false);
  });

  it('speaks each cell', () => {
    const say = (view: HeatView, row: number, expert: number): string => heatSentence({ view, views, other: others, open, pins }, { row, expert });
    expect(say(tokenHeat(views), 0, 0)).toBe('Layer 0, expert 0: chosen first of two. Softmax .50, 2.0 times the uniform share; weight in the mix .50.');
    expect(say(tokenHeat(views), 1, 3)).toBe('Layer 1, expert 3: switched off by the routing plan of this run.');
    expect(say(shareHeat(trace, views), 0, 0)).toBe('Layer 0, expert 0: 2 of 4 choices in this text, 2.0 times the uniform share.');
    expect(say(shareHeat(trace, views), 0, 2)).toBe('Layer 0, expert 2: not once in 2 tokens.');
    expect(say(differenceHeat(views, others), 0, 1)).toBe('Layer 0, expert 1: softmax .167 in A, .500 in B, change \u2212.333. Each row sums to 0.');
    expect(say(tokenHeat(views), 1, 2)).toMatch(/Pinned as b\.$/);
  });

  for (const [mode, view] of Object.entries(pictures)) {
    it(`looks as drawn before, as elements: ${mode}`, async () => {
      const markup = renderToStaticMarkup(
        <>
          <HeatDom view={view} order={[1, 0, 2, 3]} focusRow={0} cursor={{ row: 0, expert: 0 }} slots={slotsIn(view)} unit="bits" figures cellWidth={30} paint={['low', 'middle', 'high']} sentence={({ row, expert }) => `${row} ${expert}`} />
          <HeatLegend view={view} unit="bits" />
          <RowMagnifier view={view} row={1} expert={2} slots={slotsIn(view)[1]} width={128} left={34} onPoint={() => undefined} onChoose={() => undefined} />
        </>,
      );
      await expect(lines(markup)).toMatchFileSnapshot(`./__snapshots__/heat-${mode}.html`);
    });

    it(`looks as drawn before, on a canvas: ${mode}`, async () => {
      const picture = heatPicture({ view, order: [1, 0, 2, 3], focusRow: 0, slots: slotsIn(view), cellWidth: 9, cellHeight: 10 });
      const { context, calls } = recorder();
      drawHeat(context, picture, PALETTE, 'image' as unknown as CanvasImageSource, 2);
      const pixels = heatPixels(picture, PALETTE);
      const rows = Array.from({ length: picture.rows }, (_, r) => Array.from({ length: 4 }, (_unused, e) => [...pixels.subarray(4 * (4 * r + e), 4 * (4 * r + e) + 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')).join(' '));
      await expect([...rows, ...calls].join('\n')).toMatchFileSnapshot(`./__snapshots__/heat-${mode}.canvas.txt`);
    });
  }
});

const PALETTE: HeatPalette = { ramp: ['#ffffff', '#7ba7d6', '#17335f'], ink: '#14181d', soft: '#66707b', faint: '#c3cbd3', paper: '#ffffff', slots: ['#cc3e6a', '#b2912e'] };

/** Writes down each call and each change of a property. */
function recorder(): { readonly context: HeatContext; readonly calls: string[] } {
  const calls: string[] = [];
  const context = new Proxy({}, {
    get: (_, name) => (...args: readonly unknown[]) => void calls.push(`${String(name)}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`),
    set: (_, name, value) => {
      calls.push(`${String(name)} = ${String(value)}`);
      return true;
    },
  }) as HeatContext;
  return { context, calls };
}

describe('the ramp', () => {
  it('passes through its stops and mixes them in Oklab', () => {
    const table = rampTable(['#000000', '#ffffff'], 3);
    // Half way in Oklab between black and white is a lightness of .5: sRGB 99 of 255.
    expect([...table]).toEqual([0, 0, 0, 255, 99, 99, 99, 255, 255, 255, 255, 255]);
  });
});
