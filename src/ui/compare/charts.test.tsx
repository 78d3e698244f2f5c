import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { entropyScale } from '../../viz/entropyScale';
import { layoutSentence } from '../../viz/sentence';
import { comparePicture, MOST_ELEMENTS } from './CompareCanvas';
import { CompareHeat, compareCell } from './CompareHeat';
import { DistanceChart } from './DistanceChart';
import { NextChart } from './NextChart';
import { movedHeight, PLOT, STRIP_HEIGHT, StripChart } from './StripChart';

const lines = [
  { layer: 0, values: [0.5, 0.25, 0.25, 0], chosen: [0, 1], off: [false, false, false, false] },
  { layer: 1, values: [0, 0.625, 0.25, 0.125], chosen: [1, 2], off: [true, false, false, false] },
];

it.each([
  ['heat', <CompareHeat key="" lines={lines} width={200} signed={false} row={1} label="A" />],
  ['heat-difference', <CompareHeat key="" lines={lines.map((line) => ({ ...line, values: [-0.5, 0.25, 0.25, 0], chosen: [], off: [] }))} width={200} signed row={1} label="B minus A" />],
  ['distance', <DistanceChart key="" rows={[{ layer: 0, distance: 0 }, { layer: 1, distance: 0.77 }, { layer: 2, distance: 2 }]} width={300} height={176} row={1} />],
  ['next', <NextChart key="" rows={[{ id: 8, text: ' 8', a: 0.13, b: 0.37 }, { id: 7, text: '7', a: 0.56, b: 0.28 }, { id: 3, text: 'something long', a: Number.NaN, b: 0.02 }]} width={320} />],
  [
    'strip',
    <svg key="" width={300} height={STRIP_HEIGHT}>
      <StripChart
        layout={layoutSentence([10, 30, 20, 12], { padding: 5, gap: 2, minimum: 18 })}
        range={{ first: 0, end: 4, from: 0, to: 300 }}
        scale={entropyScale(Float32Array.of(1, 2, 3, 0), 'bits', PLOT)}
        entropies={[Number.NaN, 1.44, 2.89, 4.33]}
        moved={[0, 0.02, 0.5, Number.NaN]}
        parts={2}
        column={1}
        written={2}
      />
    </svg>,
  ],
])('%s is drawn as before', async (name, chart) => {
  await expect(renderToStaticMarkup(chart)).toMatchFileSnapshot(`./__snapshots__/${name}.svg`);
});

it('keeps cells whole and inside their column', () => {
  expect(compareCell(420, 8, 16)).toEqual({ width: 24, height: 25 });
  expect(compareCell(420, 16, 64)).toEqual({ width: 6, height: 12 });
});

it('draws many cells on a canvas: the same values, ranks and states, and axes without cells below', () => {
  expect(MOST_ELEMENTS).toBe(1_000);
  const picture = comparePicture(lines, 200, false);
  expect({ ...picture, values: [...picture.values].map((at) => Number(at.toFixed(3))), marks: [...picture.marks], ranks: [...picture.ranks] }).toMatchObject({
    rows: 2,
    experts: 4,
    cellWidth: 34,
    cellHeight: 26,
    // The scale goes with p to the power of 0.6.
    values: [0.66, 0.435, 0.435, 0, 0, 0.754, 0.435, 0.287],
    marks: [0, 0, 0, 0, 1, 0, 0, 0],
    ranks: [0, 1, -1, -1, -1, 0, 1, -1],
    focusRow: -1,
  });
  const signed = comparePicture(lines.map((line) => ({ ...line, values: [-0.5, 0.25, 0.25, 0] })), 200, true);
  expect([...signed.values]).toEqual([0, 0.75, 0.75, 0.5, 0, 0.75, 0.75, 0.5]);
  expect([...signed.marks, ...signed.ranks]).toEqual([...Array.from({ length: 8 }, () => 0), ...Array.from({ length: 8 }, () => -1)]);
  const svg = renderToStaticMarkup(<CompareHeat lines={lines} width={200} signed={false} row={1} label="A" cells={false} />);
  expect(svg).not.toContain('data-expert');
  expect(svg).toContain('>L0<');
});

it('draws an unmoved token as nothing and disjoint routing at full height', () => {
  expect([0, 0.5, 2].map(movedHeight)).toEqual([0, 0.5, 1]);
});
