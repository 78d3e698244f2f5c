"""Task measures: option likelihood, multi-step generation, pathways and embeddings, the oracle of C3PO."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from .model import Hooks, Model


def read_items(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def wilson(right: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % Wilson interval of a proportion."""
    if count == 0:
        return 0.0, 1.0
    p, d = right / count, 1 + z * z / count
    centre, spread = (p + z * z / (2 * count)) / d, z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / d
    return centre - spread, centre + spread


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Right-padded ids [B, T] and the index of each row's last token [B]; causal attention never sees the padding."""
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, torch.tensor([len(r) - 1 for r in rows])


def option_ids(tokenizer, item: dict) -> list[int]:
    """The single token of every option after its prompt."""
    return [tokenizer.encode(o).ids[0] for o in item["options"]]


@torch.no_grad()
def answer_single(model: Model, tokenizer, items: list[dict], hooks: Hooks | None = None, batch: int = 64) -> list[dict]:
    """Per item: chosen option `answer`, `correct`, `margin` (log-probability over the best other option),
    `pathway` [L, E] (softmax over all experts at the last token) and three candidate embeddings."""
    results: list[dict] = []
    order = sorted(range(len(items)), key=lambda i: len(items[i]["prompt"]))
    found: dict[int, dict] = {}
    for at in range(0, len(order), batch):
        group = order[at : at + batch]
        rows = [tokenizer.encode(items[i]["prompt"]).ids for i in group]
        ids, last = pad(rows)
        blocks: list[Tensor] = []
        hidden, routing = model(ids, hooks, blocks)
        final = hidden[torch.arange(len(group)), last]
        logp = model.logits(final).log_softmax(-1)
        mask = (torch.arange(ids.shape[1])[None] <= last[:, None]).unsqueeze(-1)
        mean = lambda x: (x * mask).sum(1) / mask.sum(1)
        embeddings = {"meanFinal": mean(hidden), "meanInput": mean(blocks[0]), "lastFinal": final}
        for j, i in enumerate(group):
            item, options = items[i], option_ids(tokenizer, items[i])
            scores = logp[j, options]
            right = item["options"].index(item["answer"])
            best = int(scores.argmax())
            others = torch.cat([scores[:right], scores[right + 1 :]])
            found[i] = {
                "answer": item["options"][best], "correct": best == right,
                "margin": float(scores[right] - others.max()),
                "pathway": [r["router_logits"].view(*ids.shape, -1)[j, last[j]].softmax(-1) for r in routing],
                "embeddings": {name: e[j] for name, e in embeddings.items()},
            }
    for i in range(len(items)):
        results.append(found[i])
    return results


@torch.no_grad()
def answer_steps(model: Model, tokenizer, items: list[dict], batch: int = 50, limit: int = 160) -> list[dict]:
    """Greedy generation: `text`, `answer`, `correct`, and `stepsRight`, the number of leading steps that agree."""
    rows = [tokenizer.encode(i["prompt"]).ids for i in items]
    starts = [len(r) for r in rows]
    goal = [len(tokenizer.encode(i["prompt"] + "\n\n".join(i["steps"]) + f"\n\nanswer: {i['answer']}").ids) + 4 for i in items]
    active = list(range(len(items)))
    while active:
        active.sort(key=lambda i: len(rows[i]))
        for at in range(0, len(active), batch):
            group = active[at : at + batch]
            ids, last = pad([rows[i] for i in group])
            hidden, _ = model(ids)
            tokens = model.logits(hidden[torch.arange(len(group)), last]).argmax(-1).tolist()
            for i, token in zip(group, tokens):
                rows[i].append(token)
        active = [i for i in active if rows[i][-1] != 0 and len(rows[i]) < min(goal[i], starts[i] + limit, model.c.max_position_embeddings)]
    results = []
    for item, row, start in zip(items, rows, starts):
        text = tokenizer.decode([t for t in row[start:] if t != 0])
        *steps, final = text.split("\n\n")
        right = 0
        while right < min(len(steps), len(item["steps"])) and steps[right] == item["steps"][right]:
            right += 1
        results.append({"text": text, "answer": final.removeprefix("answer: ").strip(), "stepsRight": right,
                        "correct": final.strip() == f"answer: {item['answer']}"})
    return results


