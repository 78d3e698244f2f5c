// y[p, d] = sum_f h[p, f] Wdown[e, f, d], rows in sorted order, e = expert of the tile.
// h [pairs, F]; w [E, F, D]; y [pairs, D]. workgroup_id.z = 1 is the shared expert: hShared [rows, FS], wShared [FS, D],
// yShared [rows, D]. Register form: a thread owns 8 rows x 4 columns.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> h: array<vec4f>;
@group(0) @binding(3) var<storage, read> hShared: array<vec4f>;
@group(0) @binding(4) var<storage, read> w: array<Weight>;
@group(0) @binding(5) var<storage, read> wShared: array<Weight>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> yShared: array<vec4f>;

const D4: u32 = WIDTH / 4u;

fn weights(shared_: bool, at: u32) -> vec4f {
  if (shared_) { return weight(wShared[at]); }
  return weight(w[at]);
}

fn hidden(shared_: bool, at: u32) -> vec4f {
  if (shared_) { return hShared[at]; }
  return h[at];
}

fn store(shared_: bool, at: u32, value: vec4f) {
  if (shared_) { yShared[at] = value; } else { y[at] = value; }
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let shared_ = SHARED_HIDDEN > 0u && id.z == 1u;
  let inner = select(HIDDEN / 4u, SHARED_HIDDEN / 4u, shared_);
  let tiles = select(plan[0], (run.rows + 7u) / 8u, shared_);
  if (id.x >= D4 || id.y >= tiles) { return; }
  var expert = 0u;
  var first = id.y * 8u;
  var count = min(8u, run.rows - min(first, run.rows));
  if (!shared_) {
    expert = plan[4u + id.y * 3u];
    first = plan[5u + id.y * 3u];
    count = plan[6u + id.y * 3u];
  }
  let end = count - 1u;
  let r0 = first * inner;
  let r1 = (first + min(1u, end)) * inner;
  let r2 = (first + min(2u, end)) * inner;
  let r3 = (first + min(3u, end)) * inner;
  let r4 = (first + min(4u, end)) * inner;
  let r5 = (first + min(5u, end)) * inner;
  let r6 = (first + min(6u, end)) * inner;
  let r7 = (first + min(7u, end)) * inner;
  var y0 = vec4f(); var y1 = vec4f(); var y2 = vec4f(); var y3 = vec4f();
  var y4 = vec4f(); var y5 = vec4f(); var y6 = vec4f(); var y7 = vec4f();
  var at = expert * inner * 4u * D4 + id.x;
  for (var k = 0u; k < inner; k++) {
    let m = mat4x4f(weights(shared_, at), weights(shared_, at + D4), weights(shared_, at + 2u * D4), weights(shared_, at + 3u * D4));
    at += 4u * D4;
    y0 += m * hidden(shared_, r0 + k);
    y1 += m * hidden(shared_, r1 + k);
    y2 += m * hidden(shared_, r2 + k);
    y3 += m * hidden(shared_, r3 + k);
    y4 += m * hidden(shared_, r4 + k);
    y5 += m * hidden(shared_, r5 + k);
    y6 += m * hidden(shared_, r6 + k);
    y7 += m * hidden(shared_, r7 + k);
  }
  let to = first * D4 + id.x;
  store(shared_, to, y0);
  if (count > 1u) { store(shared_, to + D4, y1); }
  if (count > 2u) { store(shared_, to + 2u * D4, y2); }
  if (count > 3u) { store(shared_, to + 3u * D4, y3); }
  if (count > 4u) { store(shared_, to + 4u * D4, y4); }
  if (count > 5u) { store(shared_, to + 5u * D4, y5); }
  if (count > 6u) { store(shared_, to + 6u * D4, y6); }
  if (count > 7u) { store(shared_, to + 7u * D4, y7); }
}
