// Output norms |y| of the chosen experts of all layers, for one decoded token: one dispatch a token instead of one a layer.
// y [LAYERS, Y_STRIDE] in vec4, Y_STRIDE >= K D/4; counts are read back from the routing ring. One thread per (layer, slot).
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> state: State;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> ring: array<u32>;

const D4: u32 = WIDTH / 4u;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= LAYERS * run.slots) { return; }
  let layer = id.x / run.slots;
  let slot = id.x % run.slots;
  let record = (state.record * LAYERS + layer) * routingStride(run.slots) + EXPERTS;
  var squares = 0.0;
  if (slot < ring[record + 4u * run.slots]) {
    for (var i = 0u; i < D4; i++) {
      let value = y[layer * Y_STRIDE + slot * D4 + i];
      squares += dot(value, value);
    }
  }
  ring[record + 3u * run.slots + slot] = bitcast<u32>(sqrt(squares));
}
