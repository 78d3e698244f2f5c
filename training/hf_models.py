"""Tiny randomly initialised MoE models of eight classes of `transformers`, to test public/tools/hf_moe_trace.py with.

    python -m training.hf_models            # writes the traces that the page's tests open

Each has three layers, eight experts (twelve in DeepSeek-V2) and the tokenizer of the shipped checkpoints. Weights are
drawn wide, so that the routers prefer some experts clearly.
"""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from types import ModuleType

import torch
import transformers

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / "public" / "tools" / "hf_moe_trace.py"
TOKENIZER = ROOT / "training" / "tokenizer" / "tokenizer.json"
FIXTURES = ROOT / "src" / "trace" / "testing" / "hf"
PROMPT = "Once upon a time the old king asked: 2 + 3 = 5, caf\u00e9?"

COMMON = dict(
    vocab_size=4096, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=128, initializer_range=0.3, bos_token_id=None, eos_token_id=None,
    pad_token_id=None, tie_word_embeddings=True,
)
LATENT = dict(q_lora_rank=16, kv_lora_rank=16, qk_nope_head_dim=8, qk_rope_head_dim=8, v_head_dim=8, num_key_value_heads=4)

# By file name: class, and what its configuration adds to the common one.
MODELS: dict[str, tuple[str, dict]] = {
    "olmoe": ("Olmoe", dict(num_experts=8, num_experts_per_tok=2, norm_topk_prob=False)),
    "qwen2-moe": ("Qwen2Moe", dict(num_experts=8, num_experts_per_tok=3, norm_topk_prob=False, moe_intermediate_size=24, shared_expert_intermediate_size=24)),
    "qwen3-moe": ("Qwen3Moe", dict(num_experts=8, num_experts_per_tok=2, norm_topk_prob=True, moe_intermediate_size=24, head_dim=8, mlp_only_layers=[1])),
    "mixtral": ("Mixtral", dict(num_local_experts=8, num_experts_per_tok=2)),
    "deepseek-v2": ("DeepseekV2", dict(LATENT, n_routed_experts=12, num_experts_per_tok=3, n_shared_experts=2, moe_intermediate_size=16, first_k_dense_replace=1, topk_method="group_limited_greedy", n_group=4, topk_group=2, routed_scaling_factor=1.5)),
    "deepseek-v3": ("DeepseekV3", dict(LATENT, n_routed_experts=8, num_experts_per_tok=2, n_shared_experts=1, moe_intermediate_size=16, first_k_dense_replace=1, n_group=2, topk_group=2, norm_topk_prob=True, routed_scaling_factor=2.5)),
    "granite-moe": ("GraniteMoe", dict(num_local_experts=8, num_experts_per_tok=2)),
    "gpt-oss": ("GptOss", dict(num_local_experts=8, num_experts_per_tok=2, head_dim=8, sliding_window=16, layer_types=["sliding_attention", "full_attention", "sliding_attention"])),
}


def tool() -> ModuleType:
    """The script as a module, although it lies among the page's files."""
    spec = importlib.util.spec_from_file_location("hf_moe_trace", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(name: str) -> torch.nn.Module:
    """The model in evaluation mode, the same for the same name."""
    kind, extra = MODELS[name]
    config = getattr(transformers, f"{kind}Config")(**{**COMMON, **extra})
    torch.manual_seed(7)
    model = getattr(transformers, f"{kind}ForCausalLM")(config).float().eval()
    with torch.no_grad():
        # A bias for choosing only is made to matter, and so is one of the router; they begin at zero.
        for key, value in [*model.named_buffers(), *model.named_parameters()]:
            if key.endswith(("e_score_correction_bias", "router.bias")):
                value.copy_(torch.randn_like(value) * 0.3)
    return model


def save(name: str, folder: Path) -> None:
    """Checkpoint and tokenizer in the layout of the Hub."""
    build(name).save_pretrained(folder)
    transformers.PreTrainedTokenizerFast(tokenizer_file=str(TOKENIZER)).save_pretrained(folder)


def main() -> None:
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / f"tiny-{name}"
            save(name, folder)
            tool().main(["--model", str(folder), "--prompt", PROMPT, "--max-new-tokens", "6", "--norms", "--title", f"tiny {MODELS[name][0]}", "--out", str(FIXTURES / f"{name}.json")])


if __name__ == "__main__":
    main()
