// Four neighbouring weights of one row as they lie in memory: the checkpoint's own float16, two in a word, which every
// device can read. The gain of the norm before them stands apart, since its product with a float16 is none.
alias Weight = vec2u;
const FOLDED: bool = false;
fn weight(stored: Weight) -> vec4f { return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y)); }
