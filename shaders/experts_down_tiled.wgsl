// The same product as experts_down_register.wgsl for real GPUs: a workgroup of 64 computes one tile of 16 sorted rows x
// 64 columns and shares slices of 16 along F through workgroup memory (5 KiB).
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> h: array<vec4f>;
@group(0) @binding(3) var<storage, read> hShared: array<vec4f>;
@group(0) @binding(4) var<storage, read> w: array<Weight>;
@group(0) @binding(5) var<storage, read> wShared: array<Weight>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> yShared: array<vec4f>;

const D4: u32 = WIDTH / 4u;

var<workgroup> hTile: array<vec4f, 64>;   // [16 rows][4 vec4 of F]
var<workgroup> wTile: array<vec4f, 256>;  // [16 of F][16 vec4 columns]

fn store(shared_: bool, at: u32, value: vec4f) {
  if (shared_) { yShared[at] = value; } else { y[at] = value; }
}

@compute @workgroup_size(16, 4)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let shared_ = SHARED_HIDDEN > 0u && group.z == 1u;
  let inner = select(HIDDEN / 4u, SHARED_HIDDEN / 4u, shared_);
  if (group.y >= select(plan[0], (run.rows + 15u) / 16u, shared_)) { return; }
  let expert = select(plan[4u + group.y * 3u], 0u, shared_);
  let first = select(plan[5u + group.y * 3u], group.y * 16u, shared_);
  let count = select(plan[6u + group.y * 3u], min(16u, run.rows - group.y * 16u), shared_);
  let column = group.x * 16u + local.x;
  let source = first + min(lane / 4u, count - 1u);
  var y0 = vec4f(); var y1 = vec4f(); var y2 = vec4f(); var y3 = vec4f();
  for (var block = 0u; block < min(inner, run.most); block += 4u) {
    let k4 = block + lane % 4u;
    var value = vec4f();
    if (k4 < inner) {
      if (shared_) { value = hShared[source * inner + k4]; } else { value = h[source * inner + k4]; }
    }
    hTile[lane] = value;
    for (var i = 0u; i < 4u; i++) {
      let k = block * 4u + local.y + i * 4u;
      value = vec4f();
      if (k < inner * 4u && column < D4) {
        let at = (expert * inner * 4u + k) * D4 + column;
        if (shared_) { value = weight(wShared[at]); } else { value = weight(w[at]); }
      }
      wTile[(local.y + i * 4u) * 16u + local.x] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      let at = k * 64u + local.x;
      let m = mat4x4f(wTile[at], wTile[at + 16u], wTile[at + 32u], wTile[at + 48u]);
      y0 += m * hTile[local.y * 16u + k];
      y1 += m * hTile[local.y * 16u + 4u + k];
      y2 += m * hTile[local.y * 16u + 8u + k];
      y3 += m * hTile[local.y * 16u + 12u + k];
    }
    workgroupBarrier();
  }
  if (column >= D4) { return; }
  let row = local.y * 4u;
  let to = (first + row) * D4 + column;
  if (row < count) { store(shared_, to, y0); }
  if (row + 1u < count) { store(shared_, to + D4, y1); }
  if (row + 2u < count) { store(shared_, to + 2u * D4, y2); }
  if (row + 3u < count) { store(shared_, to + 3u * D4, y3); }
}
