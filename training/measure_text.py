"""Measures on validation text: bits per byte, routing by domain, balance, top-k sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .model import Hooks, Model


@torch.no_grad()
def score_windows(
    model: Model, ids: np.ndarray, window: int, hooks: Hooks | None = None, batch: int = 16
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Log-probability (nats) of ids[1:] [N-1] and, per MoE layer, the chosen experts [N-1, K] of the same inputs.

    Windows overlap by half; a token is scored once, with at least half a window of context except in the first.
    """
    half, count = window // 2, len(ids) - 1
    starts = list(range(0, max(1, count - half), half))
    logp = np.zeros(count)
    chosen: list[np.ndarray] = []
    for at in range(0, len(starts), batch):
        group = starts[at : at + batch]
        block = np.zeros((len(group), window + 1), dtype=np.int64)
        for row, start in enumerate(group):
            piece = ids[start : start + window + 1]
            block[row, : len(piece)] = piece
        tensor = torch.from_numpy(block)
        hidden, routing = model(tensor[:, :-1], hooks)
        for row, start in enumerate(group):
            skip = 0 if start == 0 else half
            end = min(window, count - start)
            logits = model.logits(hidden[row, skip:end])
            scores = -F.cross_entropy(logits, tensor[row, skip + 1 : end + 1], reduction="none")
            logp[start + skip : start + end] = scores.numpy()
            for layer, routed in enumerate(routing):
                if len(chosen) <= layer:
                    chosen.append(np.zeros((count, routed["experts"].shape[1]), dtype=np.int64))
                experts = routed["experts"].view(len(group), window, -1)[row, skip:end]
                chosen[layer][start + skip : start + end] = experts.numpy()
    return logp, chosen


def mutual_information(a: np.ndarray, b: np.ndarray) -> float:
    """Bits between two label arrays [N]."""
    joint = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(joint, (a, b), 1)
    joint /= joint.sum()
    outer = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    nonzero = joint > 0
    return float((joint[nonzero] * np.log2(joint[nonzero] / outer[nonzero])).sum())


def npmi(domain_expert: np.ndarray) -> np.ndarray:
    """Normalised pointwise mutual information of counts [domains, E], in -1..1 (-1 where a pair never occurs)."""
    p = domain_expert / domain_expert.sum()
    outer = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(p / outer) / -np.log(p)
    return np.where(p > 0, value, -1.0)


@dataclass
class DomainRouting:
    """Routing on equally many tokens of every domain: first-choice expert [L, N], domain index [N], window index [N]."""

    names: list[str]
    top1: np.ndarray
    domain: np.ndarray
    window: np.ndarray

    def specialisation(self, seed: int = 0, shuffles: int = 20) -> list[dict]:
        """Per layer: mutual information of domain and first expert, and the same with labels shuffled over windows."""
        r = np.random.default_rng(seed)
        windows = self.window.max() + 1
        label = np.zeros(windows, dtype=np.int64)
        label[self.window] = self.domain
        controls = [r.permutation(label)[self.window] for _ in range(shuffles)]
        rows = []
        for layer, top in enumerate(self.top1):
            mi = mutual_information(self.domain, top)
            control = float(np.mean([mutual_information(c, top) for c in controls]))
            rows.append({"layer": layer, "miBits": mi, "controlBits": control, "ratio": mi / control,
                         "maxBits": float(np.log2(len(self.names)))})
        return rows

    def counts(self, layer: int, experts: int) -> np.ndarray:
        """First choices [domains, E]."""
        out = np.zeros((len(self.names), experts))
        np.add.at(out, (self.domain, self.top1[layer]), 1)
        return out


def domain_routing(chosen: dict[str, list[np.ndarray]], tokens: int, window: int) -> DomainRouting:
    """Collects the first `tokens` positions of every domain from `score_windows` results."""
    names = sorted(chosen)
    size = min(tokens, *(len(c[0]) for c in chosen.values()))
    top1 = np.stack([np.concatenate([chosen[n][layer][:size, 0] for n in names]) for layer in range(len(chosen[names[0]]))])
    domain = np.repeat(np.arange(len(names)), size)
    per_domain = -(-size // window)
    index = np.concatenate([d * per_domain + np.arange(size) // window for d in range(len(names))])
    return DomainRouting(names, top1, domain, index)


def balance(chosen: dict[str, list[np.ndarray]], weights: dict[str, float], experts: int) -> list[dict]:
    """Per layer: load share per expert over domains weighted as in training, MaxVio, normalised entropy, dead experts."""
    rows = []
    for layer in range(len(next(iter(chosen.values())))):
        load = np.zeros(experts)
        for name, layers in chosen.items():
            counts = np.bincount(layers[layer].ravel(), minlength=experts)
            load += weights[name] * counts / counts.sum()
        load /= load.sum()
        nonzero = load[load > 0]
        rows.append({"layer": layer, "load": load.round(5).tolist(), "maxVio": float(load.max() * experts - 1),
                     "normalisedEntropy": float(-(nonzero * np.log(nonzero)).sum() / np.log(experts)),
                     "dead": int((load < 0.01 / experts).sum())})
    return rows


def top_tokens(ids: np.ndarray, top1: np.ndarray, experts: int, count: int = 20, least: int = 8) -> list[list[dict]]:
    """Per expert, the tokens with the highest lift p(token | expert) / p(token), seen at least `least` times there."""
    total = np.bincount(ids, minlength=ids.max() + 1)
    out = []
    for e in range(experts):
        here = np.bincount(ids[top1 == e], minlength=len(total))
        lift = np.where(here >= least, here / max(1, here.sum()) / np.maximum(total, 1) * len(ids), 0)
        best = np.argsort(-lift, kind="stable")[:count]
        out.append([{"id": int(t), "count": int(here[t]), "lift": round(float(lift[t]), 3)} for t in best if lift[t] > 0])
    return out

