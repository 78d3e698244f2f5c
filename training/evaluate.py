"""Measures an exported checkpoint and writes evaluation.json and experts.json beside it.

    python -m training.evaluate --name moe [--small DIR] [--match DIR --peer DIR] [--quick]

`--match` is a dense model with the same active parameters, `--peer` the evaluated model when it had seen as many tokens.
Everything is one run of one seed; intervals are 95 %: Wilson over items, bootstrap over blocks of 512 tokens of text.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from . import measure_tasks as tasks
from . import measure_text as text
from . import tokenizer as tok
from .baselines import baselines
from .data import corpus_path, domains, runs_path
from .export import PUBLIC, load_exported, write_manifest
from .model import Hooks, Model

NATURAL_AND_CODE = ("stories", "tales", "drama", "bible", "definitions", "speeches", "python", "javascript", "c",
                    "german", "french", "spanish")


def validation(data: Path, names: list[str], limit: int | None) -> dict[str, np.ndarray]:
    """Validation token ids per domain."""
    return {n: np.fromfile(data / f"{n}.val.bin", dtype=np.uint16).astype(np.int64)[:limit] for n in names}


def bits_per_byte(logp: np.ndarray, ids: np.ndarray, tokenizer) -> float:
    """Bits per byte of the scored tokens ids[1:]; end-of-text tokens cost bits but count no bytes."""
    size = len(tokenizer.decode(ids[1:].tolist()).encode())
    return float(-logp.sum() / np.log(2) / size)


def bits_interval(logp: np.ndarray, ids: np.ndarray, tokenizer, block: int = 512, draws: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of the bits per byte, drawing blocks of consecutive tokens."""
    cuts = range(0, len(logp), block)
    bits = np.array([-logp[c : c + block].sum() / np.log(2) for c in cuts])
    size = np.array([len(tokenizer.decode(ids[1 + c : 1 + c + block].tolist()).encode()) for c in cuts])
    drawn = np.random.default_rng(0).integers(0, len(bits), (draws, len(bits)))
    low, high = np.percentile(bits[drawn].sum(1) / size[drawn].sum(1), (2.5, 97.5))
    return float(low), float(high)


def training_weights(data: Path, names: list[str], settings: dict) -> dict[str, float]:
    """Share of each domain in training, tasks included."""
    share = settings["task_share"]
    size = np.array([((data / f"{n}.train.bin").stat().st_size / 2) ** settings["domain_power"] for n in names])
    size *= (1 - share) / size.sum()
    return dict(zip(names, size.tolist())) | {"tasks": share}


def task_text(items: list[dict], tokenizer) -> np.ndarray:
    """Home items as one training-like stream of tokens."""
    from .tasks import full_text

    ids: list[int] = [0]
    for item in items:
        ids += [*tokenizer.encode(full_text(item)).ids, 0]
    return np.array(ids, dtype=np.int64)


