"""The last token alone through the late layers, with everything before it kept: what C3PO's variables can reach.

Shape letters: B prompts, T their padded length, C chosen layers, E experts, D width, H heads, G key heads.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .measure_tasks import pad
from .model import Block, Model, rotate


@dataclass
class Kept:
    """What does not change while the pathway does, of B prompts, for the layers from `first` on."""

    first: int
    x: Tensor
    """Residual stream of the last token entering layer `first`. [B, D]"""
    keys: list[Tensor]
    values: list[Tensor]
    """Of all earlier tokens, by layer, rotated, zero past each prompt. [B, G, T - 1, head_dim]"""
    lengths: Tensor
    """Tokens of each prompt, the last one included. [B]"""
    pathway: Tensor
    """The router's softmax at the last token, all layers. [B, L, E]"""
    embedding: Tensor
    """Mean over tokens of the input embedding. [B, D]"""
    logits: Tensor
    """After the last token, nothing changed. [B, V]"""

    def rows(self, index: list[int]) -> "Kept":
        pick = lambda t: t[index]
        return Kept(self.first, pick(self.x), [pick(k) for k in self.keys], [pick(v) for v in self.values], pick(self.lengths),
                    pick(self.pathway), pick(self.embedding), pick(self.logits))


def join(parts: list[Kept]) -> Kept:
    """One batch of several, padded to the longest."""
    size = max(int(p.lengths.max()) for p in parts) - 1
    fit = lambda t: F.pad(t[:, :, :size], (0, 0, 0, max(0, size - t.shape[2])))
    cat = lambda name: torch.cat([getattr(p, name) for p in parts])
    layers = range(len(parts[0].keys))
    return Kept(parts[0].first, cat("x"), [torch.cat([fit(p.keys[l]) for p in parts]) for l in layers],
                [torch.cat([fit(p.values[l]) for p in parts]) for l in layers], cat("lengths"), cat("pathway"), cat("embedding"),
                cat("logits"))


def heads(block: Block, h: Tensor, model: Model, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """q [B, H, T, head_dim], k and v [B, G, T, head_dim] of h [B, T, D], rotated."""
    a, c = block.self_attn, model.c
    q, k, v = (p(h).view(*h.shape[:2], -1, c.head_dim) for p in (a.q_proj, a.k_proj, a.v_proj))
    if c.qk_norm:
        q, k = a.q_norm(q), a.k_norm(k)
    return rotate(q.transpose(1, 2), cos, sin), rotate(k.transpose(1, 2), cos, sin), v.transpose(1, 2)


@torch.no_grad()
def keep(model: Model, rows: list[list[int]], first: int) -> Kept:
    """Runs the prompts once."""
    ids, last = pad(rows)
    blocks: list[Tensor] = []
    hidden, routing = model(ids, None, blocks)
    at = torch.arange(len(rows))
    cos, sin = model.cos[: ids.shape[1]], model.sin[: ids.shape[1]]
    earlier = (torch.arange(ids.shape[1])[None] < last[:, None])[:, None, :, None]
    keys, values = [], []
    for l in range(first, model.c.num_hidden_layers):
        block = model.model["layers"][l]
        _, k, v = heads(block, block.input_layernorm(blocks[l]), model, cos, sin)
        keys.append((k * earlier)[:, :, :-1])
        values.append((v * earlier)[:, :, :-1])
    inside = (torch.arange(ids.shape[1])[None] <= last[:, None]).unsqueeze(-1)
    pathway = torch.stack([r["router_logits"].view(*ids.shape, -1)[at, last].softmax(-1) for r in routing], 1)
    return Kept(first, blocks[first][at, last], keys, values, last + 1, pathway,
                (blocks[0] * inside).sum(1) / inside.sum(1), model.logits(hidden[at, last]))


def attend(model: Model, block: Block, x: Tensor, kept: Kept, at: int) -> Tensor:
    """Attention of the last token over what is kept and itself. x [B, D] -> [B, D]"""
    c, position = model.c, kept.lengths - 1
    cos, sin = (t[position][:, None, None] for t in (model.cos, model.sin))
    q, k, v = heads(block, block.input_layernorm(x)[:, None], model, cos, sin)
    k, v = torch.cat([kept.keys[at], k], 2), torch.cat([kept.values[at], v], 2)
    seen = torch.arange(k.shape[2])[None] < position[:, None]
    seen[:, -1] = True
    groups = c.num_attention_heads // c.num_key_value_heads
    k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None, None])
    return block.self_attn.o_proj(y.transpose(1, 2).reshape(len(x), -1))


def mixture(block: Block, h: Tensor, omega: Tensor | None, core: Tensor | None, model: Model) -> Tensor:
    """The layer's sum for h [B, D] under distributions omega [B, E], the router's own where None.

    `core` [B, E] marks experts outside the cut that get a gradient all the same, as if each were let in with an infinitesimal
    weight: they enter the value with weight 0.
    """
    probs = F.linear(h, block.mlp.gate.weight).softmax(-1) if omega is None else omega
    chosen = probs.detach().sort(dim=-1, descending=True, stable=True).indices[:, : model.c.num_experts_per_tok]
    inside = torch.zeros_like(probs, dtype=torch.bool).scatter(1, chosen, True)
    open_ = torch.zeros_like(inside) if core is None else core & ~inside
    weight = torch.where(inside, probs, 0) + torch.where(open_, probs - probs.detach(), 0)
    if model.c.norm_topk_prob:
        weight = weight / weight.sum(-1, keepdim=True)
    E = probs.shape[1]
    experts = torch.arange(E).expand(len(h), E) if core is not None else chosen
    used = weight if core is not None else weight.gather(1, chosen)
    return (block.mlp.experts(h, experts.contiguous()) * used.unsqueeze(-1)).sum(1)


def last_logits(model: Model, kept: Kept, layers: list[int], omega: Tensor, core: Tensor | None = None) -> Tensor:
    """Vocabulary logits [B, V] with omega [B, C, E] in chosen layers; `core` [B, C, E] asks for straight-through gradients."""
    x = kept.x
    for at, l in enumerate(range(kept.first, model.c.num_hidden_layers)):
        block = model.model["layers"][l]
        x = x + attend(model, block, x, kept, at)
        row = layers.index(l) if l in layers else None
        x = x + mixture(block, block.post_attention_layernorm(x), None if row is None else omega[:, row],
                        None if row is None or core is None else core[:, row], model)
    return model.logits(model.model["norm"](x))
