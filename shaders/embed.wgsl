// x[t] = embedding[ids[t]]
// ids [rows]; embedding [V, D]; x [rows, D]. One thread copies one vec4.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> embedding: array<Weight>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= WIDTH / 4u || id.y >= run.rows) { return; }
  x[id.y * (WIDTH / 4u) + id.x] = weight(embedding[ids[id.y] * (WIDTH / 4u) + id.x]);
}
