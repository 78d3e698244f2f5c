"""Golden gradients of routing: what autograd gives in float64 for the exported weights, for tests of our kernels.

    python -m training.golden_gradients          # training/golden/moe.gradients.safetensors
    python -m training.golden_gradients --tiny   # training/golden/tiny-qwen3/gradients.safetensors and others

Two problems, in groups that share their layers (metadata `groups` lists them):
  pathway   negative log-likelihood of a token after a prompt, with respect to the mixing weights at its last token
  context   weighted next-token cross-entropy of a text, with respect to logits added to the routers at all its tokens
Keys per group g: g.layers [C], g.ids and g.lengths [B] (texts one after the other), g.loss [B], and
  pathway: g.targets [B], g.omega, g.hard, g.straight [B, C, E];   context: g.weights (as ids), g.delta, g.gradient [B, C, E].

The forward pass here is written for this file: every expert is computed for every token, and the cut is a mask.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from . import tokenizer as tok
from .export import PUBLIC, load_exported
from .golden import GOLDEN
from .model import Config, Model

TINY = ("tiny-qwen3", "tiny-odd")
LEAST_MARGIN = 1e-5
"""Texts in which the cut is decided by less are left out: float32 may decide otherwise."""


class Pass:
    """A float64 forward pass with the two kinds of free variables."""

    def __init__(self, model: Model):
        self.c: Config = model.c
        self.w = {name: value.detach().double() for name, value in model.state_dict().items()}
        self.margin = float("inf")

    def norm(self, x: Tensor, gain: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.c.rms_norm_eps) * gain

    def heads(self, x: Tensor, name: str, gain: str | None) -> Tensor:
        """[T, D] -> [H, T, head_dim], normed and turned where a gain is given."""
        y = (x @ self.w[f"{name}.weight"].T).view(len(x), -1, self.c.head_dim).transpose(0, 1)
        if gain is None:
            return y
        if self.c.qk_norm:
            y = self.norm(y, self.w[f"{gain}.weight"])
        half = self.c.head_dim // 2
        angle = torch.outer(torch.arange(len(x), dtype=torch.float64),
                            self.c.rope_theta ** (-torch.arange(half, dtype=torch.float64) / half))
        a, b = y[..., :half], y[..., half:]
        return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], dim=-1)

    def attention(self, x: Tensor, base: str) -> Tensor:
        base += ".self_attn"
        q = self.heads(x, f"{base}.q_proj", f"{base}.q_norm")
        k = self.heads(x, f"{base}.k_proj", f"{base}.k_norm")
        v = self.heads(x, f"{base}.v_proj", None)
        k, v = (y.repeat_interleave(len(q) // len(k), dim=0) for y in (k, v))
        scores = q @ k.transpose(1, 2) / self.c.head_dim**0.5
        hidden = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
        y = scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v
        return y.transpose(0, 1).reshape(len(x), -1) @ self.w[f"{base}.o_proj.weight"].T

    def experts(self, x: Tensor, base: str) -> Tensor:
        """Outputs of all experts, [T, E, D]."""
        gate_up, down = self.w[f"{base}.mlp.experts.gate_up"], self.w[f"{base}.mlp.experts.down"]
        gate, up = torch.einsum("td,efd->tef", x, gate_up).chunk(2, dim=-1)
        return torch.einsum("tef,edf->ted", torch.nn.functional.silu(gate) * up, down)

    def cut(self, p: Tensor) -> Tensor:
        """Membership in the k largest of each row, [T, E], ties to the lower id; notes how clear it was."""
        k = self.c.num_experts_per_tok
        order = p.detach().sort(dim=-1, descending=True, stable=True)
        self.margin = min(self.margin, (order.values[:, k - 1] - order.values[:, k]).min().item())
        return torch.zeros_like(p).scatter(-1, order.indices[:, :k], 1.0)

    def __call__(self, ids: list[int], numerators: dict[int, Tensor] | None = None, delta: dict[int, Tensor] | None = None) -> Tensor:
        """Logits [T, V]. `numerators` [E] replace what is kept of the last token's distribution, before
        renormalisation; `delta` [E] is added to the router logits of all tokens."""
        x = self.w["model.embed_tokens.weight"][ids]
        self.router: dict[int, Tensor] = {}
        for layer in range(self.c.num_hidden_layers):
            base = f"model.layers.{layer}"
            x = x + self.attention(self.norm(x, self.w[f"{base}.input_layernorm.weight"]), base)
            h = self.norm(x, self.w[f"{base}.post_attention_layernorm.weight"])
            z = h @ self.w[f"{base}.mlp.gate.weight"].T
            if delta is not None and layer in delta:
                z = z + delta[layer]
            p = z.softmax(-1)
            self.router[layer] = p[-1].detach()
            kept = p * self.cut(p)
            if numerators is not None and layer in numerators:
                kept = torch.cat([kept[:-1], numerators[layer][None]])
            mix = kept / kept.sum(-1, keepdim=True) if self.c.norm_topk_prob else kept
            x = x + torch.einsum("te,ted->td", mix, self.experts(h, base))
        head = self.w.get("lm_head.weight", self.w["model.embed_tokens.weight"])
        return self.norm(x, self.w["model.norm.weight"]) @ head.T


def pathway(run: Pass, ids: list[int], target: int, layers: list[int], generator: torch.Generator) -> dict[str, Tensor]:
    """Half the router's own distribution, half a random one; gradients with the cut of that mixture held."""
    run.margin = float("inf")
    with torch.no_grad():
        run(ids)
    omega = {}
    for layer in layers:
        noise = torch.rand(run.c.num_experts, generator=generator, dtype=torch.float64) ** 4
        omega[layer] = (0.5 * run.router[layer] + 0.5 * noise / noise.sum()).float().double()
    # What is outside of the cut has numerator 0, and its gradient is that of letting it in.
    inside = {layer: run.cut(row[None])[0] for layer, row in omega.items()}
    free = {layer: (row * inside[layer]).requires_grad_() for layer, row in omega.items()}
    loss = -run(ids, numerators=free)[-1].log_softmax(-1)[target]
    straight = torch.stack(torch.autograd.grad(loss, [free[layer] for layer in layers]))
    hard = straight * torch.stack([inside[layer] for layer in layers])
    return {"omega": torch.stack([omega[layer] for layer in layers]), "loss": loss.detach(), "straight": straight, "hard": hard}


