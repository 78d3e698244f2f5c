// The same product as experts_up_register.wgsl for real GPUs: a workgroup of 64 computes one tile of 16 sorted rows x
// 64 hidden columns and shares slices of 16 along D through workgroup memory (9 KiB).
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<Weight>;
@group(0) @binding(4) var<storage, read> wShared: array<Weight>;
@group(0) @binding(5) var<storage, read_write> h: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> hShared: array<vec4f>;
@group(0) @binding(7) var<storage, read> gain: array<f32>;

const D4: u32 = WIDTH / 4u;

var<workgroup> xTile: array<vec4f, 64>;      // [16 rows][4 vec4 of D]
var<workgroup> gateTile: array<vec4f, 256>;  // [16 of D][16 vec4 columns]
var<workgroup> upTile: array<vec4f, 256>;

fn store(shared_: bool, at: u32, squares: f32, gate: vec4f, up: vec4f) {
  let scale = inverseSqrt(squares / f32(WIDTH) + NORM_EPSILON);
  let g = gate * scale;
  let value = g / (1.0 + exp(-g)) * (up * scale);
  if (shared_) { hShared[at] = value; } else { h[at] = value; }
}

@compute @workgroup_size(16, 4)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let shared_ = SHARED_HIDDEN > 0u && group.z == 1u;
  let columns = select(HIDDEN / 4u, SHARED_HIDDEN / 4u, shared_);
  if (group.y >= select(plan[0], (run.rows + 15u) / 16u, shared_) || group.x * 16u >= columns) { return; }
  let expert = select(plan[4u + group.y * 3u], 0u, shared_);
  let first = select(plan[5u + group.y * 3u], group.y * 16u, shared_);
  let count = select(plan[6u + group.y * 3u], min(16u, run.rows - group.y * 16u), shared_);
  let column = group.x * 16u + local.x;
  let source = first + min(lane / 4u, count - 1u);
  let token = select(plan[4u + MAX_TILES * 3u + source], source, shared_);
  var g0 = vec4f(); var g1 = vec4f(); var g2 = vec4f(); var g3 = vec4f();
  var u0 = vec4f(); var u1 = vec4f(); var u2 = vec4f(); var u3 = vec4f();
  var s = vec4f();
  for (var block = 0u; block < min(D4, run.most); block += 4u) {
    let k4 = block + lane % 4u;
    var value = vec4f();
    if (k4 < D4) { value = x[token * D4 + k4]; }
    xTile[lane] = value;
    for (var i = 0u; i < 4u; i++) {
      let k = block * 4u + local.y + i * 4u;
      var gate = vec4f();
      var up = vec4f();
      if (k < WIDTH && column < columns) {
        let at = ((expert * WIDTH + k) * columns + column) * 2u;
        if (shared_) {
          gate = weight(wShared[at]);
          up = weight(wShared[at + 1u]);
        } else {
          gate = weight(w[at]);
          up = weight(w[at + 1u]);
        }
        if (!FOLDED) {
          gate *= gain[k];
          up *= gain[k];
        }
      }
      gateTile[(local.y + i * 4u) * 16u + local.x] = gate;
      upTile[(local.y + i * 4u) * 16u + local.x] = up;
    }
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      let at = k * 64u + local.x;
      let gate = mat4x4f(gateTile[at], gateTile[at + 16u], gateTile[at + 32u], gateTile[at + 48u]);
      let up = mat4x4f(upTile[at], upTile[at + 16u], upTile[at + 32u], upTile[at + 48u]);
      let x0 = xTile[local.y * 16u + k];
      let x1 = xTile[local.y * 16u + 4u + k];
      let x2 = xTile[local.y * 16u + 8u + k];
      let x3 = xTile[local.y * 16u + 12u + k];
      g0 += gate * x0; g1 += gate * x1; g2 += gate * x2; g3 += gate * x3;
      u0 += up * x0; u1 += up * x1; u2 += up * x2; u3 += up * x3;
      s += vec4f(dot(x0, x0), dot(x1, x1), dot(x2, x2), dot(x3, x3));
    }
    workgroupBarrier();
  }
  if (column >= columns) { return; }
  let row = local.y * 4u;
  let to = (first + row) * columns + column;
  if (row < count) { store(shared_, to, s.x, g0, u0); }
  if (row + 1u < count) { store(shared_, to + columns, s.y, g1, u1); }
  if (row + 2u < count) { store(shared_, to + 2u * columns, s.z, g2, u2); }
  if (row + 3u < count) { store(shared_, to + 3u * columns, s.w, g3, u3); }
}
