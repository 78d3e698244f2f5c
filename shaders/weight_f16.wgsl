// The memory of weight_packed.wgsl, read as float16 by devices that have the type.
alias Weight = vec4h;
const FOLDED: bool = false;
fn weight(stored: Weight) -> vec4f { return vec4f(stored); }
