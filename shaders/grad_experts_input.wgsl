// Backward of the gate and up products: gradient of each pair's normed input.
//   dxn[p, k] = sum_f dg[p, f] Wgate[e, k, f] + du[p, f] Wup[e, k, f]
// kept [pairs, F/4, (dg, du)] and w [E, D, F/4, (gate, up)] in vec4 are interleaved alike, so this is one product along both.
// gradPair [pairs, D] in sorted order; slots [rows, K + 1]. A thread owns 4 rows x 4 columns; where all four have weight 0
// it does nothing, since grad_gather.wgsl does not read them.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> slots: array<Slot>;
@group(0) @binding(3) var<storage, read> kept: array<vec4f>;
@group(0) @binding(4) var<storage, read> w: array<Weight>;
@group(0) @binding(5) var<storage, read_write> gradPair: array<vec4f>;
@group(0) @binding(6) var<storage, read> gain: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const N4: u32 = HIDDEN / 2u;
const PARTS: u32 = TILE_ROWS / 4u;
const PERM: u32 = 4u + MAX_TILES * 3u;

fn counts(pair: u32) -> bool {
  let token = plan[PERM + pair];
  for (var s = 0u; s < run.slots; s++) {
    let slot = slots[token * (run.slots + 1u) + s];
    if (slot.expert != NO_EXPERT && plan[PERM + MAX_PAIRS + token * run.slots + s] == pair) { return slot.mix != 0.0; }
  }
  return false;
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y / PARTS;
  let part = 4u * (id.y % PARTS);
  if (id.x >= D4 || tile >= plan[0] || part >= plan[6u + tile * 3u]) { return; }
  let expert = plan[4u + tile * 3u];
  let first = plan[5u + tile * 3u] + part;
  let count = min(4u, plan[6u + tile * 3u] - part);
  var any = false;
  for (var i = 0u; i < count; i++) { any = any || counts(first + i); }
  if (!any) { return; }
  let r0 = first * N4;
  let r1 = (first + min(1u, count - 1u)) * N4;
  let r2 = (first + min(2u, count - 1u)) * N4;
  let r3 = (first + min(3u, count - 1u)) * N4;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  let at = (expert * WIDTH + id.x * 4u) * N4;
  for (var n = 0u; n < N4; n++) {
    let w0 = weight(w[at + n]);
    let w1 = weight(w[at + N4 + n]);
    let w2 = weight(w[at + 2u * N4 + n]);
    let w3 = weight(w[at + 3u * N4 + n]);
    let a0 = kept[r0 + n]; c0 += vec4f(dot(a0, w0), dot(a0, w1), dot(a0, w2), dot(a0, w3));
    let a1 = kept[r1 + n]; c1 += vec4f(dot(a1, w0), dot(a1, w1), dot(a1, w2), dot(a1, w3));
    let a2 = kept[r2 + n]; c2 += vec4f(dot(a2, w0), dot(a2, w1), dot(a2, w2), dot(a2, w3));
    let a3 = kept[r3 + n]; c3 += vec4f(dot(a3, w0), dot(a3, w1), dot(a3, w2), dot(a3, w3));
  }
  var g = vec4f(1.0);
  if (!FOLDED) { g = gain[id.x]; }
  let to = first * D4 + id.x;
  gradPair[to] = c0 * g;
  if (count > 1u) { gradPair[to + D4] = c1 * g; }
  if (count > 2u) { gradPair[to + 2u * D4] = c2 * g; }
  if (count > 3u) { gradPair[to + 3u * D4] = c3 * g; }
}
