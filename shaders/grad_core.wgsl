// Lets experts outside of the cut in with weight 0, so that their outputs are computed and get a gradient: the forward
// result stays as it is. core [.., EXPERTS]: 1 for experts to let in; layer.z is the row of this layer.
// slots [rows, K + 1], K at least as many as can be filled. One thread handles one token, experts in order of their id.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<uniform> layer: vec4u;
@group(0) @binding(2) var<storage, read> core: array<u32>;
@group(0) @binding(3) var<storage, read_write> slots: array<Slot>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= run.rows) { return; }
  let first = id.x * (run.slots + 1u);
  var count = 0u;
  while (count < run.slots && slots[first + count].expert != NO_EXPERT) { count++; }
  let chosen = count;
  for (var e = 0u; e < EXPERTS && count < run.slots; e++) {
    var out = core[layer.z * EXPERTS + e] != 0u;
    for (var s = 0u; s < chosen; s++) { out = out && slots[first + s].expert != e; }
    if (!out) { continue; }
    slots[first + count].expert = e;
    slots[first + count].mix = 0.0;
    count++;
  }
}
