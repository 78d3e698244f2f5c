// Backward of the down product and of SwiGLU, in place of what the forward pass kept:
//   dh[p, f] = mix[p] sum_d dy[t, d] Wdown[e, f, d];  dg = dh u s (1 + g (1 - s)),  du = dh g s,  s = sigmoid(g)
// gradY [rows, D]: gradient of the layer's sum; slots [rows, K + 1]; w [E, F, D]; kept [pairs, F/4, (g, u)] in vec4, in
// sorted order: becomes (dg, du). A thread owns 4 rows x 4 hidden columns. Where all four have weight 0, as core experts
// outside of the cut do, nothing comes back, and `kept` stays as it is: nobody reads it then.
// For weight gradients of the down product: h (from g and u, before they are overwritten), gradY, mix and the plan.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> slots: array<Slot>;
@group(0) @binding(3) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(4) var<storage, read> w: array<Weight>;
@group(0) @binding(5) var<storage, read_write> kept: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const F4: u32 = HIDDEN / 4u;
const PARTS: u32 = TILE_ROWS / 4u;
const PERM: u32 = 4u + MAX_TILES * 3u;

fn mixOf(pair: u32) -> f32 {
  let token = plan[PERM + pair];
  for (var s = 0u; s < run.slots; s++) {
    let slot = slots[token * (run.slots + 1u) + s];
    if (slot.expert != NO_EXPERT && plan[PERM + MAX_PAIRS + token * run.slots + s] == pair) { return slot.mix; }
  }
  return 0.0;
}

fn store(pair: u32, column: u32, mix: f32, sum: vec4f) {
  let at = 2u * (pair * F4 + column);
  let g = kept[at];
  let u = kept[at + 1u];
  let s = 1.0 / (1.0 + exp(-g));
  let dh = sum * mix;
  kept[at] = dh * u * s * (1.0 + g * (1.0 - s));
  kept[at + 1u] = dh * g * s;
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y / PARTS;
  let part = 4u * (id.y % PARTS);
  if (id.x >= F4 || tile >= plan[0] || part >= plan[6u + tile * 3u]) { return; }
  let expert = plan[4u + tile * 3u];
  let first = plan[5u + tile * 3u] + part;
  let count = min(4u, plan[6u + tile * 3u] - part);
  let m0 = mixOf(first);
  let m1 = mixOf(first + min(1u, count - 1u));
  let m2 = mixOf(first + min(2u, count - 1u));
  let m3 = mixOf(first + min(3u, count - 1u));
  if (m0 == 0.0 && m1 == 0.0 && m2 == 0.0 && m3 == 0.0) { return; }
  let r0 = plan[PERM + first] * D4;
  let r1 = plan[PERM + first + min(1u, count - 1u)] * D4;
  let r2 = plan[PERM + first + min(2u, count - 1u)] * D4;
  let r3 = plan[PERM + first + min(3u, count - 1u)] * D4;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  let at = (expert * HIDDEN + id.x * 4u) * D4;
  for (var k = 0u; k < D4; k++) {
    let w0 = weight(w[at + k]);
    let w1 = weight(w[at + D4 + k]);
    let w2 = weight(w[at + 2u * D4 + k]);
    let w3 = weight(w[at + 3u * D4 + k]);
    let a0 = gradY[r0 + k]; c0 += vec4f(dot(a0, w0), dot(a0, w1), dot(a0, w2), dot(a0, w3));
    let a1 = gradY[r1 + k]; c1 += vec4f(dot(a1, w0), dot(a1, w1), dot(a1, w2), dot(a1, w3));
    let a2 = gradY[r2 + k]; c2 += vec4f(dot(a2, w0), dot(a2, w1), dot(a2, w2), dot(a2, w3));
    let a3 = gradY[r3 + k]; c3 += vec4f(dot(a3, w0), dot(a3, w1), dot(a3, w2), dot(a3, w3));
  }
  store(first, id.x, m0, c0);
  if (count > 1u) { store(first + 1u, id.x, m1, c1); }
  if (count > 2u) { store(first + 2u, id.x, m2, c2); }
  if (count > 3u) { store(first + 3u, id.x, m3, c3); }
}
