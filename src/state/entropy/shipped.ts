/** The measured curve that comes with the page (public/results/glimprouter.json): its points, and what lies between two of them. */
import * as v from 'valibot';
import type { Results } from '../results';

const finite = v.pipe(v.number(), v.finite());
const parts = v.object({ probe: finite, smallDecode: finite, largePrefill: finite, largeDecode: finite });

const pointSchema = v.object({
  arm: v.string(),
  group: v.string(),
  pair: v.string(),
  /** Share of the calibration's steps that was aimed at. */
  target: v.nullable(finite),
  threshold: v.nullable(finite),
  accuracy: v.object({ mean: finite, low: finite, high: finite, n: finite }),
  /** Steps of the large model / steps. */
  share: finite,
  /** Operations and time in parts of what the large model alone spends. */
  flops: finite,
  ms: finite,
  /** Milliseconds a question, by part. */
  time: parts,
});

export type HandoverPoint = v.InferOutput<typeof pointSchema>;

/** Points of a results file; none where it has no such list. */
export function handoverPoints(results: Results): readonly HandoverPoint[] {
  const read = v.safeParse(v.array(pointSchema), results['points']);
  return read.success ? read.output : [];
}

/** A place on a curve: what was aimed at, and what was measured there. */
export interface CurvePlace {
  /** Share aimed at, 0 to 1. */
  readonly target: number;
  readonly share: number;
  readonly cost: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly time: HandoverPoint['time'] | undefined;
}

function place(point: HandoverPoint, target: number): CurvePlace {
  const { accuracy, share, flops, time } = point;
  return { target, share, cost: flops, y: accuracy.mean, low: accuracy.low, high: accuracy.high, time };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** A group's points between the two models alone, by what was aimed at; tosses of one coin are taken together. */
export function curvePlaces(points: readonly HandoverPoint[], group: string): readonly CurvePlace[] {
  const end = (arm: string, target: number): CurvePlace[] => points.filter((point) => point.arm === arm).map((point) => place(point, target));
  const targets = new Map<number, HandoverPoint[]>();
  for (const point of points) if (point.group === group && point.target !== null) targets.set(point.target, [...(targets.get(point.target) ?? []), point]);
  const middle = [...targets].map(([target, tosses]): CurvePlace => {
    const all = tosses.map((point) => place(point, target));
    const of = (pick: (one: CurvePlace) => number): number => mean(all.map(pick));
    return { target, share: of((one) => one.share), cost: of((one) => one.cost), y: of((one) => one.y), low: of((one) => one.low), high: of((one) => one.high), time: all[0]?.time };
  });
  return [...end('small', 0), ...middle, ...end('large', 1)].sort((a, b) => a.target - b.target);
}

/** The place of a share that is aimed at, on the straight line between the two beside it. */
export function placeAt(places: readonly CurvePlace[], target: number): CurvePlace | undefined {
  const after = places.findIndex((one) => one.target >= target);
  const b = after < 0 ? places.at(-1) : places[after];
  const a = after > 0 ? places[after - 1] : b;
  if (a === undefined || b === undefined) return undefined;
  const t = b.target === a.target ? 0 : (target - a.target) / (b.target - a.target);
  const mix = (x: number, y: number): number => x + t * (y - x);
  const time = a.time === undefined || b.time === undefined ? undefined : { probe: mix(a.time.probe, b.time.probe), smallDecode: mix(a.time.smallDecode, b.time.smallDecode), largePrefill: mix(a.time.largePrefill, b.time.largePrefill), largeDecode: mix(a.time.largeDecode, b.time.largeDecode) };
  return { target, share: mix(a.share, b.share), cost: mix(a.cost, b.cost), y: mix(a.y, b.y), low: mix(a.low, b.low), high: mix(a.high, b.high), time };
}
