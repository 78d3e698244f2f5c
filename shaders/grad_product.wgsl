// Backward of a dense product c = a w with respect to a:  da[t, k] = sum_n dc[t, n] w[k, n]
// dc [rows, N]; w [K, N], the layout of the forward pass; da [rows, K]; K and N in vec4: K4, N4. Of the normed input where
// the forward product norms: grad_norm.wgsl goes on from there. A thread owns 4 rows x 4 columns.
// For the weight gradient of the product: a and dc, both kept.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> dc: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Weight>;
@group(0) @binding(3) var<storage, read_write> da: array<vec4f>;
@group(0) @binding(4) var<storage, read> gain: array<vec4f>;

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * 4u;
  if (id.x >= K4 || row >= run.rows) { return; }
  let end = run.rows - 1u;
  let r0 = row * N4;
  let r1 = min(row + 1u, end) * N4;
  let r2 = min(row + 2u, end) * N4;
  let r3 = min(row + 3u, end) * N4;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  let at = id.x * 4u * N4;
  for (var n = 0u; n < N4; n++) {
    let w0 = weight(w[at + n]);
    let w1 = weight(w[at + N4 + n]);
    let w2 = weight(w[at + 2u * N4 + n]);
    let w3 = weight(w[at + 3u * N4 + n]);
    let a0 = dc[r0 + n]; c0 += vec4f(dot(a0, w0), dot(a0, w1), dot(a0, w2), dot(a0, w3));
    let a1 = dc[r1 + n]; c1 += vec4f(dot(a1, w0), dot(a1, w1), dot(a1, w2), dot(a1, w3));
    let a2 = dc[r2 + n]; c2 += vec4f(dot(a2, w0), dot(a2, w1), dot(a2, w2), dot(a2, w3));
    let a3 = dc[r3 + n]; c3 += vec4f(dot(a3, w0), dot(a3, w1), dot(a3, w2), dot(a3, w3));
  }
  var g = vec4f(1.0);
  if (NORM && !FOLDED) { g = gain[id.x]; }
  let to = row * K4 + id.x;
  da[to] = c0 * g;
  if (row + 1u < run.rows) { da[to + K4] = c1 * g; }
  if (row + 2u < run.rows) { da[to + 2u * K4] = c2 * g; }
  if (row + 3u < run.rows) { da[to + 3u * K4] = c3 * g; }
}