def context(run: Pass, ids: list[int], layers: list[int], generator: torch.Generator) -> dict[str, Tensor]:
    """Mean next-token loss with small random logits added, some tokens weighted more."""
    run.margin = float("inf")
    delta = {layer: (0.3 * torch.randn(run.c.num_experts, generator=generator, dtype=torch.float64)).float().double().requires_grad_() for layer in layers}
    weights = torch.rand(len(ids), generator=generator, dtype=torch.float64)
    weights[-1] = 0
    weights = (weights / weights.sum()).float().double()
    nll = -run(ids, delta=delta).log_softmax(-1)[torch.arange(len(ids) - 1), ids[1:]]
    loss = (nll * weights[:-1]).sum()
    gradient = torch.stack(torch.autograd.grad(loss, [delta[layer] for layer in layers]))
    return {"delta": torch.stack([delta[layer].detach() for layer in layers]), "weights": weights, "loss": loss.detach(), "gradient": gradient}


def group(run: Pass, kind: str, texts: list[tuple[list[int], int]], layers: list[int], count: int, generator: torch.Generator) -> dict[str, Tensor]:
    """The first `count` texts whose cuts are clear; texts are (ids, id to score after them)."""
    rows: list[dict[str, Tensor]] = []
    for ids, target in texts:
        got = pathway(run, ids, target, layers, generator) if kind == "pathway" else context(run, ids, layers, generator)
        if run.margin < LEAST_MARGIN:
            continue
        rows.append({"ids": torch.tensor(ids), "target": torch.tensor(target), **got})
        if len(rows) == count:
            break
    assert len(rows) == count, f"only {len(rows)} of {count} texts are clear"
    out = {"layers": torch.tensor(layers), "ids": torch.cat([r["ids"] for r in rows]),
           "lengths": torch.tensor([len(r["ids"]) for r in rows]), "loss": torch.stack([r["loss"] for r in rows])}
    if kind == "pathway":
        out["targets"] = torch.stack([r["target"] for r in rows])
        out |= {name: torch.stack([r[name] for r in rows]) for name in ("omega", "hard", "straight")}
    else:
        out["weights"] = torch.cat([r["weights"] for r in rows])
        out |= {name: torch.stack([r[name] for r in rows]) for name in ("delta", "gradient")}
    return {name: value.to(torch.float32 if value.is_floating_point() else torch.int32) for name, value in out.items()}


def write(target: Path, model: Model, groups: list[tuple[str, list[int], int, list[tuple[list[int], int]]]]) -> None:
    """One golden file; groups are (kind, layers, how many, texts)."""
    run, generator = Pass(model), torch.Generator().manual_seed(5)
    tensors: dict[str, Tensor] = {}
    for i, (kind, layers, count, texts) in enumerate(groups):
        tensors |= {f"g{i}.{name}": value for name, value in group(run, kind, texts, layers, count, generator).items()}
    save_file(tensors, target, metadata={"groups": json.dumps([kind for kind, *_ in groups])})
    target.chmod(0o644)
    print(f"{target}: {sum(count for _, _, count, _ in groups)} texts, {target.stat().st_size:,} bytes")


def shipped() -> None:
    tokenizer = tok.load()
    items = [json.loads(line) for line in (PUBLIC.parent / "references" / "single.jsonl").read_text().splitlines()]
    encoded = [(tokenizer.encode(i["prompt"]).ids, tokenizer.encode(i["answer"]).ids) for i in items[:: max(1, len(items) // 200)]]
    prompts = [(ids, answer[0]) for ids, answer in encoded if 4 < len(ids) <= 60]
    long = [(sum((ids + answer for ids, answer in encoded[3 * i : 3 * i + 12]), [])[:180], 0) for i in range(4)]
    write(GOLDEN / "moe.gradients.safetensors", load_exported(PUBLIC / "moe"), [
        ("pathway", [5, 6, 7], 30, prompts),
        ("pathway", [2, 5], 20, prompts[40:]),
        ("context", [5, 6, 7], 35, prompts),
        ("context", [3, 6], 14, prompts[45:]),
        ("context", [6], 1, long),
    ])


def tiny(name: str) -> None:
    model = load_exported(GOLDEN / name)
    generator = torch.Generator().manual_seed(9)
    size = model.c.vocab_size
    texts = [(torch.randint(0, size, (n,), generator=generator).tolist(), n % size) for n in (1, 2, 9, 17, 31, 8, 24, 12)]
    write(GOLDEN / name / "gradients.safetensors", model, [
        ("pathway", [0], 5, texts),
        ("pathway", list(range(model.c.num_hidden_layers)), 5, texts),
        ("context", [0], 4, texts[1:]),
        ("context", list(range(model.c.num_hidden_layers)), 4, texts[1:]),
    ])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.tiny:
        for name in TINY:
            tiny(name)
    else:
        shipped()


if __name__ == "__main__":
    main()
