// c[n] = scale * sum_k a[k] w[k, n] (+ residual[n]): gemm_register.wgsl for a single row (decode).
// A thread owns 4 columns and walks all of K without a barrier.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<Weight>;
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(4) var<storage, read> gain: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= N4) { return; }
  var sum = vec4f();
  var squares = 0.0;
  for (var k = 0u; k < K4; k++) {
    let at = k * 4u * N4 + column;
    var value = a[k];
    squares += dot(value, value);
    if (NORM && !FOLDED) { value *= gain[k]; }
    sum += mat4x4f(weight(w[at]), weight(w[at + N4]), weight(w[at + 2u * N4]), weight(w[at + 3u * N4])) * value;
  }
  if (NORM) { sum *= inverseSqrt(squares / f32(K4 * 4u) + NORM_EPSILON); }
  if (ADD) { sum += residual[column]; }
  c[column + C_OFFSET] = sum;
}
