"""C3PO in PyTorch (arXiv:2504.07964), written from docs/METHODS.md alone: the oracle of the engine's benchmark.

    python -m training.c3po --items public/benchmarks/single.test.jsonl --limit 100 --out reports/c3po-torch.json
    python -m training.c3po --set rateStart=1 k=8 --arms base ngd --split validation

Writes {settings, summary, items: [{id, neighbours, omega: {arm: [C][E]}, answer: {arm: text}}]}; accuracy goes to the screen.
The arms on all tokens are those of `training.c3po_logits`.
"""

from __future__ import annotations

import argparse
import base64
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import tokenizer as tok
from .export import PUBLIC, load_exported
from .last_token import Kept, join, keep, last_logits
from .measure_tasks import option_ids, read_items, wilson
from .model import Model

SETTINGS = {"k": 3, "sigma": 1.0, "steps": 10, "rateStart": 1e-2, "rateEnd": 1e-5, "alphaMode": 0.5, "layers": 3, "core": 5,
            "duplicate": 0.95, "seed": 1}
ARMS = {"base": {}, "mode": {}, "kernelRegression": {}, "ngd": {}, "oracle": {}, "random": {"neighbourhood": "random"},
        "unsuccessful": {"pool": "unsuccessful"}, "ngdAllLabelled": {"pool": "all"}}


def unpack(array: dict) -> Tensor:
    """An ARRAY of the trace format."""
    return torch.from_numpy(np.frombuffer(base64.b64decode(array["b64"]), dtype="<f2").astype(np.float32).reshape(array["shape"]))


def pcg(word: int) -> int:
    """One round of PCG-RXS-M-XS on 32 bits (Jarzynski and Olano, JCGT 9(3), 2020)."""
    mask = 0xFFFFFFFF
    state = (word * 747796405 + 2891336453) & mask
    word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & mask
    return (word >> 22) ^ word


def draw(seed: int, index: int) -> float:
    return (pcg(pcg(seed) ^ index) >> 8) / 2**24


def fnv(text: str) -> int:
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


class References:
    """The stored references, and each one's kept state once it has been a neighbour."""

    def __init__(self, model: Model, tokenizer, items: list[dict], first: int):
        self.model, self.tokenizer, self.items, self.first = model, tokenizer, items, first
        self.embedding = torch.stack([unpack(i["embedding"]) for i in items])
        self.pathway = torch.stack([unpack(i["pathway"]) for i in items])
        self.correct = torch.tensor([i["correct"] for i in items])
        self.mean = self.embedding.mean(0)
        self.unit = F.normalize(self.embedding - self.mean, dim=-1)
        self.answer = [tokenizer.encode(i["answer"]).ids[0] for i in items]
        self.index = {i["id"]: n for n, i in enumerate(items)}
        self.kept: dict[int, Kept] = {}

    def similarity(self, embedding: Tensor) -> Tensor:
        return self.unit @ F.normalize(embedding - self.mean, dim=-1)

    def states(self, wanted: list[int]) -> Kept:
        missing = [i for i in wanted if i not in self.kept]
        if missing:
            together = keep(self.model, [self.tokenizer.encode(self.items[i]["prompt"]).ids for i in missing], self.first)
            for n, i in enumerate(missing):
                self.kept[i] = together.rows([n])
        return join([self.kept[i] for i in wanted])

    def neighbours(self, question: dict, embedding: Tensor, s: dict) -> tuple[list[int], Tensor]:
        """Indices and normalised Gaussian weights."""
        similar = self.similarity(embedding)
        pool = torch.ones(len(self.items), dtype=torch.bool)
        if s["duplicate"] < 1:
            pool &= similar <= s["duplicate"]
            pool &= torch.tensor([i["prompt"] != question["prompt"] for i in self.items])
        if (which := s.get("pool", "successful")) != "all":
            pool &= self.correct == (which == "successful")
        inside = pool.nonzero()[:, 0]
        distance = 1 - similar[inside]
        width = s["sigma"] * float(np.median(distance.numpy()))
        if s.get("neighbourhood") == "random":
            chosen, j, seed = [], 0, s["seed"] ^ fnv(question["prompt"])
            while len(chosen) < s["k"]:
                n = math.floor(draw(seed, j) * len(inside))
                j += 1
                if n not in chosen:
                    chosen.append(n)
        else:
            chosen = distance.sort(stable=True).indices[: s["k"]].tolist()
        weight = (-distance[chosen].square() / (2 * width * width)).exp()
        return inside[chosen].tolist(), weight / weight.sum()


