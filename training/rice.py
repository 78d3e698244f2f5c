"""Units of the suite rice in PyTorch, for `npm run evaluate -- --suite rice --merge FILE`.

    python -m training.rice --out FILE [--texts N]

Experts found on references and validation excerpts, the marker's probability on test texts under every arm: the same draws,
plans and numbers as src/methods/rice, written independently. What is written under steering runs in the suite itself.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from . import tokenizer as tok
from .export import PUBLIC, load_exported
from .model import Hooks, Model
from .rerouting import uniform

L_STEERED, REFERENCES, PER_DOMAIN, TOKENS = 2, 40, 2, 96
BETAS, MAIN, OTHER_DRAWS, MAIN_DRAWS = (0, 4, 16, 64), 4, 1, 5
ENGLISH = ("stories", "tales", "drama", "speeches", "bible")
Pair = tuple[int, int]


def permutation(n: int, seed: int) -> list[int]:
    """Fisher and Yates with the seeded draws of the page."""
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(uniform(seed, i) * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def drawn(rows: list, count: int, seed: int) -> list:
    kept = set(permutation(len(rows), seed)[:count])
    return [row for i, row in enumerate(rows) if i in kept]


def drawn_by_domain(rows: list[dict], count: int, seed: int) -> list[dict]:
    kept = {row["id"] for d in {r["domain"] for r in rows} for row in drawn([r for r in rows if r["domain"] == d], count, seed)}
    return [row for row in rows if row["id"] in kept]


class Scaled(Hooks):
    """Weights of the chosen experts times beta, over their sum: the choice stays the router's own."""

    def __init__(self, k: int, experts: list[Pair], beta: float):
        super().__init__()
        self.keep, self.pairs, self.factor = k, experts, math.log(max(beta, 1e-9))

    def logits(self, layer: int, logits: Tensor) -> Tensor:
        own = [e for l, e in self.pairs if l == layer]
        if not own:
            return logits
        chosen = torch.zeros_like(logits, dtype=torch.bool).scatter_(-1, logits.topk(self.keep, -1).indices, True)
        logits = logits - logits.amax(-1, keepdim=True)
        add = torch.zeros(logits.shape[-1])
        add[own] = self.factor
        return torch.where(chosen, logits + add, torch.full_like(logits, -60.0))


def npmi(k: int, active: int, markers: int, tokens: int) -> float:
    if k == 0:
        return -1.0
    return 0.0 if k == tokens else (math.log2(k / markers) + math.log2(tokens / active)) / math.log2(tokens / k)


@torch.no_grad()
def run(model: Model, ids: list[int], hooks: Hooks | None = None) -> tuple[Tensor, list[dict]]:
    """Log-probabilities of the next token [T, V] and the routing."""
    hidden, routing = model(torch.tensor([ids]), hooks)
    return model.logits(hidden[0]).float().log_softmax(-1), routing


def count(model: Model, texts: list[tuple[list[int], list[Tensor]]], marker: set[int], place: str) -> dict:
    """T, M, K and k of every layer and expert."""
    layers, experts = model.c.num_hidden_layers, model.c.num_experts
    active, together = torch.zeros(layers, experts, dtype=torch.long), torch.zeros(layers, experts, dtype=torch.long)
    tokens = markers = 0
    for ids, chosen in texts:
        here = torch.tensor([(ids[t] if place == "at" else ids[t + 1] if t + 1 < len(ids) else -1) in marker for t in range(len(ids))])
        tokens, markers = tokens + len(ids), markers + int(here.sum())
        for layer, one in enumerate(chosen):
            active[layer] += one.sum(0)
            together[layer] += one[here].sum(0)
    values = [npmi(int(k), int(a), markers, tokens) for k, a in zip(together.flatten(), active.flatten())]
    return {"tokens": tokens, "markers": markers, "layers": layers, "experts": experts, "active": active.flatten().tolist(),
            "together": together.flatten().tolist(), "npmi": [round(v, 4) for v in values], "exact": values}


