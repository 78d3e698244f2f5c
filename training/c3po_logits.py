"""Additive router logits on all tokens, fitted to labelled references (docs/METHODS.md, `ngdLogits`), and what else was tried.

    python -m training.c3po_logits --split test --duplicate 1 --out reports/c3po-logits.json    # the arm, on every away item
    python -m training.c3po_logits --split test --limit 100 --duplicate 1 --out FILE    # what the engine is compared with
    python -m training.c3po_logits --split validation --fit family --loss options  # an attempt: one row of logits a family

`--fit neighbours` is the arm. `family` fits the references of the item's own family, whose name the question does not tell: a
bound on any choice of neighbours. `all` fits one change to all references. `same-wording` fits to half of the family's items in
the very wordings that are asked, and asks the other half: a bound on any choice of references.

The file that the arm writes serves `npm run evaluate -- --suite c3po` twice: `--merge` takes its `arms`, `--compare` its `items`
(neighbours and answers; the logits themselves hang on rounding where Adam meets a gradient of nearly nothing).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from torch import Tensor

from . import tokenizer as tok
from .c3po import SETTINGS, References, accuracy
from .export import PUBLIC, load_exported
from .last_token import keep
from .measure_tasks import option_ids, pad, read_items
from .model import Hooks, Model


class RowBias(Hooks):
    """Router logits plus a bias of each row's own: bias [B, L, E] on rows of `length` tokens."""

    def __init__(self, bias: Tensor, length: int):
        super().__init__()
        self.rows, self.length = bias, length

    def logits(self, layer: int, logits: Tensor) -> Tensor:
        return (logits.view(-1, self.length, logits.shape[-1]) + self.rows[:, layer, None]).reshape(logits.shape)


def last_logits(model: Model, rows: list[list[int]], bias: Tensor) -> Tensor:
    """Vocabulary logits [B, V] after each row, bias [B, L, E] on all its tokens."""
    ids, last = pad(rows)
    hidden, _ = model(ids, RowBias(bias, ids.shape[1]))
    return model.logits(hidden[torch.arange(len(rows)), last])


class Adam:
    """One step of Adam with bias correction on a tensor without autograd."""

    def __init__(self, rate: float):
        self.rate, self.step, self.m, self.v = rate, 0, 0.0, 0.0

    def update(self, x: Tensor, gradient: Tensor) -> Tensor:
        self.step += 1
        self.m, self.v = 0.9 * self.m + 0.1 * gradient, 0.999 * self.v + 0.001 * gradient.square()
        return x - self.rate * (self.m / (1 - 0.9**self.step)) / ((self.v / (1 - 0.999**self.step)).sqrt() + 1e-8)


class Fitter:
    def __init__(self, model: Model, tokenizer, loss: str, rate: float, steps: int):
        self.model, self.loss, self.rate, self.steps = model, loss, rate, steps
        self.encode = lambda text: tokenizer.encode(text).ids
        self.options = lambda item: option_ids(tokenizer, item)

    def losses(self, items: list[dict], bias: Tensor) -> Tensor:
        z = last_logits(self.model, [self.encode(i["prompt"]) for i in items], bias)
        if self.loss == "options":
            inside = torch.full_like(z, float("-inf"))
            for row, item in enumerate(items):
                inside[row, self.options(item)] = 0
            z = z + inside
        return F.cross_entropy(z, torch.tensor([self.encode(i["answer"])[0] for i in items]), reduction="none")

    def fit(self, groups: list[list[dict]], weights: list[Tensor]) -> Tensor:
        """One bias a group [G, L, E]: `steps` steps down the weighted loss of its items."""
        c = self.model.c
        bias, adam = torch.zeros(len(groups), c.num_hidden_layers, c.num_experts), Adam(self.rate)
        sizes, items = torch.tensor([len(g) for g in groups]), [i for g in groups for i in g]
        for _ in range(self.steps):
            bias.requires_grad_()
            (self.losses(items, bias.repeat_interleave(sizes, 0)) * torch.cat(weights)).sum().backward()
            bias = adam.update(bias.detach(), bias.grad)
        return bias

    def fit_batches(self, pool: list[dict], size: int = 48) -> Tensor:
        """One bias [1, L, E] for a large pool, by random batches of `size`, seeded."""
        r, adam = Random(0), Adam(self.rate)
        bias = torch.zeros(1, self.model.c.num_hidden_layers, self.model.c.num_experts)
        for _ in range(self.steps):
            bias.requires_grad_()
            batch = r.sample(pool, min(size, len(pool)))
            self.losses(batch, bias.expand(len(batch), -1, -1)).mean().backward()
            bias = adam.update(bias.detach(), bias.grad)
        return bias

    @torch.no_grad()
    def answer(self, items: list[dict], bias: Tensor) -> list[str]:
        z = last_logits(self.model, [self.encode(i["prompt"]) for i in items], bias.expand(len(items), -1, -1))
        return [i["options"][int(z[row, self.options(i)].argmax())] for row, i in enumerate(items)]


