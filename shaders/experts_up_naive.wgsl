// experts_up_register.wgsl written the plain way, one thread per (pair, hidden column) and scalar loads: the baseline
// that `npm run bench -- engine` compares the other forms with. Same bindings; routed experts only.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> w: array<f32>;
@group(0) @binding(4) var<storage, read> wShared: array<f32>;
@group(0) @binding(5) var<storage, read_write> h: array<f32>;
@group(0) @binding(6) var<storage, read_write> hShared: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  // Named, so that the automatic layout keeps all seven bindings.
  _ = &run;
  _ = &wShared;
  _ = &hShared;
  let f = id.x;
  if (f >= HIDDEN || id.y >= plan[0] * TILE_ROWS) { return; }
  let tile = id.y / TILE_ROWS;
  let row = id.y % TILE_ROWS;
  if (row >= plan[6u + tile * 3u]) { return; }
  let expert = plan[4u + tile * 3u];
  let pair = plan[5u + tile * 3u] + row;
  let token = plan[4u + MAX_TILES * 3u + pair];
  var gate = 0.0;
  var up = 0.0;
  var squares = 0.0;
  for (var k = 0u; k < WIDTH; k++) {
    let value = x[token * WIDTH + k];
    let at = ((expert * WIDTH + k) * (HIDDEN / 4u) + f / 4u) * 8u + f % 4u;
    gate += value * w[at];
    up += value * w[at + 4u];
    squares += value * value;
  }
  let scale = inverseSqrt(squares / f32(WIDTH) + NORM_EPSILON);
  let g = gate * scale;
  h[pair * HIDDEN + f] = g / (1.0 + exp(-g)) * (up * scale);
}
