// Gradient of a MoE layer's normed input: what comes back through its chosen experts and through its router.
//   dxn[t] = sum_s gradPair[inverse[t, s]] + sum_e dz[t, e] W_r[e]
// gradPair [pairs, D] in sorted order; slots [rows, K + 1], of which those with weight 0 send nothing back; gradRoute [rows, E];
// w [D, E] padded to vec4. layer.y = 1: the router was overridden, and nothing flows through it. One thread owns 4 columns of one token.
// For the weight gradient of the router: gradRoute and the layer's input.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<uniform> layer: vec4u;
@group(0) @binding(2) var<storage, read> plan: array<u32>;
@group(0) @binding(3) var<storage, read> slots: array<Slot>;
@group(0) @binding(4) var<storage, read> gradPair: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradRoute: array<f32>;
@group(0) @binding(6) var<storage, read> w: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> dxn: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const N4: u32 = (EXPERTS + 3u) / 4u;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  let row = id.y;
  if (column >= D4 || row >= run.rows) { return; }
  let first = row * (run.slots + 1u);
  let inverse = 4u + MAX_TILES * 3u + MAX_PAIRS + row * run.slots;
  var sum = vec4f();
  for (var s = 0u; s < run.slots; s++) {
    let slot = slots[first + s];
    if (slot.expert == NO_EXPERT) { break; }
    if (slot.mix != 0.0) { sum += gradPair[plan[inverse + s] * D4 + column]; }
  }
  if (layer.y == 0u) {
    for (var e = 0u; e < EXPERTS; e += 4u) {
      var dz = vec4f();
      for (var i = 0u; i < min(4u, EXPERTS - e); i++) { dz[i] = gradRoute[row * EXPERTS + e + i]; }
      let at = 4u * column * N4 + e / 4u;
      sum += vec4f(dot(w[at], dz), dot(w[at + N4], dz), dot(w[at + 2u * N4], dz), dot(w[at + 3u * N4], dz));
    }
  }
  dxn[row * D4 + column] = sum;
}
