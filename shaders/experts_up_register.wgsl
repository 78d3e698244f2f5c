// h[p, f] = silu(g) u,  g = xn[t] Wgate[e],  u = xn[t] Wup[e],  xn = RMSNorm(x), t = perm[p], e = expert of the tile.
// x [rows, D]; w [E, D, F/4, (gate, up)] in vec4, so that one thread has both; h [pairs, F] in sorted order.
// workgroup_id.z = 1 is the shared expert, which takes every token: wShared [D, FS/4, (gate, up)], hShared [rows, FS].
// Register form: a thread owns 8 rows x 4 hidden columns; reads of x go through the permutation (no gather pass).
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<Weight>;
@group(0) @binding(4) var<storage, read> wShared: array<Weight>;
@group(0) @binding(5) var<storage, read_write> h: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> hShared: array<vec4f>;
@group(0) @binding(7) var<storage, read> gain: array<vec4f>;

const D4: u32 = WIDTH / 4u;

fn weights(shared_: bool, at: u32) -> vec4f {
  if (shared_) { return weight(wShared[at]); }
  return weight(w[at]);
}

// Rows 4k to 4k + 3 of one matrix in 4 columns.
fn block(shared_: bool, at: u32, step: u32, k: u32) -> mat4x4f {
  let m = mat4x4f(weights(shared_, at), weights(shared_, at + step), weights(shared_, at + 2u * step), weights(shared_, at + 3u * step));
  if (FOLDED) { return m; }
  return folded(m, gain[k]);
}

fn store(shared_: bool, at: u32, squares: f32, gate: vec4f, up: vec4f) {
  let scale = inverseSqrt(squares / f32(WIDTH) + NORM_EPSILON);
  let g = gate * scale;
  let value = g / (1.0 + exp(-g)) * (up * scale);
  if (shared_) { hShared[at] = value; } else { h[at] = value; }
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let shared_ = SHARED_HIDDEN > 0u && id.z == 1u;
  let columns = select(HIDDEN / 4u, SHARED_HIDDEN / 4u, shared_);
  let tiles = select(plan[0], (run.rows + 7u) / 8u, shared_);
  if (id.x >= columns || id.y >= tiles) { return; }
  var expert = 0u;
  var first = id.y * 8u;
  var count = min(8u, run.rows - min(first, run.rows));
  var t: array<u32, 8>;
  if (!shared_) {
    expert = plan[4u + id.y * 3u];
    first = plan[5u + id.y * 3u];
    count = plan[6u + id.y * 3u];
  }
  for (var i = 0u; i < 8u; i++) {
    let row = first + min(i, count - 1u);
    t[i] = select(plan[4u + MAX_TILES * 3u + row], row, shared_) * D4;
  }
  let r0 = t[0]; let r1 = t[1]; let r2 = t[2]; let r3 = t[3];
  let r4 = t[4]; let r5 = t[5]; let r6 = t[6]; let r7 = t[7];
  var g0 = vec4f(); var u0 = vec4f(); var g1 = vec4f(); var u1 = vec4f();
  var g2 = vec4f(); var u2 = vec4f(); var g3 = vec4f(); var u3 = vec4f();
  var g4 = vec4f(); var u4 = vec4f(); var g5 = vec4f(); var u5 = vec4f();
  var g6 = vec4f(); var u6 = vec4f(); var g7 = vec4f(); var u7 = vec4f();
  var s0 = 0.0; var s1 = 0.0; var s2 = 0.0; var s3 = 0.0;
  var s4 = 0.0; var s5 = 0.0; var s6 = 0.0; var s7 = 0.0;
  let step = columns * 2u;
  var at = expert * WIDTH * step + id.x * 2u;
  for (var k = 0u; k < D4; k++) {
    let gate = block(shared_, at, step, k);
    let up = block(shared_, at + 1u, step, k);
    at += 4u * step;
    let x0 = x[r0 + k]; g0 += gate * x0; u0 += up * x0; s0 += dot(x0, x0);
    let x1 = x[r1 + k]; g1 += gate * x1; u1 += up * x1; s1 += dot(x1, x1);
    let x2 = x[r2 + k]; g2 += gate * x2; u2 += up * x2; s2 += dot(x2, x2);
    let x3 = x[r3 + k]; g3 += gate * x3; u3 += up * x3; s3 += dot(x3, x3);
    let x4 = x[r4 + k]; g4 += gate * x4; u4 += up * x4; s4 += dot(x4, x4);
    let x5 = x[r5 + k]; g5 += gate * x5; u5 += up * x5; s5 += dot(x5, x5);
    let x6 = x[r6 + k]; g6 += gate * x6; u6 += up * x6; s6 += dot(x6, x6);
    let x7 = x[r7 + k]; g7 += gate * x7; u7 += up * x7; s7 += dot(x7, x7);
  }
  let to = first * columns + id.x;
  store(shared_, to, s0, g0, u0);
  if (count > 1u) { store(shared_, to + columns, s1, g1, u1); }
  if (count > 2u) { store(shared_, to + 2u * columns, s2, g2, u2); }
  if (count > 3u) { store(shared_, to + 3u * columns, s3, g3, u3); }
  if (count > 4u) { store(shared_, to + 4u * columns, s4, g4, u4); }
  if (count > 5u) { store(shared_, to + 5u * columns, s5, g5, u5); }
  if (count > 6u) { store(shared_, to + 6u * columns, s6, g6, u6); }
  if (count > 7u) { store(shared_, to + 7u * columns, s7, g7, u7); }
}
