/** How our cost grows with the sizes of a model, one size at a time. Points of a curve take turns, like contenders. */
import type { ModelConfig, MoeFeedForward } from '../../model/config';
import type { Environment, Progress } from '../environment';
import { noiseCheckpoint, SHAPE } from '../models';
import { ourDecode } from '../peers/ours-text';
import { ourFeedForward } from '../peers/ours';
import { type Contender, differenceFrom, race, type Row } from '../race';
import { median, round } from '../stats';
import { feedForwardOf, feedForwardTask } from '../tasks';
import { expectedText, promptOf } from '../text';

export interface CurvePoint {
  readonly at: number;
  /** Mean rows that an expert gets; of prefill curves. */
  readonly rowsPerExpert?: number;
  /** Milliseconds of one block, or of one decoded token. */
  readonly ms: number;
  readonly row: Row;
}

export interface CurveResult {
  readonly name: string;
  readonly label: string;
  readonly axis: 'T' | 'E' | 'k' | 'd' | 'L';
  readonly points: readonly CurvePoint[];
  /** Largest over smallest time, both as medians over rounds of a point's time to the first point's: 1 is flat. Of curves that should be flat. */
  readonly flatness?: number;
}

const DECODED = 8;
const PROMPT = 16;
const PREFILL = 128;

type Change = Partial<Pick<ModelConfig, 'layers' | 'width' | 'heads' | 'headDim'>> & { readonly feedForward?: Partial<MoeFeedForward> };

function shaped({ feedForward = {}, ...change }: Change): ModelConfig {
  return { ...SHAPE, ...change, feedForward: { ...SHAPE.feedForward, ...feedForward } };
}

interface Point {
  readonly at: number;
  readonly rowsPerExpert?: number;
  readonly tokens: number;
  readonly want: ArrayLike<number>;
  readonly tolerance: number;
  readonly make: () => Promise<Contender>;
}

async function decodePoint(environment: Environment, at: number, change: Change): Promise<Point> {
  const checkpoint = noiseCheckpoint(shaped(change));
  const task = { checkpoint, prompt: promptOf(checkpoint, PROMPT), decoded: DECODED };
  const { ids } = await expectedText(task);
  return { at, tokens: DECODED, want: ids, tolerance: 0, make: async () => await ourDecode(environment, task) };
}

function blockPoint(environment: Environment, at: number, tokens: number, feedForward: Partial<MoeFeedForward>): Point {
  const config = shaped({ layers: 1, feedForward });
  const task = feedForwardTask(noiseCheckpoint(config), 0, tokens);
  const { topK, experts } = task.block;
  return { at, rowsPerExpert: round((tokens * topK) / experts), tokens: 1, want: feedForwardOf(task), tolerance: 1e-4, make: async () => await ourFeedForward(environment, task) };
}

export async function curves(environment: Environment, progress: Progress): Promise<CurveResult[]> {
  const decode = async (sizes: readonly number[], change: (at: number) => Change): Promise<Point[]> => {
    const points: Point[] = [];
    for (const at of sizes) points.push(await decodePoint(environment, at, change(at)));
    return points;
  };
  const plans: readonly (readonly [Pick<CurveResult, 'name' | 'label' | 'axis'>, () => Promise<Point[]>, boolean])[] = [
    [{ name: 'decodeOverE', label: 'decode, k = 2', axis: 'E' }, () => decode([8, 16, 32, 64], (experts) => ({ feedForward: { experts } })), true],
    [{ name: 'decodeOverK', label: 'decode, E = 16', axis: 'k' }, () => decode([1, 2, 4, 8], (topK) => ({ feedForward: { topK } })), false],
    [{ name: 'decodeOverD', label: 'decode, E = 16, k = 2', axis: 'd' }, () => decode([64, 128, 256], (width) => ({ width, headDim: width / SHAPE.heads })), false],
    [{ name: 'decodeOverL', label: 'decode, E = 16, k = 2', axis: 'L' }, () => decode([1, 2, 4, 8], (layers) => ({ layers })), false],
    [{ name: 'blockOverT', label: 'block, E = 16, k = 2', axis: 'T' }, () => Promise.resolve([1, 4, 16, 64, 256].map((tokens) => blockPoint(environment, tokens, tokens, {}))), false],
    [{ name: 'blockOverE', label: `block of ${PREFILL} tokens, k = 2`, axis: 'E' }, () => Promise.resolve([8, 16, 32, 64].map((experts) => blockPoint(environment, experts, PREFILL, { experts }))), false],
  ];
  const results: CurveResult[] = [];
  const wanted = environment.quick ? plans.slice(0, 1) : plans;
  for (const [i, [head, make, flat]] of wanted.entries()) {
    progress(i / wanted.length, `${head.axis}: ${head.label}`);
    results.push(await curve(environment, head, await make(), flat));
  }
  return results;
}

async function curve({ pace }: Environment, head: Pick<CurveResult, 'name' | 'label' | 'axis'>, points: readonly Point[], flat: boolean): Promise<CurveResult> {
  // Each point has an oracle of its own, so the gate runs before the race, which compares a run with itself.
  const checked = points.map((point) => [String(point.at), async () => await gated(point)] as const);
  const rows = await race(checked, [0], { ...pace, tolerance: 0 });
  const found = rows.map((row, i): CurvePoint => {
    const { at, rowsPerExpert, tokens } = points[i] ?? { at: NaN, tokens: 1 };
    return { at, ...(rowsPerExpert === undefined ? {} : { rowsPerExpert }), ms: round(median(row.ms ?? []) / tokens), row };
  });
  // In pairs, like every ratio here: what slows one round down must not bend the curve.
  const relative = rows.map(({ ratio }) => ratio?.ratio ?? 1);
  return { ...head, points: found, ...(flat ? { flatness: Math.max(...relative) / Math.min(...relative) } : {}) };
}

/** The contender of a point, whose run gives its distance from the oracle where that is too large, else 0. */
async function gated(point: Point): Promise<Contender> {
  const contender = await point.make();
  let checked = false;
  return {
    ...contender,
    run: async () => {
      const result = await contender.run();
      if (checked) return [0];
      checked = true;
      const difference = differenceFrom(point.want, result);
      return [difference <= point.tolerance ? 0 : difference];
    },
  };
}
