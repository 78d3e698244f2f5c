// Groups the (token, slot) pairs of a batch by expert, on the GPU and without a readback:
//   tiles: (expert, first sorted row, rows), at most TILE_ROWS rows each; perm[sorted row] = token;
//   inverse[token * K + slot] = sorted row.
// Output words: [0] number of tiles | [4 ..] MAX_TILES * 3 | MAX_PAIRS perm | MAX_PAIRS inverse.
// One workgroup, a thread per expert: each scans the pairs in token order, so the order is reproducible.
// Same idea as the expert lists of Megablocks (arXiv 2211.15841): dropless, no capacity, no padding.
@group(0) @binding(0) var<uniform> run: Run;
@group(0) @binding(1) var<storage, read> slots: array<Slot>;
@group(0) @binding(2) var<storage, read_write> plan: array<u32>;

var<workgroup> counts: array<u32, PLAN_THREADS>;

@compute @workgroup_size(PLAN_THREADS)
fn main(@builtin(local_invocation_index) lane: u32) {
  var count = 0u;
  for (var token = 0u; token < run.rows; token++) {
    for (var s = 0u; s < run.slots; s++) {
      if (slots[token * (run.slots + 1u) + s].expert == lane) { count++; }
    }
  }
  counts[lane] = count;
  workgroupBarrier();
  var row = 0u;
  var tile = 0u;
  for (var e = 0u; e < lane; e++) {
    row += counts[e];
    tile += (counts[e] + TILE_ROWS - 1u) / TILE_ROWS;
  }
  for (var done = 0u; done < count; done += TILE_ROWS) {
    plan[4u + tile * 3u] = lane;
    plan[4u + tile * 3u + 1u] = row + done;
    plan[4u + tile * 3u + 2u] = min(TILE_ROWS, count - done);
    tile++;
  }
  if (lane == PLAN_THREADS - 1u) { plan[0] = tile; }
  let perm = 4u + MAX_TILES * 3u;
  for (var token = 0u; token < run.rows; token++) {
    for (var s = 0u; s < run.slots; s++) {
      if (slots[token * (run.slots + 1u) + s].expert == lane) {
        plan[perm + row] = token;
        plan[perm + MAX_PAIRS + token * run.slots + s] = row;
        row++;
      }
    }
  }
}
