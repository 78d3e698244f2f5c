"""Optimisers: AdamW, and Muon for hidden matrices (https://kellerjordan.github.io/posts/muon/)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


CHUNK = 32
"""Matrices per batched product: few enough to stay in a CPU's cache."""


def orthogonalise(g: Tensor, steps: int = 5) -> Tensor:
    """Newton-Schulz iteration towards U V^T of each matrix in g [n, rows, columns], in the type of g."""
    a, b, c = 3.4445, -4.7750, 2.0315
    if len(g) > CHUNK:
        return torch.cat([orthogonalise(part, steps) for part in g.split(CHUNK)])
    tall = g.shape[1] > g.shape[2]
    x = g.transpose(1, 2) if tall else g
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        s = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(s, s, s, beta=b, alpha=c), x, beta=a)
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised per matrix. Stacked experts are split into square-ish matrices first,
    and all matrices of one shape go through one batched product."""

    def __init__(self, params: list[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            by_shape: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                buffer = state["momentum"]
                buffer.lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(buffer, group["momentum"])
                # gate_up [E, 2F, D] holds two matrices per expert
                shape = (p.shape[-1], p.shape[-1]) if p.dim() == 3 and p.shape[1] == 2 * p.shape[2] else tuple(p.shape[-2:])
                by_shape.setdefault(shape, []).append((p, update.reshape(-1, *shape)))
            for shape, entries in by_shape.items():
                x = orthogonalise(torch.cat([u for _, u in entries]).bfloat16()).float()
                x *= max(1.0, shape[0] / shape[1]) ** 0.5
                for (p, u), o in zip(entries, x.split([len(u) for _, u in entries])):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(o.reshape(p.shape), alpha=-group["lr"])


def optimisers(model: nn.Module, settings: dict) -> list[torch.optim.Optimizer]:
    """AdamW for embedding, router and norms; Muon or AdamW for the other matrices. `base_lr` is kept per group."""
    hidden, others, plain = [], [], []
    for name, p in model.named_parameters():
        if p.dim() < 2:
            plain.append(p)
        elif "embed" in name or "lm_head" in name or "mlp.gate." in name or "shared_expert_gate" in name:
            others.append(p)
        else:
            hidden.append(p)
    decay = settings["weight_decay"]
    groups = [{"params": plain, "weight_decay": 0.0}, {"params": others, "weight_decay": decay}]
    result: list[torch.optim.Optimizer] = []
    if settings["optimizer"] == "muon":
        result.append(Muon(hidden, lr=settings["matrix_lr"], weight_decay=decay))
    else:
        groups.append({"params": hidden, "weight_decay": decay})
    result.append(torch.optim.AdamW(groups, lr=settings["lr"], betas=(0.9, 0.95), eps=1e-10, fused=True))
    for optimiser in result:
        for group in optimiser.param_groups:
            group["base_lr"] = group["lr"]
    return result
