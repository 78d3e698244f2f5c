"""Measures an exported checkpoint and writes evaluation.json and experts.json beside it.

    python -m training.evaluate --name moe --corpus DIR --bench DIR [--quick]

Everything is one run of one seed unless the table says otherwise; intervals are 95 % Wilson intervals over items.
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

POWER, TASK_SHARE = 0.7, 0.2
NATURAL_AND_CODE = ("stories", "tales", "drama", "bible", "definitions", "speeches", "python", "javascript", "c",
                    "german", "french", "spanish")


def validation(data: Path, names: list[str], limit: int | None) -> dict[str, np.ndarray]:
    """Validation token ids per domain."""
    return {n: np.fromfile(data / f"{n}.val.bin", dtype=np.uint16).astype(np.int64)[:limit] for n in names}


def bits_per_byte(logp: np.ndarray, ids: np.ndarray, tokenizer) -> float:
    """Bits per byte of the scored tokens ids[1:]; end-of-text tokens cost bits but count no bytes."""
    size = len(tokenizer.decode(ids[1:].tolist()).encode())
    return float(-logp.sum() / np.log(2) / size)


def training_weights(data: Path, names: list[str]) -> dict[str, float]:
    """Share of each domain in training, tasks included."""
    size = np.array([((data / f"{n}.train.bin").stat().st_size / 2) ** POWER for n in names])
    size *= (1 - TASK_SHARE) / size.sum()
    return dict(zip(names, size.tolist())) | {"tasks": TASK_SHARE}


def task_text(items: list[dict], tokenizer) -> np.ndarray:
    """Home items as one training-like stream of tokens."""
    from .tasks import full_text

    ids: list[int] = [0]
    for item in items:
        ids += [*tokenizer.encode(full_text(item)).ids, 0]
    return np.array(ids, dtype=np.int64)


def table(result: dict) -> str:
    """The bits-per-byte table in Markdown."""
    columns = ["domain", "bpb", "denseMatch", "denseSmall", "xz", "xzPrimed", "ngram"]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in result["domains"]:
        lines.append("| " + " | ".join(row[c] if c == "domain" else "" if row.get(c) is None else f"{row[c]:.3f}" for c in columns) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--corpus", default=None)
    parser.add_argument("--data", type=Path, default=runs_path() / "data")
    parser.add_argument("--bench", type=Path, default=PUBLIC.parent / "benchmarks")
    parser.add_argument("--small", type=Path, default=PUBLIC / "dense-small")
    parser.add_argument("--match", type=Path, default=PUBLIC / "dense-match")
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
    others = {key: load_exported(path) for key, path in (("denseMatch", args.match), ("denseSmall", args.small))
              if (path / "model.safetensors").exists()}

    print("bits per byte", flush=True)
    base = baselines(corpus, runs_path() / "baselines.json")
    rows, chosen = [], {}
    for name in names:
        logp, chosen[name] = text.score_windows(model, ids[name], window)
        row = {"domain": name, "tokens": len(logp), "bpb": bits_per_byte(logp, ids[name], tokenizer), **base[name]}
        for key, other in others.items():
            row[key] = bits_per_byte(text.score_windows(other, ids[name], window)[0], ids[name], tokenizer)
        rows.append(row)
    mean = lambda key: float(np.mean([r[key] for r in rows])) if all(r.get(key) is not None for r in rows) else None
    result: dict = {
        "model": args.name,
        "sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "created": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": f"python -m training.evaluate --name {args.name}" + (" --quick" if args.quick else ""),
        "window": window, "domains": rows,
    }
    print(table(result), flush=True)

    if model.c.num_experts:
        experts = model.c.num_experts
        routing = text.domain_routing(chosen, 10_000, 256)
        result["specialisation"] = routing.specialisation()
        _, chosen["tasks"] = text.score_windows(model, task_text(
            [i for kind in items.values() for i in kind if i["template"] == "home"], tokenizer), window)
        result["balance"] = text.balance(chosen, training_weights(args.data, names), experts)
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
        small_steps = tasks.accuracy(items["steps"], small, "home")
    result["summary"] = {
        "bpbMean": mean("bpb"), "bpbXz": mean("xz"), "bpbNgram": mean("ngram"), "bpbDenseMatch": mean("denseMatch"),
        "miRatioMedian": float(np.median([s["ratio"] for s in result["specialisation"]])) if "specialisation" in result else None,
        "maxVioMax": max(b["maxVio"] for b in result["balance"]) if "balance" in result else None,
        "deadExperts": sum(b["dead"] for b in result["balance"]) if "balance" in result else None,
        "homeAccuracy": result["accuracy"]["single"]["home"]["accuracy"],
        "awayAccuracy": result["accuracy"]["single"]["away"]["accuracy"],
        "oracleAway": None,
        "denseSmallSteps": small_steps and small_steps["accuracy"],
        "moeSteps": result["accuracy"]["steps"]["home"]["accuracy"],
        "worseThanXz": [r["domain"] for r in rows if r["domain"] in NATURAL_AND_CODE and r["bpb"] >= r["xz"]],
        "worseThanNgram": [r["domain"] for r in rows if r["domain"] in NATURAL_AND_CODE and r["bpb"] >= r["ngram"]],
    }
    (folder / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    if model.c.num_experts and not args.quick:
        result["summary"] |= oracle_headroom(model, tokenizer, items["single"], args.bench)
    (folder / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    write_manifest(args.public)
    print(json.dumps(result["summary"], indent=1))


def oracle_headroom(model: Model, tokenizer, items: list[dict], bench: Path) -> dict:
    """The step size is chosen on away validation items, the accuracy measured on away items of the split."""
    chosen = [i for i in tasks.read_items(bench / "single.validation.jsonl") if i["template"] == "away"][:200]
    rates = {rate: sum(tasks.oracle(model, tokenizer, chosen, rate)) / len(chosen) for rate in (0.03, 0.1, 0.3, 1.0, 3.0)}
    best = max(rates, key=lambda rate: rates[rate])
    away = [i for i in items if i["template"] == "away"]
    right = tasks.oracle(model, tokenizer, away, best)
    return {"oracleAway": sum(right) / len(away), "oracleRate": best, "oracleRatesOnValidation": rates}


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
    """experts.json: per layer and expert its load, top tokens by lift and nPMI per domain."""
    size = len(routing.domain) // len(names)
    stream = np.concatenate([ids[n][:size] for n in names])
    layers = []
    for layer, row in enumerate(balance):
        npmi = text.npmi(routing.counts(layer, experts))
        tokens = text.top_tokens(stream, routing.top1[layer], experts)
        for entries in tokens:
            for entry in entries:
                entry["text"] = tokenizer.decode([entry["id"]])
        layers.append([{"load": row["load"][e], "tokens": tokens[e], "npmi": npmi[:, e].round(4).tolist()} for e in range(experts)])
    return {"domains": names, "layers": layers}


if __name__ == "__main__":
    main()
