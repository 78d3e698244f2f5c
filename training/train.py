"""Trains one checkpoint, resumable to the exact step, on CPU or CUDA (bf16), one process or several.

    python -m training.train moe                       # start or resume
    python -m training.train moe --branch moe-final --decay-steps 400   # anneal a copy from the current state
    torchrun --nproc_per_node 8 -m training.train moe

Schedule: warm-up, stable, decay (WSD, https://arxiv.org/abs/2404.06395): the stable run never ends, a branch decays
linearly to zero and is what ships; a running mean of the weights (`ema`) is nearly as good at any time. State: $MOE_RUNS/<run>/{state.pt,log.csv,samples.txt,config.json}.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import signal
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from . import tokenizer as tok
from .data import Mixture, runs_path
from .export import load_exported
from .model import Config, Model, generate
from .optim import optimisers
from .products import ChunkedCrossEntropy

CONFIGS = Path(__file__).parent / "configs"
SAMPLE_PROMPTS = ["Once upon a time", "def ", "Il faut ", "1. e4 "]


def learning_rate(step: int, warmup: int, decay_from: int | None, decay_steps: int, warm_from: int = 0) -> float:
    """Factor on the base learning rate at a step; the warm-up begins at `warm_from`."""
    factor = min(1.0, (step - warm_from + 1) / max(1, warmup))
    if decay_from is not None:
        factor *= max(0.0, 1 - (step - decay_from) / max(1, decay_steps))
    return factor


def save(path: Path, state: dict) -> None:
    """Atomic: a reader sees the old file or the new one."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def max_violation(load: torch.Tensor) -> float:
    """Largest (load - mean) / mean over experts, mean over layers; load [L, E]."""
    mean = load.float().mean(1)
    return float(((load.max(1).values - mean) / mean).mean())


class Loss(torch.nn.Module):
    """The training loss as a forward pass, so that DistributedDataParallel sees it."""

    def __init__(self, model: Model, balance: float, z: float):
        super().__init__()
        self.model, self.balance, self.z = model, balance, z

    def forward(self, ids: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor):
        return self.model.loss(ids, targets, weights, self.balance, self.z)


