// Prepended to every kernel, after the constants of the model at hand (src/engine/webgpu/constants.ts):
//   WIDTH D, HEADS, KV_HEADS, HEAD_DIM, QKV_WIDTH = (HEADS + 2 KV_HEADS) HEAD_DIM, EXPERTS E, HIDDEN F,
//   SHARED_HIDDEN, VOCABULARY V, VOCABULARY_STRIDE (V rounded up to 4), LAYERS, CANDIDATES N, NORM_EPSILON.
// Conventions: weights are [in][out], so that the lanes of a workgroup read neighbouring columns;
// the gain of each RMSNorm is folded into the matrix that follows it, on the way to the device or, where FOLDED is false,
// while it is read; accumulation is in f32. Weight, FOLDED and weight() are those of a weight_*.wgsl, prepended as well.

// Parameters of one call, written by the host before the submit.
struct Run {
  rows: u32,         // tokens in this batch, 1 in decode
  slots: u32,        // K: expert slots per token, the most that any routing rule of this call can fill
  seed: u32,
  topK: u32,         // 0: no cut
  temperature: f32,  // 0: greedy
  topP: f32,         // 1: no cut
  carried: u32,      // 1: row 0 of the logits holds the distribution after the token before this batch
  sample: u32,       // 1: draw a token after the last row
  most: u32,         // 2^32 - 1, see below
}

// Drivers on a CPU turn every barrier into a suspension point, and one that unrolls a loop with barriers can take minutes
// to compile it. A bound of min(n, run.most) is n, but the compiler cannot know.

// What one decoded token hands to the next without passing through the host.
struct State {
  token: u32,     // id of the token to run next
  logProb: f32,   // its log-probability when it was drawn
  position: u32,  // absolute position of row 0 of the batch
  record: u32,    // row of the trace rings that row 0 writes
}

struct Slot {
  expert: u32,  // NO_EXPERT: empty
  mix: f32,
}

const NO_EXPERT: u32 = 0xffffffffu;

// One token of a gradient problem (grad_*.wgsl). It attends to `cached` rows that stay as they are, then to rows of its
// batch from `first` up to itself; rows up to `last` attend to it. Written by src/engine/webgpu/gradients/rows.ts.
struct Row {
  position: u32,
  keys: u32,     // row of the cache with its first cached key
  values: u32,   // row of the cache with its first cached value
  cached: u32,
  first: u32,
  last: u32,
  wanted: u32,   // id of the token to predict after it
  weight: f32,   // of its loss
}

// Words of one (token, layer) record in the routing ring:
// E router logits | K experts | K probabilities | K mixing weights | K output norms | count
fn routingStride(slots: u32) -> u32 { return EXPERTS + 4u * slots + 1u; }

// Words of one token's record in the step ring: entropy, log-probability, chosen, id, N ids, N probabilities.
const STEP_STRIDE: u32 = 4u + 2u * CANDIDATES;

// Four rows of a matrix, each times the gain of its input.
fn folded(rows: mat4x4f, gain: vec4f) -> mat4x4f {
  return mat4x4f(rows[0] * gain.x, rows[1] * gain.y, rows[2] * gain.z, rows[3] * gain.w);
}
