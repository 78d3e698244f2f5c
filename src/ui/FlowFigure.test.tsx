import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { layerView, type LayerView } from '../state/layerView';
import { routedTrace } from '../analysis/testing/routed';
import { FlowDrawing } from './FlowFigure';

const EXPERTS = 8;
const logits = [[[0, 1, 2.5, 0.5, -1, 2, 0, 1.5]]];
const before = routedTrace({ experts: EXPERTS, chosen: [[[2, 5]]], logits });
const masked = routedTrace({ experts: EXPERTS, chosen: [[[5, 7]]], logits });
const edited = { ...masked, run: { ...masked.run, plan: { format: 'moe-plan' as const, version: '1.0' as const, entries: [{ layers: [0], tokens: 'all' as const, mask: [2], bias: { 7: 1 } }] } } };

function view(trace: typeof before): LayerView {
  const found = layerView(trace, 0, 0);
  if (found === undefined) throw new Error('The trace has no such place.');
  return found;
}

function drawing(part: Partial<Parameters<typeof FlowDrawing>[0]> = {}): string {
  return renderToStaticMarkup(<FlowDrawing view={view(before)} before={undefined} text=" king" stage={3} caption="Adds." width={420} lane={16} next={1} shared={false} {...part} />).replaceAll('><', '>\n<');
}

it('draws the chosen experts, the cut and the sum', async () => {
  await expect(drawing()).toMatchFileSnapshot('./__snapshots__/flow.svg');
});

it('draws what edits changed: a hatch for the expert that is off, outlines for what was before', async () => {
  const svg = drawing({ view: view(edited), before: view(before) });
  expect(svg).toContain('url(#flow-hatch)');
  expect(svg.match(/class="bar-was"/g)?.length).toBeGreaterThan(1);
  await expect(svg).toMatchFileSnapshot('./__snapshots__/flow-edited.svg');
});

it('sets a shared expert apart, and holds back the stages that are not reached', async () => {
  await expect(drawing({ shared: true, next: undefined, stage: 1 })).toMatchFileSnapshot('./__snapshots__/flow-shared.svg');
});