def table(result: dict) -> str:
    """The bits-per-byte table in Markdown."""
    columns = ["domain", "bpb", "peer", "denseMatch", "denseSmall", "xz", "xzPrimed", "ngram"]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in result["domains"]:
        lines.append("| " + " | ".join(row[c] if c == "domain" else "" if row.get(c) is None else f"{row[c]:.3f}" for c in columns) + " |")
    mean = {c: np.mean([r[c] for r in result["domains"]]) for c in columns[1:] if result["domains"][0].get(c) is not None}
    lines.append("| **mean** | " + " | ".join(f"{mean[c]:.3f}" if c in mean else "" for c in columns[1:]) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--corpus", default=None)
    parser.add_argument("--data", type=Path, default=runs_path() / "data")
    parser.add_argument("--bench", type=Path, default=PUBLIC.parent / "benchmarks")
    parser.add_argument("--references", type=Path, default=PUBLIC.parent / "references")
    parser.add_argument("--small", type=Path, default=PUBLIC / "dense-small")
    parser.add_argument("--match", type=Path, default=PUBLIC / "dense-match")
    parser.add_argument("--peer", type=Path, help="the evaluated model after as many tokens as the one of --match")
    parser.add_argument("--split", default="test", choices=["validation", "test"])
    parser.add_argument("--window", type=int, default=None, help="default: the model's context")
    parser.add_argument("--quick", action="store_true", help="8,000 tokens a domain, 400 items")
    args = parser.parse_args()
    torch.set_num_threads(1)
    corpus, tokenizer = corpus_path(args.corpus), tok.load()
    folder = args.public / args.name
    model = load_exported(folder)
    window = args.window or model.c.max_position_embeddings
    names = domains(corpus)
    ids = validation(args.data, names, 8000 if args.quick else None)
    items = {kind: tasks.read_items(args.bench / f"{kind}.{args.split}.jsonl") for kind in ("single", "steps")}
    if args.quick:
        items = {kind: value[:: 5] for kind, value in items.items()}
    others = {key: load_exported(path) for key, path in (("denseMatch", args.match), ("peer", args.peer), ("denseSmall", args.small))
              if path is not None and path.resolve() != folder.resolve() and (path / "model.safetensors").exists()}
    training = json.loads((folder / "training.json").read_text())
    tokens_seen = {key: json.loads((path / "training.json").read_text())["tokens"] for key, path in
                   (("bpb", folder), ("denseMatch", args.match), ("peer", args.peer), ("denseSmall", args.small))
                   if key in ("bpb", *others)}

    print("bits per byte", flush=True)
    base = baselines(corpus, runs_path() / "baselines.json")
    rows, chosen = [], {}
    for name in names:
        logp, chosen[name] = text.score_windows(model, ids[name], window)
        low, high = bits_interval(logp, ids[name], tokenizer)
        row = {"domain": name, "tokens": len(logp), "bpb": bits_per_byte(logp, ids[name], tokenizer), "low": low, "high": high,
               **base[name]}
        for key, other in others.items():
            row[key] = bits_per_byte(text.score_windows(other, ids[name], window)[0], ids[name], tokenizer)
        rows.append(row)
    mean = lambda key: float(np.mean([r[key] for r in rows])) if all(r.get(key) is not None for r in rows) else None
    result: dict = {
        "model": args.name,
        "sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "created": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": f"python -m training.evaluate --name {args.name}" + (" --quick" if args.quick else ""),
        "window": window, "tokensSeen": tokens_seen, "domains": rows,
    }
    print(table(result), flush=True)

    if model.c.num_experts:
        experts = model.c.num_experts
        routing = text.domain_routing(chosen, 10_000, 256)
        result["specialisation"] = routing.specialisation()
        _, chosen["tasks"] = text.score_windows(model, task_text(
            [i for kind in items.values() for i in kind if i["template"] == "home"], tokenizer), window)
        result["balance"] = text.balance(chosen, training_weights(args.data, names, training["settings"]), experts)
        (folder / "experts.json").write_text(json.dumps(expert_table(routing, ids, names, result["balance"], tokenizer, experts), ensure_ascii=False))
        for s, b in zip(result["specialisation"], result["balance"]):
            print(f"layer {s['layer']}: MI {s['miBits']:.2f} bits, control {s['controlBits']:.3f}, ratio {s['ratio']:.1f}; "
                  f"MaxVio {b['maxVio']:.2f}, entropy {b['normalisedEntropy']:.3f}, dead {b['dead']}", flush=True)
        result["kSweep"] = k_sweep(model, ids, tokenizer, items["single"], window)
        print(result["kSweep"], flush=True)

    single = tasks.answer_single(model, tokenizer, items["single"])
    steps = tasks.answer_steps(model, tokenizer, items["steps"])
    right = {"single": [r["correct"] for r in single], "steps": [r["correct"] for r in steps]}
    result["families"] = [{"kind": kind, **row} for kind in items for row in tasks.by_family(items[kind], right[kind])]
    result["accuracy"] = {kind: {t: tasks.accuracy(items[kind], right[kind], t) for t in ("home", "away")} for kind in items}
    print(json.dumps(result["accuracy"], indent=1), flush=True)
    small_steps = None
    if "denseSmall" in others:
        small = [r["correct"] for r in tasks.answer_steps(others["denseSmall"], tokenizer, items["steps"])]
        result["accuracy"]["denseSmallSteps"] = {t: tasks.accuracy(items["steps"], small, t) for t in ("home", "away")}
        small_steps = result["accuracy"]["denseSmallSteps"]["home"]
    home = [r for r in result["families"] if r["template"] == "home" and r["level"] == 0]
    result["summary"] = {
        "bpbMean": mean("bpb"), "bpbXz": mean("xz"), "bpbNgram": mean("ngram"), "bpbDenseMatch": mean("denseMatch"),
        "bpbAtDenseMatchTokens": mean("peer"), "bpbDenseSmall": mean("denseSmall"),
        "miRatioMedian": float(np.median([s["ratio"] for s in result["specialisation"]])) if "specialisation" in result else None,
        "maxVioMax": max(b["maxVio"] for b in result["balance"]) if "balance" in result else None,
        "deadExperts": sum(b["dead"] for b in result["balance"]) if "balance" in result else None,
        "homeAccuracy": result["accuracy"]["single"]["home"]["accuracy"],
        "awayAccuracy": result["accuracy"]["single"]["away"]["accuracy"],
        "familiesInRange": sum(0.3 <= r["accuracy"] <= 0.95 and r["accuracy"] > r["chance"] for r in home) / len(home),
        "oracleAway": None,
        "denseSmallSteps": small_steps and small_steps["accuracy"],
        "moeSteps": result["accuracy"]["steps"]["home"]["accuracy"],
        "worseThanXz": [r["domain"] for r in rows if r["domain"] in NATURAL_AND_CODE and r["bpb"] >= r["xz"]],
        "worseThanNgram": [r["domain"] for r in rows if r["domain"] in NATURAL_AND_CODE and r["bpb"] >= r["ngram"]],
    }
    if model.c.num_experts:
        result["summary"] |= oracle_headroom(model, tokenizer, items["single"], args.references, 100 if args.quick else 600)
    (folder / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    write_manifest(args.public)
    print(json.dumps(result["summary"], indent=1))


def oracle_headroom(model: Model, tokenizer, items: list[dict], references: Path, count: int) -> dict:
    """The step size is chosen on the first `count` references, the accuracy measured on away items of the split."""
    chosen = tasks.read_items(references / "single.jsonl")[:count]
    rates = {rate: sum(tasks.oracle(model, tokenizer, chosen, rate)) / len(chosen) for rate in (0.03, 0.1, 0.3, 1.0, 3.0)}
    best = max(rates, key=lambda rate: rates[rate])
    away = [i for i in items if i["template"] == "away"]
    right = sum(tasks.oracle(model, tokenizer, away, best))
    low, high = tasks.wilson(right, len(away))
    return {"oracleAway": right / len(away), "oracleAwayLow": low, "oracleAwayHigh": high, "oracleRate": best,
            "oracleRatesOnReferences": rates}


def k_sweep(model: Model, ids: dict[str, np.ndarray], tokenizer, items: list[dict], window: int) -> list[dict]:
    """Mean bits per byte over domains (4,000 tokens each) and home accuracy at k = 1, 2, 4, 8."""
    rows = []
    home = [i for i in items if i["template"] == "home"]
    for k in (1, 2, 4, 8):
        bits = [bits_per_byte(text.score_windows(model, v[:4000], window, Hooks(k=k))[0], v[:4000], tokenizer) for v in ids.values()]
        right = [r["correct"] for r in tasks.answer_single(model, tokenizer, home, Hooks(k=k))]
        rows.append({"k": k, "bpb": float(np.mean(bits)), **tasks.accuracy(home, right, "home")})
    return rows


def expert_table(routing: text.DomainRouting, ids: dict, names: list[str], balance: list[dict], tokenizer, experts: int) -> dict:
    """experts.json: per layer and expert its load (training proportions), the tokens that chose it first (`n`, of `n` in
    all: equally many of each domain), among them the top ones by lift, and nPMI per domain."""
    size = len(routing.domain) // len(names)
    stream = np.concatenate([ids[n][:size] for n in names])
    layers = []
    for layer, row in enumerate(balance):
        npmi = text.npmi(routing.counts(layer, experts))
        top1 = routing.top1[layer]
        tokens = text.top_tokens(stream, top1, experts)
        for entries in tokens:
            for entry in entries:
                entry["text"] = tokenizer.decode([entry["id"]])
        layers.append([{"load": row["load"][e], "n": int((top1 == e).sum()), "tokens": tokens[e], "npmi": npmi[:, e].round(4).tolist()} for e in range(experts)])
    return {"domains": names, "n": len(stream), "layers": layers}


if __name__ == "__main__":
    main()