def ranked(counts: dict) -> list[Pair]:
    order = sorted(range(len(counts["exact"])), key=lambda p: (-counts["exact"][p], p))
    return [(p // counts["experts"], p % counts["experts"]) for p in order]


def random_experts(order: list[Pair], seed: int) -> list[Pair]:
    """As many experts of the same layers as the top ones, none of them a top one."""
    top = order[:L_STEERED]
    taken, out = set(top), []
    for i, (layer, _) in enumerate(top):
        free = sorted(p for p in order if p[0] == layer and p not in taken)
        out.append(free[permutation(len(free), seed * 1009 + i)[0]])
        taken.add(out[-1])
    return out


def arms(at: list[Pair], before: list[Pair]) -> dict[str, tuple[list[Pair], float]]:
    out: dict[str, tuple[list[Pair], float]] = {"base": ([], 1)}
    out |= {f"top{b}": (at[:L_STEERED], b) for b in BETAS}
    out |= {f"random{b}.{d}": (random_experts(at, d), b) for b in BETAS for d in range(MAIN_DRAWS if b == MAIN else OTHER_DRAWS)}
    out[f"bottom{MAIN}"] = (at[::-1][:L_STEERED], MAIN)
    return out | {f"before{b}": (before[:L_STEERED], b) for b in (0, MAIN, 64)}


def language_tokens(tokenizer, rows: list[dict], language: str) -> list[int]:
    own, others = Counter(), Counter()
    for row in rows:
        (own if row["domain"] == language else others).update(tokenizer.encode(row["text"]).ids)
    a, b = sum(own.values()), sum(others.values())
    return sorted(i for i, n in own.items() if n >= 4 and n / a >= 8 * (others[i] / b))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load_exported(PUBLIC / args.name), tok.load()
    public, seed, k = PUBLIC.parent, args.seed, model.c.num_experts_per_tok
    read = lambda path: [json.loads(line) for line in (public / path).read_text().splitlines()]
    full = lambda i: {"id": i["id"], "text": i["prompt"] + "\n\n".join(i["steps"]) + f"\n\nanswer: {i['answer']}"}
    home = [r for r in read("benchmarks/texts.validation.jsonl") if r["group"] == "home"]
    english = [r for r in read("benchmarks/texts.test.jsonl") if r["domain"] in ENGLISH]
    found = drawn([full(i) for i in read("references/steps.jsonl")], REFERENCES, seed)
    measured = drawn([full(i) for i in read("benchmarks/steps.test.jsonl")], args.texts, seed)
    excerpts = drawn_by_domain(home, PER_DOMAIN, seed), drawn_by_domain(english, math.ceil(args.texts / len(ENGLISH)), seed)
    encode = lambda rows, most: [(r["id"], tokenizer.encode(r["text"]).ids[:most]) for r in rows]
    steps, texts = (encode(found, 512), encode(measured, 512)), tuple(encode(rows, TOKENS) for rows in excerpts)
    cases = {"step": (tokenizer.encode("\n\n").ids, *steps), "answer": (tokenizer.encode("answer").ids, *steps),
             "german": (language_tokens(tokenizer, home, "german"), *texts)}
    with open(args.out, "w") as handle:
        write = lambda unit: handle.write(json.dumps(unit) + "\n")
        for name, (ids, references, tests) in cases.items():
            marker, routed = set(ids), []
            for _, row in references:
                routing = run(model, row)[1]
                routed.append((row, [torch.zeros(len(row), model.c.num_experts, dtype=torch.long).scatter_(-1, r["router_logits"].topk(k, -1).indices, 1) for r in routing]))
            counts = {place: count(model, routed, marker, place) for place in ("at", "before")}
            halves = [set(ranked(count(model, routed[h::2], marker, "at"))[:10]) for h in (0, 1)]
            write({"id": f"find-{name}", "kind": "found", **{p: {key: v for key, v in c.items() if key != "exact"} for p, c in counts.items()},
                   "sharedTop10": len(halves[0] & halves[1]) / 10})
            plans = arms(ranked(counts["at"]), ranked(counts["before"]))
            for text_id, row in tests:
                there = torch.tensor([i in marker for i in row[1:]])
                mean = lambda x: None if len(x) == 0 else round(float(x.mean()), 6)
                result = {}
                for arm, (experts, beta) in plans.items():
                    logp = run(model, row, Scaled(k, experts, beta) if experts else None)[0][:-1]
                    after = logp[:, ids].exp().sum(-1)
                    result[arm] = {"all": mean(after), "there": mean(after[there]), "elsewhere": mean(after[~there]),
                                   "nats": round(float(F.nll_loss(logp, torch.tensor(row[1:]))), 4)}
                write({"id": f"{name}-{text_id}", "kind": "measured", "marker": name, "arms": result})
            handle.flush()
            print(f"{name}: {len(tests)} texts", flush=True)


if __name__ == "__main__":
    main()
