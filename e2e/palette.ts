/** Screenshots as PNG files with a palette: a third of the size, and the page's few colours stay what they are. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const MOST_COLOURS = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel, row by row. */
  readonly rgb: Uint8Array;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Reads what a browser writes: 8 bits a channel, RGB or RGBA, not interlaced. https://www.w3.org/TR/png-3/ */
export function readPng(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, depth, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (kind !== 2 && kind !== 6)) throw new Error(`This PNG has ${depth} bits and colour type ${kind}; 8 bits and type 2 or 6 are read.`);
  const channels = kind === 2 ? 3 : 4;
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const lines = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= channels ? (lines[at - channels] ?? 0) : 0;
      const up = y > 0 ? (lines[at - stride] ?? 0) : 0;
      const corner = y > 0 && x >= channels ? (lines[at - stride - channels] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      lines[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return { width, height, rgb: channels === 3 ? lines : lines.filter((_, i) => i % 4 !== 3) };
}

/** Colours that occur most, and for every colour its nearest one among them. */
function quantise(rgb: Uint8Array): { readonly palette: Buffer; readonly index: Uint8Array } {
  const pixels = rgb.length / 3;
  const counts = new Map<number, number>();
  const keyAt = (i: number): number => ((rgb[3 * i] ?? 0) << 16) | ((rgb[3 * i + 1] ?? 0) << 8) | (rgb[3 * i + 2] ?? 0);
  for (let i = 0; i < pixels; i += 1) counts.set(keyAt(i), (counts.get(keyAt(i)) ?? 0) + 1);
  // Half of the palette for the most frequent colours as they are, the rest spread over what is far from them.
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  const chosen = byCount.slice(0, MOST_COLOURS / 2).map(([key]) => key);
  const distance = (a: number, b: number): number => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  const rest = byCount.slice(MOST_COLOURS / 2).map(([key, count]) => ({ key, count, far: Math.min(...chosen.map((other) => distance(key, other))) }));
  while (chosen.length < MOST_COLOURS && rest.length > 0) {
    const next = rest.reduce((best, one) => (one.far * one.count > best.far * best.count ? one : best));
    if (next.far === 0) break;
    chosen.push(next.key);
    for (const one of rest) one.far = Math.min(one.far, distance(one.key, next.key));
  }
  const nearest = new Map<number, number>();
  for (const key of counts.keys()) nearest.set(key, chosen.reduce((best, other, i) => (distance(key, other) < distance(key, chosen[best] ?? 0) ? i : best), 0));
  return {
    palette: Buffer.from(chosen.flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255])),
    index: Uint8Array.from({ length: pixels }, (_, i) => nearest.get(keyAt(i)) ?? 0),
  };
}

/** A PNG with at most 256 colours that looks like the given one. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, rgb } = readPng(png);
  const { palette, index } = quantise(rgb);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) lines.set(index.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', new Uint8Array())]);
}
