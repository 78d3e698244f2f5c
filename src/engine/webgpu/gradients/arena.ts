/**
 * Buffers of one gradient problem. Per layer it keeps all that a backward pass needs (also one for the weights, later):
 * the residual stream before attention and before the experts, the query/key/value product before and after RoPE, the
 * attention output with its log-sum-exp, slots and plan, what SwiGLU was given, and the experts' outputs.
 */
import { routingStride, RUN_BYTES } from '../buffers';
import type { GpuContext } from '../context';
import type { Sizes } from '../constants';
import { ruleStride } from '../rules';
import { ROW_BYTES } from './rows';

/** Rows whose vocabulary logits are on the device at the same time. */
export const HEAD_ROWS = 128;

export interface ArenaLayer {
  /** Residual stream before attention and before the experts. [rows, D] */
  readonly x: GPUBuffer;
  readonly residual: GPUBuffer;
  /** [rows, QKV_WIDTH] */
  readonly qkv: GPUBuffer;
  readonly turned: GPUBuffer;
  /** [rows, H headDim] */
  readonly attended: GPUBuffer;
  /** [rows, H, 2] */
  readonly stat: GPUBuffer;
  readonly slots: GPUBuffer;
  readonly plan: GPUBuffer;
  /** [pairs, F/4, (gate, up)] in vec4 */
  readonly kept: GPUBuffer;
  /** [pairs, D] */
  readonly y: GPUBuffer;
  /** Gradient of the router logits, or of the override. [rows, E] */
  readonly gradRoute: GPUBuffer;
  /** Keys, then values, of tokens that are constants. [.., kvHeads headDim] */
  readonly cache: GPUBuffer;
}

export interface Arena {
  /** The Run uniform; and one of each head block, 256 bytes apart. */
  readonly run: GPUBuffer;
  readonly headRun: GPUBuffer;
  /** A State of zeros: row 0 is position 0 of the rules and record 0 of the ring. */
  readonly state: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly rules: GPUBuffer;
  readonly ruleIndex: GPUBuffer;
  readonly ring: GPUBuffer;
  /** [C, E] */
  readonly core: GPUBuffer;
  readonly layers: readonly ArenaLayer[];
  /** Residual stream after the last layer. [rows, D] */
  readonly last: GPUBuffer;
  readonly hidden: GPUBuffer;
  /** [min(rows, HEAD_ROWS), VOCABULARY_STRIDE] */
  readonly logits: GPUBuffer;
  readonly loss: GPUBuffer;
  /** Gradient of the residual stream, in turn. [rows, D] */
  readonly grad: GPUBuffer;
  readonly gradOther: GPUBuffer;
  readonly gradNormed: GPUBuffer;
  readonly gradAttended: GPUBuffer;
  readonly gradTurned: GPUBuffer;
  readonly gradPair: GPUBuffer;
}

export interface ArenaShape {
  /** First layer that is run. */
  readonly firstLayer: number;
  /** C */
  readonly chosen: number;
  /** Most rows of a batch. */
  readonly rows: number;
  /** Most expert slots of a row. */
  readonly slots: number;
  readonly rules: number;
  /** Rows of the cache of each layer, keys and values together. */
  readonly cacheRows: number;
}

const WORK = (): GPUBufferUsageFlags => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;

/** Makes the buffers of a problem; `all` lists them for their release. */
export function createArena(context: GpuContext, sizes: Sizes, shape: ArenaShape): { readonly arena: Arena; readonly all: readonly GPUBuffer[] } {
  const { config, experts } = sizes;
  const { rows, slots } = shape;
  const pairs = rows * slots;
  const all: GPUBuffer[] = [];
  const make = (label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer => {
    const buffer = context.buffer(`gradient ${label}`, bytes, usage);
    all.push(buffer);
    return buffer;
  };
  const floats = (label: string, count: number): GPUBuffer => make(label, 4 * count, WORK());
  const uniform = (label: string, bytes: number): GPUBuffer => make(label, bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const stream = (label: string): GPUBuffer => floats(label, rows * config.width);
  const heads = rows * config.heads * config.headDim;
  try {
    const layers = Array.from({ length: config.layers - shape.firstLayer }, (): ArenaLayer => ({
      x: stream('x'),
      residual: stream('residual'),
      qkv: floats('qkv', rows * sizes.qkvWidth),
      turned: floats('turned', rows * sizes.qkvWidth),
      attended: floats('attended', heads),
      stat: floats('stat', 2 * rows * config.heads),
      slots: floats('slots', 2 * rows * (slots + 1)),
      plan: floats('plan', 4 + 3 * sizes.maxTiles + 2 * sizes.maxPairs),
      kept: floats('kept', 2 * pairs * sizes.hidden),
      y: floats('y', pairs * config.width),
      gradRoute: floats('route', rows * experts),
      cache: floats('cache', shape.cacheRows * sizes.keyWidth),
    }));
    const arena: Arena = {
      run: uniform('run', RUN_BYTES),
      headRun: uniform('head run', 256 * Math.ceil(rows / HEAD_ROWS)),
      state: floats('state', 4),
      rows: make('rows', ROW_BYTES * rows, WORK()),
      rules: floats('rules', shape.rules * ruleStride(experts)),
      ruleIndex: floats('rule index', rows * config.layers),
      ring: floats('ring', rows * config.layers * routingStride(experts, slots)),
      core: floats('core', shape.chosen * experts),
      layers,
      last: stream('last'),
      hidden: floats('hidden', pairs * sizes.hidden),
      logits: floats('logits', Math.min(rows, HEAD_ROWS) * sizes.vocabularyStride),
      loss: floats('loss', rows),
      grad: stream('grad'),
      gradOther: stream('grad other'),
      gradNormed: stream('grad normed'),
      gradAttended: floats('grad attended', heads),
      gradTurned: floats('grad turned', rows * sizes.qkvWidth),
      gradPair: floats('grad pair', pairs * config.width),
    };
    return { arena, all };
  } catch (error) {
    for (const buffer of all) context.release(buffer);
    throw error;
  }
}
