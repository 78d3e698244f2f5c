/** What the charts of the dock draw for fixed numbers. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { magnitudeColour } from '../../viz/scale';
import { HitRateChart } from './HitRateChart';
import { LoadBars } from './LoadBars';
import { MatrixChart, matrixTarget } from './MatrixChart';
import { PositionBars } from './PositionBars';

/** One element a line, so that a change shows where it is. */
function drawn(markup: string): string {
  return `${markup.replaceAll('><', '>\n<')}\n`;
}

test('load of one layer: bars, the even line, a dead expert', async () => {
  const rows = [{ name: 'L3', shares: [0.5, 0.25, 0.25, 0], dead: [3] }];
  const markup = renderToStaticMarkup(<LoadBars rows={rows} width={320} height={178} left={34} step={60} focus={{ row: 0, expert: 1 }} uniform="1/4" label="Load" />);
  await expect(drawn(markup)).toMatchFileSnapshot('./__snapshots__/load-one.svg');
  // The even share of four experts stands half way up the largest bar of .5.
  expect(markup).toContain('class="load-even" x1="34" x2="274" y1="88" y2="88"');
});

test('load of all layers: one scale for every row', async () => {
  const rows = [
    { name: 'L0', shares: [0.25, 0.25, 0.25, 0.25], dead: [] },
    { name: 'L1', shares: [1, 0, 0, 0], dead: [1, 2, 3] },
  ];
  await expect(drawn(renderToStaticMarkup(<LoadBars rows={rows} width={320} height={120} left={34} step={60} focus={{ row: 1, expert: undefined }} uniform="1/4" label="Load" />))).toMatchFileSnapshot('./__snapshots__/load-all.svg');
});

const nothing = (): void => undefined;

test('co-activation: the diagonal is blank, a pair in question has a ring', async () => {
  const values = [1, 0.5, 0, 1, 1, Number.NaN, 0.25, 0, 1];
  const markup = renderToStaticMarkup(
    <MatrixChart order={[2, 0, 1]} values={values} colour={magnitudeColour} left={34} cellWidth={30} cellHeight={12} active={{ i: 0, j: 1 }} focus={2} label="P(j | i)" name={(e) => `E${e}`} sentence={({ i, j }) => `${i} with ${j}`} onPoint={nothing} onChoose={nothing} />,
  );
  await expect(drawn(markup)).toMatchFileSnapshot('./__snapshots__/co-activation.svg');
  expect(markup.match(/class="mx-blank"/g)).toHaveLength(4);
});

test('a matrix of 64 experts is some paths, not 4,096 elements', () => {
  const order = Array.from({ length: 64 }, (_, e) => e);
  const values = Float64Array.from({ length: 4096 }, (_, at) => (at % 97) / 97);
  const markup = renderToStaticMarkup(
    <MatrixChart order={order} values={values} colour={magnitudeColour} left={34} cellWidth={7} cellHeight={5} active={{ i: 1, j: 2 }} focus={1} label="P(j | i)" name={(e) => `E${e}`} sentence={() => 'pair'} onPoint={nothing} onChoose={nothing} />,
  );
  expect(markup.match(/<path/g)).toHaveLength(34);
  expect(markup.match(/role="gridcell"/g)).toHaveLength(1);
});

test('keys of the matrix stay inside it', () => {
  expect(['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map((key) => matrixTarget(key, 0, 3, 16))).toEqual([[0, 2], [0, 3], [0, 4], [1, 3], [0, 11], [0, 0], [0, 0], [0, 15], undefined]);
});

test('use along the text, with a part that has no token', async () => {
  const markup = renderToStaticMarkup(<PositionBars shares={[0.5, 0, Number.NaN, 1]} mean={0.5} width={200} height={46} label="Position" start="along the text" end="Token 8" />);
  await expect(drawn(markup)).toMatchFileSnapshot('./__snapshots__/position.svg');
});

test('hit rates: curves told apart by dashes, the one that is set marked at its size', async () => {
  const curves = [
    { id: 'lru', name: 'LRU', points: [0.34375, 0.71875, 0.90625, 1].map((rate, i) => ({ size: i + 1, rate })) },
    { id: 'belady', name: 'Belady', points: [0.34375, 0.75, 0.90625, 1].map((rate, i) => ({ size: i + 1, rate })) },
    { id: 'sch', name: 'SCH', points: [] },
  ];
  const markup = renderToStaticMarkup(<HitRateChart curves={curves} chosen="lru" size={2} experts={4} width={400} height={180} label="Hit rates" axis="experts kept" />);
  await expect(drawn(markup)).toMatchFileSnapshot('./__snapshots__/hit-rates.svg');
});
