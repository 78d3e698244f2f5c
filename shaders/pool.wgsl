// out[d] += sum_t x[t, d]: the rows of a batch, summed. The host divides by the number of tokens.
// x [rows, D]; out [D]. One thread per vec4 column, rows in order.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

const D4: u32 = WIDTH / 4u;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= D4) { return; }
  var sum = out[column];
  for (var row = 0u; row < run.rows; row++) { sum += x[row * D4 + column]; }
  out[column] = sum;
}