def train(run: str, config: dict, args: argparse.Namespace) -> None:
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    cuda = torch.cuda.is_available() and not args.cpu
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if world > 1:
        dist.init_process_group("nccl" if cuda else "gloo")
    torch.manual_seed(config["train"]["seed"] + rank)
    folder = args.runs / (args.branch or run)
    folder.mkdir(parents=True, exist_ok=True)
    settings = config["train"]

    model = Model(Config.from_dict(config["model"]), seed=settings["seed"]).to(device)
    opts = optimisers(model, settings)
    ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step, tokens, decay_from, warm_from = 0, 0, None, 0
    source = folder / "state.pt"
    if not source.exists() and args.branch:
        source = args.runs / run / "state.pt"
    if source.exists():
        state = torch.load(source, map_location=device, weights_only=False)
        model.load_state_dict(state["model"])
        for opt, saved in zip(opts, state["optimisers"]):
            base = [g["base_lr"] for g in opt.param_groups]
            opt.load_state_dict(saved)
            for group, lr in zip(opt.param_groups, base):
                group["base_lr"] = lr
        ema = {k: v.clone() for k, v in state.get("ema", state["model"]).items()}
        torch.set_rng_state(state["rng"].cpu())
        step, tokens, decay_from = state["step"], state["tokens"], state["decay_from"]
        warm_from = state.get("warm_from", 0)
        if args.branch and decay_from is None:
            decay_from = step
    elif args.weights:
        model.load_state_dict(load_exported(args.weights).state_dict())
        ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
        seen = json.loads((args.weights / "training.json").read_text())
        step, tokens = seen["step"], seen["tokens"]
        warm_from = step
    last = decay_from + args.decay_steps if decay_from is not None else args.steps
    if args.compile:
        for block in model.model["layers"]:
            block.compile()
        ChunkedCrossEntropy.row_losses = staticmethod(torch.compile(ChunkedCrossEntropy.row_losses, dynamic=False))
    loss_module: torch.nn.Module = Loss(model, settings["balance"], settings["z"])
    if world > 1:
        loss_module = DistributedDataParallel(loss_module, device_ids=[device.index] if cuda else None)
    mixture = Mixture(args.data, settings["seed"], settings["domain_power"], settings["task_share"])
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer = tok.load()

    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: stopping.append(got))

    def checkpoint() -> None:
        if rank == 0:
            save(folder / "state.pt", {
                "model": model.state_dict(), "optimisers": [o.state_dict() for o in opts], "step": step,
                "tokens": tokens, "decay_from": decay_from, "warm_from": warm_from, "ema": ema, "rng": torch.get_rng_state(), "config": config,
            })

    new = not (folder / "log.csv").exists()
    with open(folder / "log.csv", "a", newline="") as handle:
        log = csv.writer(handle)
        if new and rank == 0:
            log.writerow(["step", "tokens", "loss", "ce", "balance", "z", "max_violation", "lr", "grad_norm", "tokens_per_second"])
        saved_at = sampled_at = time.monotonic()
        while not stopping and (last is None or step < last):
            began = time.monotonic()
            factor = learning_rate(step, settings["warmup_steps"], decay_from, args.decay_steps, warm_from)
            for opt in opts:
                for group in opt.param_groups:
                    group["lr"] = group["base_lr"] * factor
            batch, weights = (torch.from_numpy(x).to(device)
                              for x in mixture.batch(step, rank, settings["sequences"], settings["length"]))
            micro = settings["micro"] if not cuda else len(batch)
            pieces = list(zip(batch.split(micro), weights.split(micro)))
            parts: dict[str, torch.Tensor] = {}
            for piece, weight in pieces:
                with torch.autocast(device.type, torch.bfloat16, enabled=cuda or args.bf16):
                    loss, some = loss_module(piece[:, :-1], piece[:, 1:], weight)
                (loss / len(pieces)).backward()
                some["loss"] = loss.detach()
                for key, value in some.items():
                    parts[key] = parts.get(key, 0) + value / len(pieces)
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clip"])
            for opt in opts:
                opt.step()
                opt.zero_grad(set_to_none=False)
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    ema[name].lerp_(value, 1 - settings["ema"])
            step += 1
            tokens += batch[:, 1:].numel() * world
            if rank == 0:
                seconds = time.monotonic() - began
                log.writerow([
                    step, tokens, f"{parts['loss'].item():.4f}", f"{parts['ce'].item():.4f}",
                    *(f"{parts[k].item():.4f}" if k in parts else "" for k in ("balance", "z")),
                    f"{max_violation(parts['load']):.3f}" if "load" in parts else "",
                    f"{factor:.4f}", f"{norm.item():.3f}", f"{batch[:, 1:].numel() * world / seconds:.0f}",
                ])
                handle.flush()
                if time.monotonic() - sampled_at > args.sample_seconds:
                    sampled_at = time.monotonic()
                    with open(folder / "samples.txt", "a") as samples, torch.compiler.set_stance("force_eager"):
                        for prompt in SAMPLE_PROMPTS:
                            ids = generate(model, tokenizer.encode(prompt).ids, 40, seed=step)
                            samples.write(f"--- step {step}, {tokens} tokens\n{tokenizer.decode(ids)}\n")
            if time.monotonic() - saved_at > args.save_seconds:
                saved_at = time.monotonic()
                checkpoint()
    checkpoint()
    if world > 1:
        dist.destroy_process_group()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", help="name of a file in training/configs")
    parser.add_argument("--config", type=Path, help="config file, if not configs/<run>.json")
    parser.add_argument("--runs", type=Path, default=runs_path())
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--steps", type=int, default=None, help="stop at this step (default: never)")
    parser.add_argument("--branch", help="name of the run that decays from this one's state")
    parser.add_argument("--decay-steps", type=int, default=300)
    parser.add_argument("--save-seconds", type=float, default=300)
    parser.add_argument("--sample-seconds", type=float, default=600)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--bf16", action="store_true", help="matrix products in bfloat16 on a CPU too (fast with AVX512-BF16 or AMX)")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="an exported checkpoint to go on from where no state is left")
    parser.add_argument("--compile", action="store_true", help="fuse element-wise work (needs a C++ compiler)")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="override train settings")
    args = parser.parse_args()
    args.data = args.data or runs_path() / "data"
    config = json.loads((args.config or CONFIGS / f"{args.run}.json").read_text())
    for item in args.set:
        key, value = item.split("=", 1)
        config["train"][key] = json.loads(value) if value[0] in "-0123456789tfn" else value
    train(args.run, config, args)


if __name__ == "__main__":
    main()
