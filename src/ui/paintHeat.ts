import { drawHeat, heatPixels, HEAT_PAD, type HeatPalette, type HeatPicture } from '../viz/heatCanvas';

/** Draws a table of cells onto its canvas at the density of the screen, and counts on the element how often. */
export function paintHeat(canvas: HTMLCanvasElement | null, picture: HeatPicture, palette: HeatPalette): void {
  const context = canvas?.getContext('2d') ?? null;
  const [width, height] = [picture.experts * picture.cellWidth, picture.rows * picture.cellHeight];
  if (canvas === null || context === null || width === 0 || height === 0) return;
  const ratio = globalThis.devicePixelRatio;
  const [w, h] = [Math.round((width + 2 * HEAT_PAD) * ratio), Math.round((height + 2 * HEAT_PAD) * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const image = new OffscreenCanvas(picture.experts, picture.rows);
  image.getContext('2d')?.putImageData(new ImageData(heatPixels(picture, palette), picture.experts, picture.rows), 0, 0);
  drawHeat(context, picture, palette, image, ratio);
  canvas.dataset['draws'] = String(Number(canvas.dataset['draws'] ?? 0) + 1);
}
