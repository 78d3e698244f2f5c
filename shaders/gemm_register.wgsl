// c[t, n] = scale(t) * sum_k a[t, k] w[k, n]  (+ residual[t, n])
// scale(t) = 1 / sqrt(mean_k a[t, k]^2 + eps) with NORM (RMSNorm, its gain [K] folded into w), else 1.
// a [rows, K]; w [K, N]; residual, c [rows, N]; K and N in vec4: K4, N4.
// Register form: a thread owns 8 rows x 8 columns and walks all of K without a barrier. Software adapters
// pay microseconds for every barrier of a workgroup; for them this is the fast form.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Weight>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(5) var<storage, read> gain: array<vec4f>;

fn store(row: u32, column: u32, second: bool, scale: f32, lo: vec4f, hi: vec4f) {
  if (row >= run.rows) { return; }
  let at = row * N4 + column;
  var sum = lo * scale;
  if (ADD) { sum += residual[at]; }
  c[at + C_OFFSET] = sum;
  if (second) {
    sum = hi * scale;
    if (ADD) { sum += residual[at + 1u]; }
    c[at + C_OFFSET + 1u] = sum;
  }
}

// Rows 4k to 4k + 3 of w in 4 columns.
fn block(k: u32, column: u32) -> mat4x4f {
  let at = k * 4u * N4 + column;
  let m = mat4x4f(weight(w[at]), weight(w[at + N4]), weight(w[at + 2u * N4]), weight(w[at + 3u * N4]));
  if (NORM && !FOLDED) { return folded(m, gain[k]); }
  return m;
}

fn scaleOf(squares: f32) -> f32 {
  return select(1.0, inverseSqrt(squares / f32(K4 * 4u) + NORM_EPSILON), NORM);
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 2u;
  let row = id.y * 8u;
  if (column >= N4 || row >= run.rows) { return; }
  let second = column + 1u < N4;
  let column1 = min(column + 1u, N4 - 1u);
  // Rows past the end repeat the last one; their sums are not stored.
  let end = run.rows - 1u;
  let r0 = row * K4;
  let r1 = min(row + 1u, end) * K4;
  let r2 = min(row + 2u, end) * K4;
  let r3 = min(row + 3u, end) * K4;
  let r4 = min(row + 4u, end) * K4;
  let r5 = min(row + 5u, end) * K4;
  let r6 = min(row + 6u, end) * K4;
  let r7 = min(row + 7u, end) * K4;
  var c00 = vec4f(); var c01 = vec4f(); var c10 = vec4f(); var c11 = vec4f();
  var c20 = vec4f(); var c21 = vec4f(); var c30 = vec4f(); var c31 = vec4f();
  var c40 = vec4f(); var c41 = vec4f(); var c50 = vec4f(); var c51 = vec4f();
  var c60 = vec4f(); var c61 = vec4f(); var c70 = vec4f(); var c71 = vec4f();
  var s0 = 0.0; var s1 = 0.0; var s2 = 0.0; var s3 = 0.0;
  var s4 = 0.0; var s5 = 0.0; var s6 = 0.0; var s7 = 0.0;
  for (var k = 0u; k < K4; k++) {
    let w0 = block(k, column);
    let w1 = block(k, column1);
    let a0 = a[r0 + k]; c00 += w0 * a0; c01 += w1 * a0;
    let a1 = a[r1 + k]; c10 += w0 * a1; c11 += w1 * a1;
    let a2 = a[r2 + k]; c20 += w0 * a2; c21 += w1 * a2;
    let a3 = a[r3 + k]; c30 += w0 * a3; c31 += w1 * a3;
    let a4 = a[r4 + k]; c40 += w0 * a4; c41 += w1 * a4;
    let a5 = a[r5 + k]; c50 += w0 * a5; c51 += w1 * a5;
    let a6 = a[r6 + k]; c60 += w0 * a6; c61 += w1 * a6;
    let a7 = a[r7 + k]; c70 += w0 * a7; c71 += w1 * a7;
    if (NORM) {
      s0 += dot(a0, a0); s1 += dot(a1, a1); s2 += dot(a2, a2); s3 += dot(a3, a3);
      s4 += dot(a4, a4); s5 += dot(a5, a5); s6 += dot(a6, a6); s7 += dot(a7, a7);
    }
  }
  store(row, column, second, scaleOf(s0), c00, c01);
  store(row + 1u, column, second, scaleOf(s1), c10, c11);
  store(row + 2u, column, second, scaleOf(s2), c20, c21);
  store(row + 3u, column, second, scaleOf(s3), c30, c31);
  store(row + 4u, column, second, scaleOf(s4), c40, c41);
  store(row + 5u, column, second, scaleOf(s5), c50, c51);
  store(row + 6u, column, second, scaleOf(s6), c60, c61);
  store(row + 7u, column, second, scaleOf(s7), c70, c71);
}
