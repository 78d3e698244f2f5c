// Four neighbouring weights of one row as they lie in memory: float32, with the gain of the norm before them folded in.
alias Weight = vec4f;
const FOLDED: bool = true;
fn weight(stored: Weight) -> vec4f { return stored; }