def by_neighbours(fitter: Fitter, items: list[dict], store: References, settings: dict, progress=print) -> list[dict]:
    """The arm: 24 labelled neighbours for each question, right or wrong, weighted by the kernel.

    Answer, ids of the neighbours and the logits added in the end [L][E], for each item."""
    order = sorted(range(len(items)), key=lambda i: len(items[i]["prompt"]))
    found: dict[int, dict] = {}
    for at in range(0, len(order), 8):
        chunk = order[at : at + 8]
        groups, weights = [], []
        for i in chunk:
            embedding = keep(fitter.model, [fitter.encode(items[i]["prompt"])], 0).embedding[0]
            near, weight = store.neighbours(items[i], embedding, settings)
            groups.append([store.items[n] for n in near])
            weights.append(weight)
        bias = fitter.fit(groups, weights)
        for i, group, logits, answer in zip(chunk, groups, bias, fitter.answer([items[i] for i in chunk], bias)):
            found[i] = {"answer": answer, "neighbours": [n["id"] for n in group], "logits": logits.tolist()}
        if at % 80 == 0:
            progress(f"{at + len(chunk)} items", flush=True)
    return [found[i] for i in range(len(items))]


def by_pools(fitter: Fitter, items: list[dict], references: list[dict], fit: str) -> list[str]:
    """The bounds: pools that a question cannot choose."""
    found: dict[str, str] = {}
    families = sorted({i["family"] for i in items})
    for name in ["all"] if fit == "all" else families:
        asked = [i for i in items if fit == "all" or i["family"] == name]
        halves = [asked[::2], asked[1::2]]
        pools = [(halves[0], halves[1]), (halves[1], halves[0])] if fit == "same-wording" else \
            [([i for i in references if fit == "all" or i["family"] == name], asked)]
        for pool, questions in pools:
            bias = fitter.fit_batches(pool)
            for at in range(0, len(questions), 64):
                part = questions[at : at + 64]
                found |= dict(zip([i["id"] for i in part], fitter.answer(part, bias)))
    return [found[i["id"]] for i in items]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--split", default="validation", choices=["validation", "test"])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--fit", default="neighbours", choices=["neighbours", "family", "all", "same-wording"])
    parser.add_argument("--loss", default="vocabulary", choices=["vocabulary", "options"])
    parser.add_argument("--k", type=int, default=24)
    parser.add_argument("--pool", default="all", choices=["successful", "unsuccessful", "all"])
    parser.add_argument("--duplicate", type=float, default=SETTINGS["duplicate"])
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    public, tokenizer = PUBLIC.parent, tok.load()
    model = load_exported(PUBLIC / args.name)
    for p in model.parameters():
        p.requires_grad_(False)
    items = [i for i in read_items(public / "benchmarks" / f"single.{args.split}.jsonl") if i["template"] == "away"][: args.limit]
    references = read_items(public / "references" / "single.jsonl")
    fitter = Fitter(model, tokenizer, args.loss, args.rate, args.steps)
    still = torch.zeros(1, model.c.num_hidden_layers, model.c.num_experts)
    base = [a for at in range(0, len(items), 64) for a in fitter.answer(items[at : at + 64], still)]
    if args.fit == "neighbours":
        settings = SETTINGS | {"k": args.k, "pool": args.pool, "duplicate": args.duplicate}
        fitted = by_neighbours(fitter, items, References(model, tokenizer, references, 0), settings)
        answers = [f["answer"] for f in fitted]
    else:
        fitted = []
        answers = by_pools(fitter, items, references, args.fit)
    results = [{"id": i["id"], "answer": {"base": b, "ngdLogits": a}} for i, b, a in zip(items, base, answers)]
    print(accuracy(items, results, "base"), accuracy(items, results, "ngdLogits"), sep="\n")
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        ran = {k: str(v) for k, v in vars(args).items() if k != "out"}
        merged = {"ngdLogits": {i["id"]: a for i, a in zip(items, answers)}}
        compared = [{"id": i["id"], "neighbours": {"ngdLogits": f["neighbours"]}, "omega": {}, "logits": {"ngdLogits": f["logits"]}, "answer": {"ngdLogits": f["answer"]}}
                    for i, f in zip(items, fitted)]
        args.out.write_text(json.dumps({"ranBy": f"python -m training.c3po_logits (PyTorch) {ran}", "arms": merged, "items": compared}) + "\n")


if __name__ == "__main__":
    main()
