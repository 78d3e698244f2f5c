"""Decoder-only transformer with dense or mixture-of-experts feed-forward, small enough to read in one sitting.

Parameter names follow `transformers` (Qwen3-MoE, Qwen3, Qwen2-MoE); only the experts are stored stacked and are
split at export. Shape letters: B sequences, T tokens, D model width, L layers, E experts, K chosen, H heads,
F expert width, V vocabulary, N = B*T.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .products import ChunkedCrossEntropy, blocked_attention, group_by_expert, grouped_linear, product_type, ungroup


@dataclass
class Config:
    """The fields of a `transformers` config.json that the forward pass needs; flags cover the cousins."""

    model_type: str = "qwen3_moe"
    vocab_size: int = 4096
    hidden_size: int = 128
    num_hidden_layers: int = 8
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 32
    intermediate_size: int = 256
    max_position_embeddings: int = 512
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6
    tie_word_embeddings: bool = True
    num_experts: int = 0
    num_experts_per_tok: int = 2
    moe_intermediate_size: int = 128
    norm_topk_prob: bool = True
    shared_expert_intermediate_size: int = 0

    @property
    def qk_norm(self) -> bool:
        """Per-head RMSNorm on queries and keys is what the Qwen3 classes do and Qwen2-MoE does not."""
        return self.model_type.startswith("qwen3")

    @classmethod
    def from_dict(cls, values: dict) -> "Config":
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in values.items() if k in known})

    @classmethod
    def load(cls, path: Path) -> "Config":
        return cls.from_dict(json.loads(path.read_text()))


class RMSNorm(nn.Module):
    """x / rms(x) * weight over the last axis, in float32 (https://arxiv.org/abs/1910.07467)."""

    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x: Tensor) -> Tensor:
        y = x.float()
        y = y * torch.rsqrt(y.square().mean(-1, keepdim=True) + self.eps)
        return (y * self.weight).to(x.dtype)