def by_family(items: list[dict], correct: list[bool]) -> list[dict]:
    """Accuracy with interval per family, template class and level (level 0: all levels together)."""
    groups: dict[tuple, list[bool]] = defaultdict(list)
    chance: dict[tuple, list[float]] = defaultdict(list)
    for item, ok in zip(items, correct):
        for level in (0, item["level"]):
            key = (item["family"], item["template"], level)
            groups[key].append(ok)
            chance[key].append(1 / len(item["options"]) if "options" in item else 0.0)
    rows = []
    for key in sorted(groups):
        n, k = len(groups[key]), sum(groups[key])
        low, high = wilson(k, n)
        rows.append({"family": key[0], "template": key[1], "level": key[2], "n": n, "accuracy": k / n,
                     "low": low, "high": high, "chance": sum(chance[key]) / n})
    return rows


def accuracy(items: list[dict], correct: list[bool], template: str) -> dict[str, float]:
    """Accuracy and interval over one template class."""
    chosen = [ok for item, ok in zip(items, correct) if item["template"] == template]
    low, high = wilson(sum(chosen), len(chosen))
    return {"n": len(chosen), "accuracy": sum(chosen) / max(1, len(chosen)), "low": low, "high": high}


def neighbours_share_family(items: list[dict], embeddings: Tensor, questions: list[dict] | None = None,
                            asked: Tensor | None = None, k: int = 8) -> float:
    """Mean share of the k nearest items (cosine, centred) that are of the family of each question, or of each item itself."""
    unit = F.normalize(embeddings - embeddings.mean(0), dim=-1)
    if asked is None:
        similarity = (unit @ unit.t()).fill_diagonal_(-2)
    else:
        similarity = F.normalize(asked - embeddings.mean(0), dim=-1) @ unit.t()
    families = [i["family"] for i in items]
    near = similarity.topk(k, dim=-1).indices.tolist()
    return sum(families[j] == q["family"] for q, row in zip(questions or items, near) for j in row) / (k * len(near))


class PathwayHooks(Hooks):
    """Replaces the last token's routing row in the chosen layers: omega [B, layers, core] over given core experts."""

    def __init__(self, layers: list[int], last: Tensor, length: int, omega: Tensor, core: Tensor):
        super().__init__()
        self.layers, self.omega, self.core = layers, omega, core
        self.rows = torch.arange(len(last)) * length + last

    def logits(self, layer: int, logits: Tensor) -> Tensor:
        if layer not in self.layers:
            return logits
        at = self.layers.index(layer)
        row = torch.full((len(self.rows), logits.shape[-1]), -30.0).scatter(
            1, self.core[:, at], self.omega[:, at].clamp_min(1e-9).log())
        return logits.index_copy(0, self.rows, row)


def oracle(model: Model, tokenizer, items: list[dict], rate: float, core: int = 5, steps: int = 10, batch: int = 64) -> list[bool]:
    """C3PO's oracle (arXiv:2504.07964, eq. 1 and 2): gradient descent on the last token's pathway in the last third of
    the layers, core experts only, with the label known; returns whether each item is right afterwards."""
    L, E = model.c.num_hidden_layers, model.c.num_experts
    layers = list(range(L - -(-L // 3), L))
    order = sorted(range(len(items)), key=lambda i: len(items[i]["prompt"]))
    right: dict[int, bool] = {}
    for p in model.parameters():
        p.requires_grad_(False)
    for at in range(0, len(order), batch):
        group = order[at : at + batch]
        ids, last = pad([tokenizer.encode(items[i]["prompt"]).ids for i in group])
        answers = torch.tensor([tokenizer.encode(items[i]["answer"]).ids[0] for i in group])
        with torch.no_grad():
            _, routing = model(ids)
            probs = torch.stack([routing[m]["router_logits"].view(*ids.shape, E)[torch.arange(len(group)), last].softmax(-1) for m in layers], 1)
            omega, chosen = probs.topk(core, dim=-1)
        for step in range(steps + 1):
            omega = omega.detach().requires_grad_(step < steps)
            hidden, _ = model(ids, PathwayHooks(layers, last, ids.shape[1], omega, chosen))
            logits = model.logits(hidden[torch.arange(len(group)), last])
            if step < steps:
                F.cross_entropy(logits, answers, reduction="sum").backward()
                omega = (omega.detach() - rate * omega.grad).clamp_min(0)
        for j, i in enumerate(group):
            options = option_ids(tokenizer, items[i])
            right[i] = items[i]["options"][int(logits[j, options].argmax())] == items[i]["answer"]
    return [right[i] for i in range(len(items))]
