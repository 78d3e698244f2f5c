// experts_up_register.wgsl for a gradient problem: also keeps what SwiGLU was given.
//   g = xn[t] Wgate[e],  u = xn[t] Wup[e],  h[p] = silu(g) u,  xn = RMSNorm(x), t = perm[p], e = expert of the tile
// x [rows, D]; w [E, D, F/4, (gate, up)] in vec4; h [pairs, F]; kept [pairs, F/4, (g, u)] in vec4, both in sorted order.
// A thread owns 4 rows x 4 hidden columns: the few rows of a last-token problem fill it, and it holds no barrier.
// For weight gradients: x, the plan and the gradient that grad_experts_hidden.wgsl puts in the place of `kept`.
@group(0) @binding(0) var<storage, read> plan: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Weight>;
@group(0) @binding(3) var<storage, read_write> h: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> kept: array<vec4f>;
@group(0) @binding(5) var<storage, read> gain: array<vec4f>;

const D4: u32 = WIDTH / 4u;
const F4: u32 = HIDDEN / 4u;
const PARTS: u32 = TILE_ROWS / 4u;
const STEP: u32 = 2u * F4;

// Rows 4k to 4k + 3 of one matrix in 4 columns.
fn block(at: u32, k: u32) -> mat4x4f {
  let m = mat4x4f(weight(w[at]), weight(w[at + STEP]), weight(w[at + 2u * STEP]), weight(w[at + 3u * STEP]));
  if (FOLDED) { return m; }
  return folded(m, gain[k]);
}

fn store(at: u32, squares: f32, gate: vec4f, up: vec4f) {
  let scale = inverseSqrt(squares / f32(WIDTH) + NORM_EPSILON);
  let g = gate * scale;
  let u = up * scale;
  h[at] = g / (1.0 + exp(-g)) * u;
  kept[2u * at] = g;
  kept[2u * at + 1u] = u;
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y / PARTS;
  let part = 4u * (id.y % PARTS);
  if (id.x >= F4 || tile >= plan[0] || part >= plan[6u + tile * 3u]) { return; }
  let expert = plan[4u + tile * 3u];
  let first = plan[5u + tile * 3u] + part;
  let count = min(4u, plan[6u + tile * 3u] - part);
  let perm = 4u + MAX_TILES * 3u + first;
  let r0 = plan[perm] * D4;
  let r1 = plan[perm + min(1u, count - 1u)] * D4;
  let r2 = plan[perm + min(2u, count - 1u)] * D4;
  let r3 = plan[perm + min(3u, count - 1u)] * D4;
  var g0 = vec4f(); var g1 = vec4f(); var g2 = vec4f(); var g3 = vec4f();
  var u0 = vec4f(); var u1 = vec4f(); var u2 = vec4f(); var u3 = vec4f();
  var s0 = 0.0; var s1 = 0.0; var s2 = 0.0; var s3 = 0.0;
  var at = expert * WIDTH * STEP + id.x * 2u;
  for (var k = 0u; k < D4; k++) {
    let gate = block(at, k);
    let up = block(at + 1u, k);
    at += 4u * STEP;
    let x0 = x[r0 + k]; g0 += gate * x0; u0 += up * x0; s0 += dot(x0, x0);
    let x1 = x[r1 + k]; g1 += gate * x1; u1 += up * x1; s1 += dot(x1, x1);
    let x2 = x[r2 + k]; g2 += gate * x2; u2 += up * x2; s2 += dot(x2, x2);
    let x3 = x[r3 + k]; g3 += gate * x3; u3 += up * x3; s3 += dot(x3, x3);
  }
  let to = first * F4 + id.x;
  store(to, s0, g0, u0);
  if (count > 1u) { store(to + F4, s1, g1, u1); }
  if (count > 2u) { store(to + 2u * F4, s2, g2, u2); }
  if (count > 3u) { store(to + 3u * F4, s3, g3, u3); }
}
