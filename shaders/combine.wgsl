// out[t] = x[t] + sum_s mix[t, s] y[inverse[t, s]] + shared[t] yShared[t], and the norm |y| of each chosen expert.
// x, out [rows, D]; y [pairs, D] in sorted order; slots [rows, K + 1]; ring: routingStride(K) words per (token, layer).
// A workgroup owns one token; slots are added in order, without atomics, so the sum is reproducible.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> state: State;
@group(0) @binding(2) var<storage, read> plan: array<u32>;
@group(0) @binding(3) var<storage, read> slots: array<Slot>;
@group(0) @binding(4) var<storage, read> x: array<vec4f>;
@group(0) @binding(5) var<storage, read> y: array<vec4f>;
@group(0) @binding(6) var<storage, read> yShared: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> ring: array<u32>;
@group(0) @binding(9) var<uniform> layer: vec4u;

const D4: u32 = WIDTH / 4u;
const LANES: u32 = 32u;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let token = group.x;
  let first = token * (run.slots + 1u);
  let inverse = 4u + MAX_TILES * 3u + MAX_PAIRS + token * run.slots;
  for (var column = lane; column < D4; column += LANES) {
    var sum = x[token * D4 + column];
    for (var s = 0u; s < run.slots; s++) {
      if (slots[first + s].expert == NO_EXPERT) { break; }
      sum += slots[first + s].mix * y[plan[inverse + s] * D4 + column];
    }
    if (SHARED_HIDDEN > 0u) { sum += slots[first + run.slots].mix * yShared[token * D4 + column]; }
    out[token * D4 + column] = sum;
  }
  if (!HAS_ROUTER) { return; }
  let record = ((state.record + token) * LAYERS + layer.x) * routingStride(run.slots) + EXPERTS + 3u * run.slots;
  for (var s = lane; s < run.slots; s += LANES) {
    var squares = 0.0;
    if (slots[first + s].expert != NO_EXPERT) {
      for (var i = 0u; i < D4; i++) {
        let value = y[plan[inverse + s] * D4 + i];
        squares += dot(value, value);
      }
    }
    ring[record + s] = bitcast<u32>(sqrt(squares));
  }
}
