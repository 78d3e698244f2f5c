"""Units of the suite rerouting in PyTorch, for `npm run evaluate -- --suite rerouting --merge FILE`.

    python -m training.rerouting --out FILE [--away N --home N]

The same texts, settings, steps and random controls as src/methods/rerouting, written independently; the suite runs some
of the units on its engine, compares them with these and states the largest difference.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from . import tokenizer as tok
from .export import PUBLIC, load_exported
from .model import Hooks, Model

RATE, STEPS, SHARE, TOKENS, CONTEXTS, DRAWS, STREAMS = 0.05, 5, 0.3, 192, (96, 128), 2, 12
M32 = 0xFFFFFFFF


def pcg_hash(x: int) -> int:
    """The hash behind every seeded draw of the page (PCG RXS-M-XS, 32 bits)."""
    state = (x * 747796405 + 2891336453) & M32
    word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & M32
    return (word >> 22) ^ word


def uniform(seed: int, index: int) -> float:
    return (pcg_hash(pcg_hash(seed & M32) ^ (index & M32)) >> 8) / 16777216


def normal(seed: int, index: int) -> float:
    return math.sqrt(-2 * math.log(1 - uniform(seed, 2 * index))) * math.cos(2 * math.pi * uniform(seed, 2 * index + 1))


def centred(x: Tensor) -> Tensor:
    return x - x.mean(-1, keepdim=True)


def random_like(delta: Tensor, seed: int) -> Tensor:
    """A random direction a layer with the norm of the centred row; delta [L, B, E], the same direction for all texts."""
    layers, _, experts = delta.shape
    drawn = centred(torch.tensor([[normal(seed, l * experts + e) for e in range(experts)] for l in range(layers)]))
    return (drawn / drawn.norm(dim=-1, keepdim=True)).unsqueeze(1) * centred(delta).norm(dim=-1, keepdim=True)


class Texts:
    """Texts of one length with the model that reads them."""

    def __init__(self, model: Model, ids: Tensor):
        self.model, self.ids = model, ids
        self.layers, self.experts = model.c.num_hidden_layers, model.c.num_experts

    def run(self, delta: Tensor, tokens: int) -> tuple[Tensor, list[dict]]:
        """Losses [B, tokens - 1] of the tokens after the first, and the routing; delta [L, B, E]."""
        count, hooks = len(self.ids), Hooks()
        hooks.bias = delta.unsqueeze(2).expand(-1, -1, tokens, -1).reshape(self.layers, count * tokens, self.experts)
        hidden, routing = self.model(self.ids[:, :tokens], hooks)
        logits = self.model.logits(hidden[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), self.ids[:, 1:tokens].reshape(-1), reduction="none")
        return loss.view(count, tokens - 1), routing

    def confidence(self, routing: list[dict], tokens: int) -> Tensor:
        """C_l on the first tokens [B, L]: mean of -ln p over the chosen experts."""
        k = self.model.c.num_experts_per_tok
        top = [r["router_logits"].softmax(-1).topk(k, -1).values.view(len(self.ids), -1, k)[:, :tokens] for r in routing]
        return torch.stack([-t.log().mean((1, 2)) for t in top], 1)

    def cycle(self, start: Tensor, mask: Tensor, tokens: int) -> tuple[Tensor, list[Tensor]]:
        """Adam from `start` on the mean loss of the context; losses [B] before the first step and after each."""
        delta, m, v, losses = start, torch.zeros_like(start), torch.zeros_like(start), []
        for step in range(STEPS + 1):
            delta = delta.detach().requires_grad_(step < STEPS)
            loss = self.run(delta, tokens)[0].mean(1)
            losses.append(loss.detach())
            if step == STEPS:
                break
            (g,) = torch.autograd.grad(loss.sum(), delta)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            delta = delta - RATE * mask * (m / (1 - 0.9 ** (step + 1))) / ((v / (1 - 0.999 ** (step + 1))).sqrt() + 1e-8)
        return delta.detach(), losses


def entropy(routing: list[dict], delta: Tensor | None, count: int) -> Tensor:
    """Mean entropy of the gate [B, L], nats."""
    out = []
    for layer, r in enumerate(routing):
        z = r["router_logits"].view(count, -1, r["router_logits"].shape[-1])
        logp = (z if delta is None else z + delta[layer].unsqueeze(1)).log_softmax(-1)
        out.append(-(logp.exp() * logp).sum(-1).mean(1))
    return torch.stack(out, 1)


def choices(routing: list[dict], delta: Tensor, count: int, k: int) -> list[Tensor]:
    """One-hot choices [B, T, E] a layer, by the gate's logits."""
    out = []
    for layer, r in enumerate(routing):
        z = r["router_logits"].view(count, -1, r["router_logits"].shape[-1]) + delta[layer].unsqueeze(1)
        out.append(torch.zeros_like(z).scatter_(-1, z.topk(k, -1).indices, 1.0))
    return out


def own_logits(routing: list[dict], delta: Tensor, tokens: int) -> list[dict]:
    """Router logits before the added ones, whichever of both the model recorded."""
    return [{"router_logits": r["router_logits"] - delta[l].unsqueeze(1).expand(-1, tokens, -1).reshape(r["router_logits"].shape)}
            for l, r in enumerate(routing)]


