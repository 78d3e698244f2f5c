"""Exports a training state to a Hugging Face folder in float16, and reads such folders back.

    python -m training.export --run moe                 # $MOE_RUNS/moe/state.pt -> public/models/moe
    python -m training.export --run moe-final --name moe
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from . import tokenizer as tok
from .data import runs_path
from .model import Config, Model

PUBLIC = Path(__file__).parent.parent / "public" / "models"
SHIPPED = ("config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
           "evaluation.json", "experts.json")
"""Files the page may fetch; each gets its size and SHA-256 in manifest.json."""


def to_transformers(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Splits stacked experts into `experts.M.{gate,up,down}_proj.weight`; other names already agree."""
    out: dict[str, Tensor] = {}
    for name, value in state.items():
        if name.endswith("experts.gate_up"):
            base, half = name.removesuffix("gate_up"), value.shape[1] // 2
            for e in range(len(value)):
                out[f"{base}{e}.gate_proj.weight"] = value[e, :half]
                out[f"{base}{e}.up_proj.weight"] = value[e, half:]
        elif name.endswith("experts.down"):
            for e in range(len(value)):
                out[f"{name.removesuffix('down')}{e}.down_proj.weight"] = value[e]
        else:
            out[name] = value
    return out


def from_transformers(tensors: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The inverse of `to_transformers`, in float32."""
    state = {k: v.float() for k, v in tensors.items() if ".experts." not in k}
    for layer in range(config.num_hidden_layers if config.num_experts else 0):
        base = f"model.layers.{layer}.mlp.experts."

        def stack(part: str) -> Tensor:
            return torch.stack([tensors[f"{base}{e}.{part}_proj.weight"].float() for e in range(config.num_experts)])

        state[base + "gate_up"] = torch.cat([stack("gate"), stack("up")], dim=1)
        state[base + "down"] = stack("down")
    return state


def load_exported(folder: Path) -> Model:
    """A model from an exported folder: float16 weights upcast to float32, on CPU, for evaluation."""
    config = Config.load(folder / "config.json")
    model = Model(config)
    model.load_state_dict(from_transformers(load_file(folder / "model.safetensors"), config))
    return model.eval()


def write_model(folder: Path, config: dict, state: dict[str, Tensor]) -> None:
    """config.json and model.safetensors (float16)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors = {k: v.detach().cpu().to(torch.float16).contiguous().clone() for k, v in to_transformers(state).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


def write_manifest(public: Path = PUBLIC) -> None:
    """manifest.json: bytes and SHA-256 of every file the page may fetch."""
    models = {}
    for folder in sorted(p.parent for p in public.glob("*/config.json")):
        files = [folder / name for name in SHIPPED if (folder / name).exists()]
        models[folder.name] = {"files": {
            f.name: {"bytes": f.stat().st_size, "sha256": hashlib.sha256(f.read_bytes()).hexdigest()} for f in files}}
    (public / "manifest.json").write_text(json.dumps({"version": 1, "models": models}, indent=1) + "\n")


def export(run: str, name: str, runs: Path, public: Path = PUBLIC, ema: bool = False) -> Path:
    """Writes the whole folder of one checkpoint and refreshes the manifest."""
    state = torch.load(runs / run / "state.pt", map_location="cpu", weights_only=False)
    folder = public / name
    write_model(folder, state["config"]["model"], state["ema" if ema else "model"])
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tok.DEFAULT_DIR / file, folder / file)
    (folder / "generation_config.json").write_text(json.dumps({
        "eos_token_id": 0, "pad_token_id": 0, "do_sample": True, "temperature": 0.8, "top_k": 40,
    }, indent=2) + "\n")
    (folder / "training.json").write_text(json.dumps({
        "run": run, "ema": ema, "step": state["step"], "tokens": state["tokens"], "decayFrom": state["decay_from"],
        "settings": state["config"]["train"],
    }, indent=2) + "\n")
    write_manifest(public)
    print(f"{folder}: step {state['step']}, {state['tokens']:,} tokens seen, "
          f"{(folder / 'model.safetensors').stat().st_size:,} bytes")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--name", help="folder under public/models (default: the run's name)")
    parser.add_argument("--runs", type=Path, default=runs_path())
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--ema", action="store_true", help="the running mean of the weights, for a run that has not decayed")
    args = parser.parse_args()
    export(args.run, args.name or args.run, args.runs, args.public, args.ema)


if __name__ == "__main__":
    main()
