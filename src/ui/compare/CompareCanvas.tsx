import { useLayoutEffect, useMemo, useRef } from 'react';
import { HEAT_PAD, MARKS, type HeatPicture } from '../../viz/heatCanvas';
import { magnitudePosition } from '../../viz/scale';
import { DIFFERENCE_DOMAIN, signedPosition } from '../../viz/signed';
import { paintHeat } from '../paintHeat';
import { useFrame } from '../useFrame';
import { usePalette } from '../usePalette';
import { cellsBox, compareCell, type HeatLine } from './CompareHeat';

/** Above this many cells they are one canvas over the figure. */
export const MOST_ELEMENTS = 1_000;

/** The plain arrays that the canvas draws: what the cells of the figure would be, without a row in focus. */
export function comparePicture(lines: readonly HeatLine[], width: number, signed: boolean): HeatPicture {
  const experts = lines[0]?.values.length ?? 0;
  const cell = compareCell(width, lines.length, experts);
  const cells = lines.length * experts;
  const [values, marks, ranks] = [new Float64Array(cells), new Uint8Array(cells), new Int8Array(cells).fill(-1)];
  lines.forEach((line, row) => {
    for (let expert = 0; expert < experts; expert += 1) {
      const value = line.values[expert] ?? 0;
      values[row * experts + expert] = signed ? signedPosition(value, DIFFERENCE_DOMAIN) : magnitudePosition(value);
      if (line.off[expert] === true && !signed) marks[row * experts + expert] = MARKS.off;
    }
    if (!signed) line.chosen.forEach((expert, rank) => (ranks[row * experts + expert] = rank));
  });
  return { rows: lines.length, experts, cellWidth: cell.width, cellHeight: cell.height, values, marks, ranks, columns: Float64Array.from({ length: experts }, (_, e) => e), slots: [], focusRow: -1 };
}

/** The cells of a large comparison, drawn at most once a frame. Axes, legend and clicks are the figure's below it. */
export function CompareCanvas({ lines, width, signed }: { readonly lines: readonly HeatLine[]; readonly width: number; readonly signed: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette(signed ? 'signed' : 'magnitude');
  const picture = useMemo(() => comparePicture(lines, width, signed), [lines, width, signed]);
  const request = useFrame();
  useLayoutEffect(() => {
    request(() => paintHeat(canvas.current, picture, palette));
    // The picture and the palette are all that is drawn.
    // eslint-disable-next-line react/exhaustive-deps
  }, [picture, palette]);
  const { left, top } = cellsBox();
  const size = { width: picture.experts * picture.cellWidth + 2 * HEAT_PAD, height: picture.rows * picture.cellHeight + 2 * HEAT_PAD };
  return <canvas ref={canvas} className="cheat-canvas" style={{ left: left - HEAT_PAD, top: top - HEAT_PAD, ...size }} aria-hidden="true" />;
}
