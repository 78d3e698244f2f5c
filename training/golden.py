"""Golden files: what the exported float16 weights compute in float32, for tests of independent engines.

    python -m training.golden            # every folder of public/models -> training/golden/<name>.safetensors
    python -m training.golden --tiny     # random models with unusual shapes -> training/golden/tiny-*/

Keys per prompt p0, p1, ...: ids [T] I32; embeddings, block0.. [T, D] (residual stream after each block);
router_logits [L, T, E]; experts [L, T, K] I32 by falling probability; mix [L, T, K]; logits [T, V].
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from . import tokenizer as tok
from .export import PUBLIC, load_exported, write_model
from .model import Config, Model

GOLDEN = Path(__file__).parent / "golden"
PROMPTS = [
    "Once upon a time there was a king who had three daughters, and",
    "def add(a, b):\n    return a + b\n\ndef mul(a, b):\n",
    "Il était une fois une petite fille qui vivait dans la forêt.",
    "3 7 12 49 = 8 + 0, 1234567890",
    "the",
]
BASE = {"num_key_value_heads": 2, "num_attention_heads": 4, "head_dim": 8, "hidden_size": 32, "vocab_size": 96,
        "num_hidden_layers": 3, "intermediate_size": 48, "max_position_embeddings": 64, "rope_theta": 10000.0,
        "rms_norm_eps": 1e-6, "tie_word_embeddings": True, "hidden_act": "silu", "attention_bias": False,
        "rope_scaling": None, "eos_token_id": 0, "torch_dtype": "float16"}
MOE = {"decoder_sparse_step": 1, "mlp_only_layers": []}
TINY = {
    "tiny-qwen3": {**BASE, **MOE, "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe",
                   "num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "norm_topk_prob": True},
    "tiny-shared": {**BASE, **MOE, "architectures": ["Qwen2MoeForCausalLM"], "model_type": "qwen2_moe",
                    "qkv_bias": False, "num_key_value_heads": 4, "num_experts": 6, "num_experts_per_tok": 2,
                    "moe_intermediate_size": 16, "shared_expert_intermediate_size": 24, "norm_topk_prob": False,
                    "tie_word_embeddings": False},
    "tiny-odd": {**BASE, **MOE, "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe",
                 "hidden_size": 48, "head_dim": 12, "num_hidden_layers": 2, "vocab_size": 77, "num_experts": 5,
                 "num_experts_per_tok": 3, "moe_intermediate_size": 20, "norm_topk_prob": True},
    "tiny-dense": {**BASE, "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3"},
}


@torch.no_grad()
def record(model: Model, ids: list[int], key: str) -> dict[str, Tensor]:
    """All golden tensors of one prompt."""
    blocks: list[Tensor] = []
    hidden, routing = model(torch.tensor([ids]), blocks=blocks)
    out = {"ids": torch.tensor(ids, dtype=torch.int32), "embeddings": blocks[0][0], "logits": model.logits(hidden[0])}
    out |= {f"block{i}": b[0] for i, b in enumerate(blocks[1:])}
    if routing:
        out["router_logits"] = torch.stack([r["router_logits"] for r in routing])
        out["experts"] = torch.stack([r["experts"] for r in routing]).to(torch.int32)
        out["mix"] = torch.stack([r["mix"] for r in routing])
    return {f"{key}.{name}": value.contiguous() for name, value in out.items()}


def write(target: Path, model: Model, prompts: list[tuple[str, list[int]]]) -> None:
    """One golden file; prompts are (text, ids)."""
    tensors: dict[str, Tensor] = {}
    for i, (_, ids) in enumerate(prompts):
        tensors |= record(model, ids, f"p{i}")
    save_file(tensors, target, metadata={"prompts": json.dumps([text for text, _ in prompts])})
    target.chmod(0o644)
    print(f"{target}: {len(prompts)} prompts, {target.stat().st_size:,} bytes")


def tiny(name: str, config: dict) -> None:
    """A random model whose every weight matters: wide routers, norms away from one."""
    folder = GOLDEN / name
    model = Model(Config.from_dict(config), seed=7)
    generator = torch.Generator().manual_seed(8)
    with torch.no_grad():
        for key, p in model.named_parameters():
            if p.dim() == 1:
                p.add_(0.2 * torch.randn(p.shape, generator=generator))
            elif "embed" in key or "lm_head" in key:
                p.mul_(20)
            else:
                p.mul_(2)
    write_model(folder, config, model.state_dict())
    lengths = (1, 6, 17, 32)
    prompts = [torch.randint(0, config["vocab_size"], (n,), generator=generator).tolist() for n in lengths]
    write(folder / "golden.safetensors", load_exported(folder), [("ids " + " ".join(map(str, p)), p) for p in prompts])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    GOLDEN.mkdir(exist_ok=True)
    if args.tiny:
        for name, config in TINY.items():
            tiny(name, config)
        return
    tokenizer = tok.load()
    for folder in sorted(p.parent for p in PUBLIC.glob("*/config.json")):
        write(GOLDEN / f"{folder.name}.safetensors", load_exported(folder),
              [(text, tokenizer.encode(text).ids) for text in PROMPTS])


if __name__ == "__main__":
    main()
