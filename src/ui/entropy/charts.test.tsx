import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { stepFigure } from '../../viz/stepFigure';
import { CurveChart, pointAt, type CurvePoint } from './CurveChart';
import { StepChart, type ChartRow } from './StepChart';
import { TimeBar } from './TimeBar';

const tokens = (first: number, ...texts: readonly string[]) => texts.map((text, i) => ({ token: first + i, text, h: i === 0 ? 2.6 : 0.4 * i }));
const rows: readonly ChartRow[] = [
  { step: 0, h: 2.6, above: true, label: 'large', stale: false, mean: 1.1, tokens: tokens(17, '3', ' +', ' 4', '\n') },
  { step: 1, h: 0.5, above: false, label: 'small', stale: false, mean: 0.6, tokens: tokens(21, '7', ' -', ' 2', '\n') },
  { step: 2, h: 2.4, above: true, label: 'large', stale: true, mean: 0.7, tokens: tokens(25, 'answer', ':', ' 1', '1') },
];
const values = [0.3, 0.5, 0.9, 1.1, 2.4, 2.6, 3.9];
const figure = (width: number) => stepFigure({ values, unit: 'bits', width, tokens: rows.map((row) => row.tokens.map(({ text }) => 9 * text.length)) });
const curve: readonly CurvePoint[] = [
  { x: 0, y: 0.52, low: 0.48, high: 0.56 },
  { x: 0.25, y: 0.63, low: 0.59, high: 0.67 },
  { x: 1, y: 0.81, low: 0.77, high: 0.85 },
];

describe('the figures of the Entropy view', () => {
  const charts: Record<string, ReactElement> = {
    'steps.svg': <StepChart layout={figure(904)} rows={rows} values={values} tau={2.1} unit="bits" label="three steps" />,
    'steps-narrow.svg': <StepChart layout={figure(358)} rows={rows} values={values} tau={undefined} unit="bits" label="three steps" />,
    'curve.svg': <CurveChart curve={curve} random={[curve[0]!, curve[2]!]} here={[{ x: 0.4, y: 0.7, low: 0.5, high: 0.85 }]} now={pointAt(curve, 0.2)} width={392} height={300} label="accuracy by share" />,
    'time.html': <TimeBar parts={{ probe: 6, smallDecode: 33, largePrefill: 16, largeDecode: 45 }} width={392} label="time by part" />,
  };
  for (const [file, chart] of Object.entries(charts)) {
    it(`are drawn as ${file} says`, async () => {
      await expect(renderToStaticMarkup(chart)).toMatchFileSnapshot(`./__snapshots__/${file}`);
    });
  }

  it('put histogram and rows on one axis, whose ends are fixed by the values', () => {
    const layout = figure(904);
    expect(layout.top).toBe(4);
    expect(layout.x(0)).toBe(44);
    expect(layout.x(2)).toBe(44 + 160);
    expect(layout.x(9)).toBe(364);
    expect(layout.invert(204)).toBe(2);
    expect(layout.rows.map(({ top }) => top)).toEqual([174, 242, 310]);
  });

  it('wrap the tokens of a long step onto lines below', () => {
    const { rows: places } = stepFigure({ values, unit: 'bits', width: 400, tokens: [Array.from({ length: 12 }, () => 50)] });
    expect(places[0]?.tokens.map(({ line }) => line)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(places[0]?.height).toBe(40 + 2 * 58 + 10);
  });
});

describe('the point of a curve', () => {
  it('lies on the line between the two beside it', () => {
    expect(pointAt(curve, 0.125)).toMatchObject({ x: 0.125, y: 0.575 });
    expect(pointAt(curve, 2)).toMatchObject({ x: 1, y: 0.81 });
    expect(pointAt(curve, -1)).toMatchObject({ x: 0, y: 0.52 });
    expect(pointAt([], 0.5)).toBeUndefined();
  });
});
