// The same product as gemm_register.wgsl, in the form for real GPUs: a workgroup of 64 computes a tile of
// 16 rows x 64 columns and shares slices of 16 along K through workgroup memory (5 KiB).
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Weight>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(5) var<storage, read> gain: array<f32>;

var<workgroup> aTile: array<vec4f, 64>;   // [16 rows][4 vec4 of K]
var<workgroup> wTile: array<vec4f, 256>;  // [16 of K][16 vec4 columns]

fn store(row: u32, column: u32, squares: f32, sum: vec4f) {
  if (row >= run.rows || column >= N4) { return; }
  let at = row * N4 + column;
  var value = sum;
  if (NORM) { value *= inverseSqrt(squares / f32(K4 * 4u) + NORM_EPSILON); }
  if (ADD) { value += residual[at]; }
  c[at + C_OFFSET] = value;
}

@compute @workgroup_size(16, 4)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let column = group.x * 16u + local.x;
  let rowBase = group.y * 16u;
  let row = rowBase + local.y * 4u;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  var s = vec4f();
  for (var block = 0u; block < min(K4, run.most); block += 4u) {
    let aRow = rowBase + lane / 4u;
    let aColumn = block + lane % 4u;
    var value = vec4f();
    if (aRow < run.rows && aColumn < K4) { value = a[aRow * K4 + aColumn]; }
    aTile[lane] = value;
    for (var i = 0u; i < 4u; i++) {
      let k = block * 4u + local.y + i * 4u;
      value = vec4f();
      if (k < K4 * 4u && column < N4) { value = weight(w[k * N4 + column]); }
      if (NORM && !FOLDED) { value *= gain[min(k, K4 * 4u - 1u)]; }
      wTile[(local.y + i * 4u) * 16u + local.x] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      let m = mat4x4f(wTile[k * 64u + local.x], wTile[k * 64u + 16u + local.x], wTile[k * 64u + 32u + local.x], wTile[k * 64u + 48u + local.x]);
      let a0 = aTile[(local.y * 4u) * 4u + k];
      let a1 = aTile[(local.y * 4u + 1u) * 4u + k];
      let a2 = aTile[(local.y * 4u + 2u) * 4u + k];
      let a3 = aTile[(local.y * 4u + 3u) * 4u + k];
      c0 += m * a0; c1 += m * a1; c2 += m * a2; c3 += m * a3;
      if (NORM) { s += vec4f(dot(a0, a0), dot(a1, a1), dot(a2, a2), dot(a3, a3)); }
    }
    workgroupBarrier();
  }
  store(row, column, s.x, c0);
  store(row + 1u, column, s.y, c1);
  store(row + 2u, column, s.z, c2);
  store(row + 3u, column, s.w, c3);
}