def rope_table(length: int, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """cos and sin [length, head_dim] of rotary positions, halves repeated (https://arxiv.org/abs/2104.09864)."""
    frequency = theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim)
    angle = torch.outer(torch.arange(length, dtype=torch.float32), frequency)
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate-half form of RoPE; x [B, H, T, head_dim]."""
    a, b = x.chunk(2, dim=-1)
    return x * cos.to(x.dtype) + torch.cat([-b, a], dim=-1) * sin.to(x.dtype)


class Attention(nn.Module):
    """Causal attention with grouped queries and optional QK-norm, no biases."""

    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.q_proj = nn.Linear(c.hidden_size, c.num_attention_heads * c.head_dim, bias=False)
        self.k_proj = nn.Linear(c.hidden_size, c.num_key_value_heads * c.head_dim, bias=False)
        self.v_proj = nn.Linear(c.hidden_size, c.num_key_value_heads * c.head_dim, bias=False)
        self.o_proj = nn.Linear(c.num_attention_heads * c.head_dim, c.hidden_size, bias=False)
        if c.qk_norm:
            self.q_norm, self.k_norm = RMSNorm(c.head_dim, c.rms_norm_eps), RMSNorm(c.head_dim, c.rms_norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        B, T, _ = x.shape
        q, k, v = (p(x).view(B, T, -1, self.c.head_dim) for p in (self.q_proj, self.k_proj, self.v_proj))
        if self.c.qk_norm:
            q, k = self.q_norm(q), self.k_norm(k)
        q, k, v = rotate(q.transpose(1, 2), cos, sin), rotate(k.transpose(1, 2), cos, sin), v.transpose(1, 2)
        groups = self.c.num_attention_heads // self.c.num_key_value_heads
        if groups > 1:
            k, v = k.repeat_interleave(groups, dim=1), v.repeat_interleave(groups, dim=1)
        y = blocked_attention(q, k, v) if q.dtype == torch.bfloat16 and not q.is_cuda else \
            F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(y.transpose(1, 2).reshape(B, T, -1))


class SwiGLU(nn.Module):
    """down(silu(gate(x)) * up(x)) (https://arxiv.org/abs/2002.05202)."""

    def __init__(self, width: int, inner: int):
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Experts(nn.Module):
    """E SwiGLU experts, stacked: gate_up [E, 2F, D] (gate rows first), down [E, D, F]."""

    def __init__(self, c: Config):
        super().__init__()
        E, D, W = c.num_experts, c.hidden_size, c.moe_intermediate_size
        self.gate_up = nn.Parameter(torch.empty(E, 2 * W, D))
        self.down = nn.Parameter(torch.empty(E, D, W))

    def forward(self, x: Tensor, chosen: Tensor) -> Tensor:
        """x [N, D], chosen [N, K] -> each chosen expert's output [N, K, D]."""
        rows, slot, counts = group_by_expert(x.to(product_type(x)), chosen, len(self.down))
        gate, up = grouped_linear(rows, self.gate_up, counts).chunk(2, dim=-1)
        rows = grouped_linear(F.silu(gate) * up, self.down, counts)
        return ungroup(rows, slot).view(*chosen.shape, -1)


class MoE(nn.Module):
    """Top-k routed experts, softmax before the cut, plus an optional gated shared expert (Qwen2-MoE)."""

    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.gate = nn.Linear(c.hidden_size, c.num_experts, bias=False)
        self.experts = Experts(c)
        if c.shared_expert_intermediate_size:
            self.shared_expert = SwiGLU(c.hidden_size, c.shared_expert_intermediate_size)
            self.shared_expert_gate = nn.Linear(c.hidden_size, 1, bias=False)

    def forward(self, x: Tensor, hooks: "Hooks | None" = None, layer: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
        """x [B, T, D] -> y [B, T, D] and what routing did (router_logits [N, E], experts and mix [N, K])."""
        flat = x.reshape(-1, x.shape[-1])
        k = self.c.num_experts_per_tok
        with torch.autocast(x.device.type, enabled=False):  # near-ties must fall as they will in float32 inference
            logits = F.linear(flat.float(), self.gate.weight.float())
        if hooks is not None:
            logits, k = hooks.logits(layer, logits), hooks.k or k
        probs = logits.softmax(-1)
        mix, chosen = probs.topk(k, dim=-1)
        if self.c.norm_topk_prob:
            mix = mix / mix.sum(-1, keepdim=True)
        y = (self.experts(flat, chosen) * mix.unsqueeze(-1).to(flat.dtype)).sum(1)
        if self.c.shared_expert_intermediate_size:
            y = y + torch.sigmoid(self.shared_expert_gate(flat)) * self.shared_expert(flat)
        return y.view_as(x), {"router_logits": logits, "experts": chosen, "mix": mix}


@dataclass
class Hooks:
    """Inference-time changes of the routing: another k, and a bias added to router logits."""

    k: int | None = None
    bias: Tensor | None = None
    """Broadcastable to [L, N, E]; added to the router logits of each layer."""

    def logits(self, layer: int, logits: Tensor) -> Tensor:
        return logits if self.bias is None else logits + self.bias[layer]


class Block(nn.Module):
    """Pre-norm attention and feed-forward."""

    def __init__(self, c: Config):
        super().__init__()
        self.input_layernorm = RMSNorm(c.hidden_size, c.rms_norm_eps)
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RMSNorm(c.hidden_size, c.rms_norm_eps)
        self.mlp = MoE(c) if c.num_experts else SwiGLU(c.hidden_size, c.intermediate_size)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, hooks: "Hooks | None" = None, layer: int = 0
    ) -> tuple[Tensor, dict[str, Tensor] | None]:
        """x [B, T, D] -> x [B, T, D] and what routing did, if this block routes."""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        h = self.post_attention_layernorm(x)
        if isinstance(self.mlp, MoE):
            h, routed = self.mlp(h, hooks, layer)
            return x + h, routed
        return x + self.mlp(h), None


class Model(nn.Module):
    """The language model. `forward` returns final hidden states and, per MoE layer, what routing did."""

    def __init__(self, c: Config, seed: int = 0):
        super().__init__()
        self.c = c
        self.model = nn.ModuleDict({
            "embed_tokens": nn.Embedding(c.vocab_size, c.hidden_size),
            "layers": nn.ModuleList(Block(c) for _ in range(c.num_hidden_layers)),
            "norm": RMSNorm(c.hidden_size, c.rms_norm_eps),
        })
        self.lm_head = None if c.tie_word_embeddings else nn.Linear(c.hidden_size, c.vocab_size, bias=False)
        cos, sin = rope_table(c.max_position_embeddings, c.head_dim, c.rope_theta)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        generator = torch.Generator().manual_seed(seed)
        for name, p in self.named_parameters():
            if p.dim() > 1:
                scale = 1 / (2 * c.num_hidden_layers) ** 0.5 if name.endswith(("o_proj.weight", "down", "down_proj.weight")) else 1.0
                std = 0.02 if "embed" in name or "lm_head" in name else scale / p.shape[-1] ** 0.5 * 0.6
                nn.init.normal_(p, std=std, generator=generator)

    @property
    def head(self) -> Tensor:
        """Output embedding [V, D]."""
        return self.model["embed_tokens"].weight if self.lm_head is None else self.lm_head.weight

    def forward(
        self, ids: Tensor, hooks: Hooks | None = None, blocks: list[Tensor] | None = None
    ) -> tuple[Tensor, list[dict[str, Tensor]]]:
        """ids [B, T] -> normed hidden states [B, T, D], routing per MoE layer; `blocks` collects residual streams."""
        x = self.model["embed_tokens"](ids)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        routing = []
        if blocks is not None:
            blocks.append(x)
        for index, block in enumerate(self.model["layers"]):
            x, routed = block(x, cos, sin, hooks, index)
            if routed is not None:
                routing.append(routed)
            if blocks is not None:
                blocks.append(x)
        return self.model["norm"](x), routing

    def logits(self, hidden: Tensor) -> Tensor:
        """Next-token logits [..., V] of hidden states [..., D]."""
        return F.linear(hidden, self.head.to(hidden.dtype)).float()

    def loss(
        self, ids: Tensor, targets: Tensor, weights: Tensor, balance: float, z: float
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Training loss of ids, targets, weights [B, T] and its parts; `load` [L, E] counts tokens per expert."""
        hidden, routing = self(ids)
        if hidden.is_cuda:
            losses = F.cross_entropy(self.logits(hidden.flatten(0, 1)), targets.flatten(), reduction="none")
            total, plain = (losses * weights.flatten()).mean(), losses.mean()
        else:
            total, plain = ChunkedCrossEntropy.apply(
                hidden.flatten(0, 1), self.head, targets.flatten(), weights.flatten(), product_type(hidden))
        parts = {"ce": plain.detach()}
        if routing:
            terms = [router_losses(r["router_logits"], r["experts"]) for r in routing]
            lb, lz = torch.stack([t[0] for t in terms]).mean(), torch.stack([t[1] for t in terms]).mean()
            total = total + balance * lb + z * lz
            parts |= {"balance": lb.detach(), "z": lz.detach(), "load": torch.stack([t[2] for t in terms])}
        return total, parts

    def active_parameters(self) -> int:
        """Parameters a token uses, tied embedding counted once."""
        c, total = self.c, sum(p.numel() for p in self.parameters())
        per_expert = 3 * c.hidden_size * c.moe_intermediate_size * c.num_hidden_layers
        return total - (c.num_experts - c.num_experts_per_tok) * per_expert if c.num_experts else total


def router_losses(logits: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Load balancing E * sum f_i P_i with f_i = count_i / (K N) (1 when uniform; https://arxiv.org/abs/2401.06066),
    z-loss mean(logsumexp^2) (https://arxiv.org/abs/2202.08906), and counts [E]. logits [N, E], chosen [N, K]."""
    E = logits.shape[-1]
    counts = torch.bincount(chosen.flatten(), minlength=E)
    share = counts / chosen.numel()
    balance = E * (share * logits.softmax(-1).mean(0)).sum()
    return balance, logits.logsumexp(-1).square().mean(), counts


@torch.no_grad()
def generate(model: Model, ids: list[int], count: int, temperature: float = 0.8, seed: int = 0) -> list[int]:
    """Continues `ids` by `count` tokens; recomputes the prefix each step. temperature 0 is greedy."""
    generator = torch.Generator().manual_seed(seed)
    out = list(ids)
    device = model.head.device
    for _ in range(count):
        window = torch.tensor([out[-model.c.max_position_embeddings :]], device=device)
        logits = model.logits(model(window)[0][0, -1]).cpu()
        if temperature == 0:
            out.append(int(logits.argmax()))
        else:
            out.append(int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)))
    return out