def units(texts: Texts, rows: list[dict], arm: str, seed: int, biased: bool) -> list[dict]:
    """Results of one arm, one entry a text, as the suite's own units give them."""
    count, layers, k = len(rows), texts.layers, texts.model.c.num_experts_per_tok
    nothing = torch.zeros(layers, count, texts.experts)
    clean = lambda routing, delta: own_logits(routing, delta, TOKENS) if biased else routing
    with torch.no_grad():
        base, routing0 = texts.run(nothing, TOKENS)
    delta, cycles = nothing, [[] for _ in rows]
    for context in CONTEXTS:
        confidence = texts.confidence(routing0, context)
        mask = torch.ones(count, layers)
        if arm == "confident":
            few = max(1, math.floor(SHARE * layers + 0.5))
            mask = torch.zeros(count, layers).scatter_(1, confidence.argsort(dim=-1, stable=True)[:, :few], 1.0)
        delta, losses = texts.cycle(delta, mask.t().unsqueeze(-1), context)
        with torch.no_grad():
            adapted, routing = texts.run(delta, TOKENS)
            drawn = [texts.run(random_like(delta, seed * 1000 + d), TOKENS)[0] for d in range(DRAWS)]
        routing = clean(routing, delta)
        before, after = choices(routing0, nothing, count, k), choices(routing, delta, count, k)
        edits = torch.stack([1 - (a * b).sum((1, 2)) / a.sum((1, 2)) for a, b in zip(before, after)], 1)
        h0, h1 = entropy(routing0, None, count), entropy(routing, delta, count)
        norms = centred(delta).norm(dim=-1).t()
        lowest = (delta.abs().sum(-1) > 0).t().float().argmax(1)
        part = lambda loss, i: {"context": round(float(loss[i, : context - 1].mean()), 5), "heldOut": round(float(loss[i, context - 1 :].mean()), 5)}
        four = lambda x: [round(float(v), 4) for v in x]
        for i in range(count):
            above = layers - int(lowest[i])
            work = 2 * layers - above + above * (STEPS + 1) + 2 * above * STEPS
            cycles[i].append({
                "context": context, "layers": [l for l in range(layers) if mask[i, l] > 0], "steps": [round(float(s[i]), 5) for s in losses],
                "base": part(base, i), "adapted": part(adapted, i), "endBase": round(float(base[i, CONTEXTS[-1] - 1 :].mean()), 5),
                "endAdapted": round(float(adapted[i, CONTEXTS[-1] - 1 :].mean()), 5), "random": [part(r, i) for r in drawn],
                "norms": four(norms[i]), "confidence": four(confidence[i]), "editDistance": four(edits[i]),
                "entropyBefore": four(h0[i]), "entropyAfter": four(h1[i]), "passes": round(work / layers, 3)})
    return [{"id": f"{arm}-{row['id']}", "arm": arm, "domain": row["domain"], "group": row["group"], "tokens": TOKENS, "cycles": cycles[i]}
            for i, row in enumerate(rows)]


def read_texts(bench: Path, split: str, tokenizer) -> list[dict]:
    """Excerpts, and streams of questions in away wording, of at least TOKENS tokens, cut there."""
    rows = [json.loads(line) for line in (bench / f"texts.{split}.jsonl").read_text().splitlines()]
    items = [json.loads(line) for line in (bench / f"single.{split}.jsonl").read_text().splitlines()]
    for family in sorted({i["family"] for i in items})[:STREAMS]:
        own = [i for i in items if i["family"] == family and i["template"] == "away"][:40]
        rows.append({"id": f"questions-{family}", "domain": "questions", "group": "away", "text": "\n\n".join(i["prompt"] + i["answer"] for i in own)})
    kept = [row | {"ids": tokenizer.encode(row["text"]).ids[:TOKENS]} for row in rows]
    return [row for row in kept if len(row["ids"]) == TOKENS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--bench", type=Path, default=PUBLIC.parent / "benchmarks")
    parser.add_argument("--split", default="test", choices=["validation", "test"])
    parser.add_argument("--away", type=int, default=6, help="excerpts of each away domain")
    parser.add_argument("--home", type=int, default=1, help="excerpts of each home domain")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load_exported(PUBLIC / args.name), tok.load()
    for p in model.parameters():
        p.requires_grad_(False)
    rows, seen = [], {}
    for row in sorted(read_texts(args.bench, args.split, tokenizer), key=lambda row: row["group"]):
        seen[row["domain"]] = seen.get(row["domain"], 0) + 1
        if row["domain"] == "questions" or seen[row["domain"]] <= (args.away if row["group"] == "away" else args.home):
            rows.append(row)
    rows = rows[: args.limit] if args.limit else rows
    with torch.no_grad():
        probe = Texts(model, torch.tensor([rows[0]["ids"]]))
        one = torch.ones(probe.layers, 1, probe.experts)
        a, b = probe.run(0 * one, 2)[1], probe.run(one, 2)[1]
        biased = bool((a[0]["router_logits"] - b[0]["router_logits"]).abs().max() > 0.5)
    with open(args.out, "w") as handle:
        for arm in ("confident", "all"):
            for at in range(0, len(rows), 24):
                group = rows[at : at + 24]
                for unit in units(Texts(model, torch.tensor([r["ids"] for r in group])), group, arm, args.seed, biased):
                    handle.write(json.dumps(unit) + "\n")
                print(f"{arm}: {min(at + 24, len(rows))} of {len(rows)}", flush=True)


if __name__ == "__main__":
    main()
