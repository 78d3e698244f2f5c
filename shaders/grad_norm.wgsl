// Backward of RMSNorm (gain folded into what follows), plus the gradient that passes beside it on the residual stream:
//   xn = x s, s = 1 / sqrt(mean x^2 + eps);  dx = s (dxn - xn mean(dxn xn))  (+ beside)
// x, dxn, beside, dx [rows, D]; ADD: whether `beside` is added. A workgroup owns one row.
// For the weight gradient of the gain: x and dxn.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dxn: array<vec4f>;
@group(0) @binding(2) var<storage, read> beside: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const LANES: u32 = 32u;

var<workgroup> partial: array<vec2f, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let first = group.x * D4;
  var sums = vec2f();
  for (var i = lane; i < D4; i += LANES) {
    let value = x[first + i];
    sums += vec2f(dot(value, value), dot(value, dxn[first + i]));
  }
  partial[lane] = sums;
  workgroupBarrier();
  sums = vec2f();
  for (var i = 0u; i < LANES; i++) { sums += partial[i]; }
  let scale = inverseSqrt(sums.x / f32(WIDTH) + NORM_EPSILON);
  let back = sums.y * scale * scale / f32(WIDTH);
  for (var i = lane; i < D4; i += LANES) {
    var value = scale * (dxn[first + i] - x[first + i] * back);
    if (ADD) { value += beside[first + i]; }
    dx[first + i] = value;
  }
}
