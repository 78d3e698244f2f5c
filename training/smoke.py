"""Smoke test: a 2-layer model, 30 steps on a small bundled text, then export and reload. Under a minute on one core.

    python -m training.smoke

Says so and succeeds where PyTorch is not installed.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(__file__).parent / "smoke"


def main() -> None:
    missing = [name for name in ("torch", "safetensors", "tokenizers", "numpy") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"training smoke test skipped: not installed: {', '.join(missing)}")
        return
    import torch

    from . import data, train
    from .export import export, load_exported

    began = time.monotonic()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.prepare(CORPUS, folder / "data")
        config = json.loads((train.CONFIGS / "moe.json").read_text())
        config["model"] |= {"num_hidden_layers": 2, "hidden_size": 64, "head_dim": 16, "num_experts": 4, "moe_intermediate_size": 64}
        config["train"] |= {"sequences": 8, "micro": 8, "length": 128, "warmup_steps": 5, "task_share": 0.0}
        args = argparse.Namespace(runs=folder, data=folder / "data", branch=None, steps=15, decay_steps=10,
                                  save_seconds=1e9, sample_seconds=1e9, cpu=True, compile=False, bf16=False, weights=None)
        train.train("smoke", config, args)
        args.steps = 30
        train.train("smoke", config, args)
        losses = [float(row["ce"]) for row in csv.DictReader((folder / "smoke" / "log.csv").open())]
        first, last = sum(losses[:3]) / 3, sum(losses[-3:]) / 3
        print(f"loss {first:.2f} -> {last:.2f} in {len(losses)} steps, {time.monotonic() - began:.0f} s")
        if len(losses) != 30 or not last < first - 1:
            sys.exit("the loss did not fall by 1 nat in 30 steps over a resumed run")
        model = load_exported(export("smoke", "smoke", folder, folder / "public"))
        state = torch.load(folder / "smoke" / "state.pt", weights_only=False)["model"]
        ids = torch.tensor([[1, 2, 3, 4, 5]])
        original = train.Model(model.c)
        original.load_state_dict(state)
        with torch.no_grad():
            gap = (model.logits(model(ids)[0]) - original.logits(original(ids)[0])).abs().max().item()
        print(f"largest logit difference after float16 export and reload: {gap:.4f}")
        if gap > 0.05:
            sys.exit("the exported model differs from the trained one")


if __name__ == "__main__":
    main()
