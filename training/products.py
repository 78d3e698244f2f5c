"""Products written out with their gradients, for speed on a CPU: attention in blocks, cross-entropy in chunks, rows
grouped by expert. Shape letters as in `model.py`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def blocked_attention(q: Tensor, k: Tensor, v: Tensor, size: int = 64) -> Tensor:
    """Causal attention of q, k, v [B, H, T, head_dim], `size` queries at a time against the keys they may see. Compiled,
    twice as fast as PyTorch's own kernel for bfloat16 on a CPU, whose backward pass dominates."""
    mask = torch.full((size, size), float("-inf"), device=q.device).triu(1)
    q, out = q * q.shape[-1] ** -0.5, []
    for start in range(0, q.shape[2], size):
        rows = q[:, :, start : start + size]
        end = start + rows.shape[2]
        scores = (rows @ k[:, :, :end].transpose(-1, -2)).float() + F.pad(mask[: end - start, : end - start], (start, 0))
        weights = (scores - scores.amax(-1, keepdim=True)).exp()
        out.append((weights / weights.sum(-1, keepdim=True)).to(v.dtype) @ v[:, :, :end])
    return torch.cat(out, dim=2)


class ChunkedCrossEntropy(torch.autograd.Function):
    """Weighted and plain mean cross-entropy of hidden [N, D] against head [V, D], targets and weights [N], without
    ever holding [N, V]: logits and their gradient are made chunk by chunk, in a buffer that stays in cache.
    Matrix products run in `product_type`, sums over the vocabulary in float32."""

    CHUNK = 512

    @staticmethod
    def row_losses(logits: Tensor, targets: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Loss [N] of logits [N, V] and the weighted gradient on the logits, in their type."""
        x = logits.float()
        x = x - x.amax(-1, keepdim=True)
        e = x.exp()
        norm = e.sum(-1, keepdim=True)
        loss = norm[:, 0].log() - x.gather(1, targets[:, None])[:, 0]
        return loss, (e * (weights[:, None] / norm)).to(logits.dtype)

    @staticmethod
    def forward(ctx, hidden: Tensor, head: Tensor, targets: Tensor, weights: Tensor,
                product_type: torch.dtype) -> tuple[Tensor, Tensor]:
        losses = torch.empty(len(hidden))
        rows, matrix = hidden.to(product_type), head.to(product_type)
        grad_hidden, grad_head = torch.empty_like(rows), torch.zeros_like(head)
        for h, t, w, g, loss in zip(*(x.split(ChunkedCrossEntropy.CHUNK)
                                      for x in (rows, targets, weights, grad_hidden, losses))):
            found, grad = ChunkedCrossEntropy.row_losses(h @ matrix.t(), t, w)
            loss.copy_(found)
            grad[torch.arange(len(t)), t] -= w.to(grad.dtype)
            torch.mm(grad, matrix, out=g)
            grad_head += grad.t() @ h
        ctx.save_for_backward(grad_hidden, grad_head)
        ctx.count = len(hidden)
        plain = losses.mean()
        ctx.mark_non_differentiable(plain)
        return (losses * weights).mean(), plain

    @staticmethod
    def backward(ctx, grad: Tensor, _: Tensor):
        grad_hidden, grad_head = ctx.saved_tensors
        scale = grad / ctx.count
        return (grad_hidden * scale).float(), grad_head * scale, None, None, None


class Scatter(torch.autograd.Function):
    """rows[slot] = x in a buffer of zeros [size, D]; the backward pass gathers."""

    @staticmethod
    def forward(ctx, x: Tensor, slot: Tensor, size: int) -> Tensor:
        ctx.save_for_backward(slot)
        return x.new_zeros(size, x.shape[-1]).index_copy_(0, slot, x)

    @staticmethod
    def backward(ctx, grad: Tensor):
        return grad.index_select(0, ctx.saved_tensors[0]), None, None


class Gather(torch.autograd.Function):
    """x[slot], slots distinct; the backward pass is a copy into zeros, not a scatter-add."""

    @staticmethod
    def forward(ctx, x: Tensor, slot: Tensor) -> Tensor:
        ctx.save_for_backward(slot)
        ctx.size = len(x)
        return x.index_select(0, slot)

    @staticmethod
    def backward(ctx, grad: Tensor):
        slot, = ctx.saved_tensors
        return grad.new_zeros(ctx.size, grad.shape[-1]).index_copy_(0, slot, grad), None


class GroupedLinear(torch.autograd.Function):
    """Rows grouped by expert times each expert's matrix: rows [R, I], weight [E, O, I] -> [R, O].

    Written out because autograd over slices would allocate, fill and add a full-size gradient per expert.
    """

    @staticmethod
    def forward(ctx, rows: Tensor, weight: Tensor, counts: list[int]) -> Tensor:
        weight = weight.to(rows.dtype)
        ctx.save_for_backward(rows, weight)
        ctx.counts = counts
        out = rows.new_empty(len(rows), weight.shape[1])
        for x, w, y in zip(rows.split(counts), weight, out.split(counts)):
            torch.mm(x, w.t(), out=y)
        return out

    @staticmethod
    def backward(ctx, grad: Tensor):
        rows, weight = ctx.saved_tensors
        grad = grad.contiguous()
        grad_rows = torch.empty_like(rows)
        for w, g, gx in zip(weight, grad.split(ctx.counts), grad_rows.split(ctx.counts)):
            torch.mm(g, w, out=gx)
        if not ctx.needs_input_grad[1]:  # frozen weights: only routing is learned
            return grad_rows, None, None
        grad_weight = torch.empty_like(weight)
        for x, g, gw in zip(rows.split(ctx.counts), grad.split(ctx.counts), grad_weight):
            torch.mm(g.t(), x, out=gw)
        return grad_rows, grad_weight, None


def product_type(x: Tensor) -> torch.dtype:
    """The type of matrix products on x: that of the enclosing autocast, else its own."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype


@torch.compiler.disable
def grouped_linear(rows: Tensor, weight: Tensor, counts: list[int]) -> Tensor:
    return GroupedLinear.apply(rows, weight, counts)


GROUP = 64
"""Each expert's rows are filled up with zeros to a multiple of this: a product of a new size costs the CPU's library
milliseconds to prepare, so there must be few sizes."""


@torch.compiler.disable
def group_by_expert(x: Tensor, chosen: Tensor, experts: int) -> tuple[Tensor, Tensor, list[int]]:
    """Each token's row once per choice, grouped by expert: rows [R, D], slot of each choice [N*K], rows per expert."""
    N, K = chosen.shape
    flat = chosen.flatten()
    order = flat.argsort(stable=True)
    counts = torch.bincount(flat, minlength=experts)
    padded = (counts + GROUP - 1) // GROUP * GROUP
    shift = (padded.cumsum(0) - padded) - (counts.cumsum(0) - counts)
    slot = torch.empty_like(order)
    slot[order] = torch.arange(N * K, device=x.device) + shift[flat[order]]
    sizes = padded.tolist()
    rows = Scatter.apply(x.unsqueeze(1).expand(N, K, -1).reshape(N * K, -1), slot, sum(sizes))
    return rows, slot, sizes


@torch.compiler.disable
def ungroup(rows: Tensor, slot: Tensor) -> Tensor:
    return Gather.apply(rows, slot)
