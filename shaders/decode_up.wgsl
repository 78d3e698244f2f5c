// h[s, f] = silu(g) u for each filled slot s of one token (experts_up_register.wgsl with a single row): only the chosen
// experts' weights are read, found through the slot table on the GPU. workgroup_id.y = K is the shared expert.
// x [D]; slots [K + 1]; w, wShared as in experts_up_register.wgsl; h [K + 1, H_STRIDE]. A thread owns 4 hidden columns.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> slots: array<Slot>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<Weight>;
@group(0) @binding(4) var<storage, read> wShared: array<Weight>;
@group(0) @binding(5) var<storage, read_write> h: array<vec4f>;
@group(0) @binding(6) var<storage, read> gain: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const H_STRIDE: u32 = max(HIDDEN, SHARED_HIDDEN) / 4u;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let slot = id.y;
  let shared_ = SHARED_HIDDEN > 0u && slot == run.slots;
  let columns = select(HIDDEN / 4u, SHARED_HIDDEN / 4u, shared_);
  let expert = slots[slot].expert;
  if (id.x >= columns || expert == NO_EXPERT) { return; }
  let step = columns * 2u;
  var at = select(expert * WIDTH * step, 0u, shared_) + id.x * 2u;
  var gate = vec4f();
  var up = vec4f();
  var squares = 0.0;
  if (shared_) {
    for (var k = 0u; k < D4; k++) {
      var value = x[k];
      squares += dot(value, value);
      if (!FOLDED) { value *= gain[k]; }
      gate += mat4x4f(weight(wShared[at]), weight(wShared[at + step]), weight(wShared[at + 2u * step]), weight(wShared[at + 3u * step])) * value;
      up += mat4x4f(weight(wShared[at + 1u]), weight(wShared[at + step + 1u]), weight(wShared[at + 2u * step + 1u]), weight(wShared[at + 3u * step + 1u])) * value;
      at += 4u * step;
    }
  } else {
    for (var k = 0u; k < D4; k++) {
      var value = x[k];
      squares += dot(value, value);
      if (!FOLDED) { value *= gain[k]; }
      gate += mat4x4f(weight(w[at]), weight(w[at + step]), weight(w[at + 2u * step]), weight(w[at + 3u * step])) * value;
      up += mat4x4f(weight(w[at + 1u]), weight(w[at + step + 1u]), weight(w[at + 2u * step + 1u]), weight(w[at + 3u * step + 1u])) * value;
      at += 4u * step;
    }
  }
  let scale = inverseSqrt(squares / f32(WIDTH) + NORM_EPSILON);
  let g = gate * scale;
  h[slot * H_STRIDE + id.x] = g / (1.0 + exp(-g)) * (up * scale);
}
