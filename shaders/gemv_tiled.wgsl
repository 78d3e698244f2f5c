// The same product as gemv_register.wgsl for real GPUs: 64 threads share 16 columns, 16 lanes along K for
// each vec4 column, partial sums added in workgroup memory in a fixed order.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<Weight>;
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(4) var<storage, read> gain: array<vec4f>;

var<workgroup> partial: array<vec4f, 64>;   // [16 lanes][4 vec4 columns]
var<workgroup> squares: array<f32, 16>;

@compute @workgroup_size(4, 16)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u) {
  let column = group.x * 4u + local.x;
  var sum = vec4f();
  var square = 0.0;
  if (column < N4) {
    for (var k = local.y; k < K4; k += 16u) {
      let at = k * 4u * N4 + column;
      var value = a[k];
      square += dot(value, value);
      if (NORM && !FOLDED) { value *= gain[k]; }
      sum += mat4x4f(weight(w[at]), weight(w[at + N4]), weight(w[at + 2u * N4]), weight(w[at + 3u * N4])) * value;
    }
  }
  partial[local.y * 4u + local.x] = sum;
  if (local.x == 0u) { squares[local.y] = square; }
  workgroupBarrier();
  if (local.y != 0u || column >= N4) { return; }
  sum = vec4f();
  square = 0.0;
  for (var lane = 0u; lane < 16u; lane++) {
    sum += partial[lane * 4u + local.x];
    square += squares[lane];
  }
  if (NORM) { sum *= inverseSqrt(square / f32(K4 * 4u) + NORM_EPSILON); }
  if (ADD) { sum += residual[column]; }
  c[column + C_OFFSET] = sum;
}