def rate(step: int, s: dict) -> float:
    """Cosine from rateStart at step 0 to rateEnd at the last."""
    if s["steps"] == 1:
        return s["rateStart"]
    return s["rateEnd"] + (s["rateStart"] - s["rateEnd"]) * (1 + math.cos(math.pi * step / (s["steps"] - 1))) / 2


class Question:
    """One item: its pathway, the core experts, and what the arms do with them."""

    def __init__(self, model: Model, tokenizer, item: dict, references: References, layers: list[int], core: int):
        self.model, self.item, self.references, self.layers = model, item, references, layers
        self.options = option_ids(tokenizer, item)
        self.kept = keep(model, [tokenizer.encode(item["prompt"]).ids], references.first)
        self.router = self.kept.pathway[:, layers]
        best = self.router.sort(dim=-1, descending=True, stable=True).indices[..., :core]
        self.core = torch.zeros_like(self.router, dtype=torch.bool).scatter(-1, best, True)

    def project(self, omega: Tensor, before: Tensor) -> Tensor:
        """Core experts: not negative, and rescaled to the router's mass; the others as the router had them."""
        free = torch.where(self.core, omega.clamp_min(0), 0)
        mass = torch.where(self.core, self.router, 0).sum(-1, keepdim=True)
        total = free.sum(-1, keepdim=True)
        return torch.where(self.core, torch.where(total > 0, free * mass / total.clamp_min(1e-30), before), self.router)

    def losses(self, kept: Kept, targets: list[int], omega: Tensor) -> Tensor:
        B = len(targets)
        z = last_logits(self.model, kept, self.layers, omega.expand(B, -1, -1), self.core.expand(B, -1, -1))
        return F.cross_entropy(z, torch.tensor(targets), reduction="none")

    def descend(self, kept: Kept, targets: list[int], weight: Tensor, s: dict) -> Tensor:
        omega = self.router
        for step in range(s["steps"]):
            omega = omega.detach().requires_grad_()
            (self.losses(kept, targets, omega) * weight).sum().backward()
            omega = self.project(omega.detach() - rate(step, s) * omega.grad, omega.detach())
        return omega.detach()

    @torch.no_grad()
    def mode(self, s: dict) -> Tensor:
        r = self.references
        pool = [i for i in range(len(r.items)) if r.correct[i]]
        if s["duplicate"] < 1:
            similar = r.similarity(self.kept.embedding[0])
            pool = [i for i in pool if similar[i] <= s["duplicate"] and r.items[i]["prompt"] != self.item["prompt"]]
        stored = r.pathway[pool][:, self.layers].flatten(1)
        omega, width = self.router, None
        for _ in range(s["steps"]):
            distance = (stored - omega.flatten()).norm(dim=-1)
            width = s["sigma"] * float(np.median(distance.numpy())) if width is None else width
            near = distance.sort(stable=True).indices[: s["k"]]
            weight = (-distance[near].square() / (2 * width * width)).exp()
            mean = (stored[near] * (weight / weight.sum())[:, None]).sum(0).view_as(omega)
            omega = self.project(s["alphaMode"] * omega + (1 - s["alphaMode"]) * mean, omega)
        return omega

    @torch.no_grad()
    def regress(self, kept: Kept, near: list[int], targets: list[int], weight: Tensor) -> Tensor:
        mean = (self.references.pathway[near][:, self.layers] * weight[:, None, None]).sum(0, keepdim=True)
        best, least = self.router, math.inf
        for tenth in range(10, -1, -1):
            omega = self.project(tenth / 10 * self.router + (1 - tenth / 10) * mean, self.router)
            loss = float((self.losses(kept, targets, omega) * weight).sum())
            if loss < least:
                best, least = omega, loss
        return best

    def arm(self, name: str, s: dict) -> tuple[Tensor, list[int]]:
        """omega [1, C, E] and the neighbours that told it."""
        if name == "base":
            return self.router, []
        if name == "mode":
            return self.mode(s), []
        if name == "oracle":
            return self.descend(self.kept, [self.references.tokenizer.encode(self.item["answer"]).ids[0]], torch.ones(1), s), []
        near, weight = self.references.neighbours(self.item, self.kept.embedding[0], s)
        kept, targets = self.references.states(near), [self.references.answer[i] for i in near]
        omega = self.regress(kept, near, targets, weight) if name == "kernelRegression" else self.descend(kept, targets, weight, s)
        return omega, near

    @torch.no_grad()
    def answer(self, omega: Tensor) -> str:
        z = last_logits(self.model, self.kept, self.layers, omega)[0]
        return self.item["options"][int(z[self.options].argmax())]


