"""Adds to every reference item what the model does with it: answer, and for single-token items pathway and embedding.

    python -m training.references --name moe

Embedding: chosen by how often the 8 nearest references of a validation item in away wording share its family, since that is
what it is for; among references themselves, which share their wordings, every candidate does well. manifest.json keeps both.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
from pathlib import Path

import torch

from . import measure_tasks as tasks
from . import tokenizer as tok
from .export import PUBLIC, load_exported

EMBEDDINGS = {"meanFinal": "mean over prompt tokens of the final normed hidden state",
              "meanInput": "mean over prompt tokens of the input embedding",
              "lastFinal": "final normed hidden state of the last prompt token"}


def packed(x: torch.Tensor) -> dict:
    """The ARRAY of the trace format: little-endian float16 in base64."""
    return {"dtype": "f16", "shape": list(x.shape), "b64": base64.b64encode(x.numpy().astype("<f2").tobytes()).decode()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--bench", type=Path, default=PUBLIC.parent / "references")
    parser.add_argument("--out", type=Path, default=PUBLIC.parent / "references")
    parser.add_argument("--questions", type=Path, default=PUBLIC.parent / "benchmarks" / "single.validation.jsonl")
    args = parser.parse_args()
    torch.set_num_threads(1)
    folder, tokenizer = args.public / args.name, tok.load()
    model = load_exported(folder)
    items = tasks.read_items(args.bench / "single.jsonl")
    results = tasks.answer_single(model, tokenizer, items)
    questions = [i for i in tasks.read_items(args.questions) if i["template"] == "away"]
    asked = tasks.answer_single(model, tokenizer, questions)
    stacked = lambda rows, name: torch.stack([r["embeddings"][name] for r in rows])
    among = {name: tasks.neighbours_share_family(items, stacked(results, name)) for name in EMBEDDINGS}
    share = {name: tasks.neighbours_share_family(items, stacked(results, name), questions, stacked(asked, name)) for name in EMBEDDINGS}
    best = max(share, key=lambda name: share[name])
    args.out.mkdir(parents=True, exist_ok=True)
    with open(args.out / "single.jsonl", "w") as handle:
        for item, r in zip(items, results):
            kept = {k: v for k, v in item.items() if k not in ("baseAnswer", "correct", "pathway", "embedding")}
            handle.write(json.dumps(kept | {
                "baseAnswer": r["answer"], "correct": r["correct"], "pathway": packed(torch.stack(r["pathway"])),
                "embedding": packed(r["embeddings"][best]),
            }, ensure_ascii=False) + "\n")
    steps = tasks.read_items(args.bench / "steps.jsonl")
    answers = tasks.answer_steps(model, tokenizer, steps)
    with open(args.out / "steps.jsonl", "w") as handle:
        for item, r in zip(steps, answers):
            handle.write(json.dumps(item | {"baseAnswer": r["answer"], "correct": r["correct"]}, ensure_ascii=False) + "\n")
    (args.out / "manifest.json").write_text(json.dumps({
        "version": 1, "model": args.name,
        "sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "embedding": {"name": best, "definition": EMBEDDINGS[best], "sharedFamilyOf8Nearest": share,
                      "sharedFamilyAmongReferences": among},
        "pathway": "softmax over all experts at the last prompt token, every MoE layer [L, E]",
        "accuracy": {"single": sum(r["correct"] for r in results) / len(results),
                     "steps": sum(r["correct"] for r in answers) / len(answers)},
        "items": {"single": len(items), "steps": len(steps)},
    }, indent=2) + "\n")
    print(share, among, sum(r["correct"] for r in results) / len(results))


if __name__ == "__main__":
    main()
