// out = x + sum_s mix[s] h[s] Wdown[e_s] + shared, for one token: down product, combine and residual in one dispatch.
// y[s] keeps each expert's output for norms.wgsl. x, out [D]; h [K + 1, H_STRIDE]; w [E, F, D]; wShared [FS, D]; y [K, D].
// A thread owns 4 columns and adds the slots in order.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> slots: array<Slot>;
@group(0) @binding(2) var<storage, read> h: array<vec4f>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read> w: array<Weight>;
@group(0) @binding(5) var<storage, read> wShared: array<Weight>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const F4: u32 = HIDDEN / 4u;
const H_STRIDE: u32 = max(HIDDEN, SHARED_HIDDEN) / 4u;

@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= D4) { return; }
  var sum = x[column];
  for (var s = 0u; s < run.slots; s++) {
    let slot = slots[s];
    if (slot.expert == NO_EXPERT) { break; }
    var product = vec4f();
    var at = slot.expert * HIDDEN * D4 + column;
    for (var k = 0u; k < F4; k++) {
      product += mat4x4f(weight(w[at]), weight(w[at + D4]), weight(w[at + 2u * D4]), weight(w[at + 3u * D4])) * h[s * H_STRIDE + k];
      at += 4u * D4;
    }
    y[s * D4 + column] = product;
    sum += slot.mix * product;
  }
  if (SHARED_HIDDEN > 0u) {
    var product = vec4f();
    var at = column;
    for (var k = 0u; k < SHARED_HIDDEN / 4u; k++) {
      product += mat4x4f(weight(wShared[at]), weight(wShared[at + D4]), weight(wShared[at + 2u * D4]), weight(wShared[at + 3u * D4])) * h[run.slots * H_STRIDE + k];
      at += 4u * D4;
    }
    sum += slots[run.slots].mix * product;
  }
  out[column] = sum;
}
