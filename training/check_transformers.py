"""Checks exported checkpoints with Hugging Face `transformers`: its own classes, none of our code in the forward pass.

    python -m training.check_transformers --data DIR      # golden files, then 2,000 validation positions

Compares logits and chosen experts with the golden files and top-1 next tokens and logits with our model, and writes
what it found into each checkpoint's training.json, from where the model card takes it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer

from .data import runs_path
from .export import PUBLIC, load_exported
from .golden import GOLDEN


def golden_gap(model, path: Path) -> tuple[float, int]:
    """Largest logit difference over a golden file, and the number of positions."""
    worst, positions = 0.0, 0
    with safe_open(path, "pt") as file:
        for i in range(len(json.loads(file.metadata()["prompts"]))):
            ids = file.get_tensor(f"p{i}.ids").long()
            with torch.no_grad():
                logits = model(ids[None]).logits[0]
            worst = max(worst, (logits - file.get_tensor(f"p{i}.logits")).abs().max().item())
            positions += len(ids)
    return worst, positions


def routing_mismatches(model, path: Path) -> tuple[int, int]:
    """Chosen experts that differ from the golden file, of how many; (0, 0) for dense models."""
    different = count = 0
    with safe_open(path, "pt") as file:
        if "p0.experts" not in file.keys():
            return 0, 0
        for i in range(len(json.loads(file.metadata()["prompts"]))):
            ids, expected = file.get_tensor(f"p{i}.ids").long(), file.get_tensor(f"p{i}.experts").long()
            with torch.no_grad():
                layers = model(ids[None], output_router_logits=True).router_logits
            got = torch.stack([x.view(len(ids), -1).float().topk(expected.shape[-1]).indices for x in layers])
            different += int((got != expected).sum())
            count += expected.numel()
    return different, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=runs_path() / "data")
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}")
    folders = [(p.parent, GOLDEN / f"{p.parent.name}.safetensors") for p in sorted(PUBLIC.glob("*/config.json"))]
    folders += [(p.parent, p.parent / "golden.safetensors") for p in sorted(GOLDEN.glob("*/config.json"))]
    failed = False
    for folder, golden in folders:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        gap, positions = golden_gap(model, golden)
        different, count = routing_mismatches(model, golden)
        line = f"{folder.name}: {type(model).__name__}, {positions} positions, logits within {gap:.2e}, {different}/{count} experts differ"
        if (folder / "tokenizer.json").exists():
            tokenizer = AutoTokenizer.from_pretrained(folder)
            text = " 7 + 12\n\nHé, ça va?  {x}"
            line += f", tokenizer round trip {'ok' if tokenizer.decode(tokenizer.encode(text)) == text else 'FAILS'}"
            ours, agree, total, apart = load_exported(folder), 0, 0, 0.0
            files = sorted(args.data.glob("*.val.bin"))
            for file in files:
                ids = torch.from_numpy(np.fromfile(file, dtype=np.uint16, count=-(-2000 // len(files))).astype(np.int64))[None]
                with torch.no_grad():
                    theirs, own = model(ids).logits, ours.logits(ours(ids)[0])
                agree += int((theirs.argmax(-1) == own.argmax(-1)).sum())
                apart = max(apart, (theirs - own).abs().max().item())
                total += ids.numel()
            line += f", top-1 agrees at {agree}/{total} validation positions, logits within {apart:.2e}"
            failed |= agree < 0.995 * total or apart > 1e-3
            if (folder / "training.json").exists():
                record = json.loads((folder / "training.json").read_text())
                record["transformers"] = {
                    "version": transformers.__version__, "torch": torch.__version__, "class": type(model).__name__,
                    "goldenPositions": positions, "goldenLogits": gap, "experts": count, "expertsDiffer": different,
                    "positions": total, "top1Agree": agree, "logits": apart,
                }
                (folder / "training.json").write_text(json.dumps(record, indent=2) + "\n")
        print(line, flush=True)
        failed |= gap > 1e-3 or different > 0
    sys.exit("differences beyond the limits" if failed else 0)


if __name__ == "__main__":
    main()