def run(model: Model, tokenizer, items: list[dict], references: list[dict], arms: dict[str, dict], progress=None) -> list[dict]:
    """Results by item; `arms` maps a name of ARMS to its settings (`layers` and `core` are those of the first)."""
    torch.autograd.set_detect_anomaly(False)
    for p in model.parameters():
        p.requires_grad_(False)
    shared = next(iter(arms.values()))
    L = model.c.num_hidden_layers
    layers = list(range(L - shared["layers"], L)) if isinstance(shared["layers"], int) else shared["layers"]
    store = References(model, tokenizer, references, layers[0])
    results = []
    for n, item in enumerate(items):
        question = Question(model, tokenizer, item, store, layers, shared["core"])
        row: dict = {"id": item["id"], "neighbours": [], "omega": {}, "answer": {}}
        for name, settings in arms.items():
            omega, near = question.arm(name, settings)
            row["omega"][name] = omega[0].tolist()
            row["answer"][name] = question.answer(omega)
            if name == "ngd":
                row["neighbours"] = [references[i]["id"] for i in near]
        results.append(row)
        if progress and (n + 1) % 50 == 0:
            progress(n + 1)
    return results


def accuracy(items: list[dict], results: list[dict], arm: str) -> str:
    right = [r["answer"][arm] == i["answer"] for i, r in zip(items, results)]
    base = [r["answer"]["base"] == i["answer"] for i, r in zip(items, results)]
    low, high = wilson(sum(right), len(right))
    up, down = sum(a and not b for a, b in zip(right, base)), sum(b and not a for a, b in zip(right, base))
    return f"{arm:18} {sum(right) / len(right):.3f} ({low:.3f} to {high:.3f})  +{up} -{down}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--split", default="test", choices=["validation", "test"])
    parser.add_argument("--items", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--arms", nargs="*", default=list(ARMS))
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings for all arms")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    public = PUBLIC.parent
    items = [i for i in read_items(args.items or public / "benchmarks" / f"single.{args.split}.jsonl") if i["template"] == "away"]
    settings = SETTINGS | {k: json.loads(v) for k, v in (pair.split("=") for pair in args.set)}
    arms = {name: settings | ARMS[name] for name in ["base", *[a for a in args.arms if a != "base"]]}
    items = items[: args.limit]
    results = run(load_exported(PUBLIC / args.name), tok.load(), items, read_items(public / "references" / "single.jsonl"), arms,
                  lambda n: print(f"{n} items", flush=True))
    for name in arms:
        print(accuracy(items, results, name), flush=True)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps({"settings": settings, "items": results}) + "\n")


if __name__ == "__main__":
    main()
