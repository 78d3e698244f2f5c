#!/usr/bin/env python3
"""Runs a prompt through a Mixture-of-Experts model of Hugging Face `transformers` and writes what its routers did
as a MoE Playground trace (version 1), which the page opens as a file.

    pip install torch transformers
    python hf_moe_trace.py --model allenai/OLMoE-1B-7B-0924 --prompt "Once upon a time" --out once.json

The file holds, for every token and every layer with a router: the router's logits, the chosen experts, their gate
probabilities and mixing weights; and after every token the entropy of the next-token distribution and its ten most
likely tokens. Every listed token was run through the model, the last generated one too. Nothing is sent anywhere.

Models: OLMoE, Qwen2-MoE, Qwen3-MoE, Mixtral, DeepSeek-V2, DeepSeek-V3, Granite-MoE and gpt-oss are tested, with
transformers 5.24 and randomly initialised weights. Any other model of transformers 5 is tried: a router is a module
whose class name says so and which returns (logits, mixing weights, chosen experts). The mixing weights are checked
against what the trace says about the model's rule, and a router that follows another rule is refused rather than
described wrongly. That happens with transformers 5.0.0, where all of these but gpt-oss hand out softmax values under
the name of logits. In transformers 4 (4.57.6 was looked at) most routers are plain linear layers inside a block that
keeps its choices to itself, so that version is refused too.

What the trace cannot say: DeepSeek's choice within groups of experts, and the bias that DeepSeek-V3 adds for choosing
only. The chosen experts and their weights are right all the same; `meta.router` holds the bias and the factor.

Formats, shapes and units: docs/TRACE_FORMAT.md of the MoE Playground repository.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NoReturn

VERSION = "1.0"
MOST_BYTES = 64 * 1024 * 1024  # the page opens no larger file
CANDIDATES = 10

# Softmax over the chosen logits only. The numbers are those of a renormalised softmax; the name is the model's own rule.
AFTER_TOPK = {"GraniteMoeTopKRouter", "GptOssTopKRouter"}
ROUTER_NAME = re.compile(r"(Router|Gate|Gating)$")


def fail(sentence: str) -> NoReturn:
    print(f"hf_moe_trace: {sentence}", file=sys.stderr)
    raise SystemExit(2)


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hf_moe_trace.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="name on the Hub, or a folder with config.json, weights and tokenizer")
    parser.add_argument("--revision", help="branch, tag or commit on the Hub")
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--prompt", help="the text to read; - reads standard input")
    text.add_argument("--prompt-file", type=Path, help="a file with the text to read, UTF-8")
    parser.add_argument("--chat", action="store_true", help="wrap the prompt in the model's chat template, as a user's turn")
    parser.add_argument("--max-new-tokens", type=int, default=32, metavar="N", help="tokens to write after the prompt; 0 only reads (default 32)")
    parser.add_argument("--temperature", type=float, default=0.0, help="0 always takes the most likely token (default)")
    parser.add_argument("--top-k", type=int, default=0, help="of the next token; 0 keeps all (default)")
    parser.add_argument("--top-p", type=float, default=1.0, help="of the next token; 1 keeps all (default)")
    parser.add_argument("--seed", type=int, default=1, help="of the draws, where the temperature is above 0 (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="file to write; a name ending in .gz is compressed")
    parser.add_argument("--title", help="title in the page (default: the beginning of the prompt)")
    parser.add_argument("--float", choices=["f32", "f16"], default="f32", help="precision in the file; f16 halves it and cannot show differences of 1e-4")
    parser.add_argument("--no-logits", action="store_true", help="leave out the router logits: a much smaller file, without the router's full distribution")
    parser.add_argument("--norms", action="store_true", help="also the length of each chosen expert's output, at the cost of running the experts twice")
    parser.add_argument("--without-prompt", action="store_true", help="leave out the prompt's text and token ids; the routing stays")
    parser.add_argument("--dtype", choices=["auto", "float32", "bfloat16", "float16"], default="auto", help="of the weights (default: as they are stored)")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1, mps, or auto to spread the model (needs accelerate)")
    args = parser.parse_args(argv)
    if args.max_new_tokens < 0:
        parser.error("--max-new-tokens must be 0 or more")
    if args.temperature < 0:
        parser.error("--temperature must be 0 or more")
    if not 0 < args.top_p <= 1:
        parser.error("--top-p must be above 0 and at most 1")
    if args.top_k < 0 or not 0 <= args.seed < 2**32:
        parser.error("--top-k must be 0 or more, and --seed a number below 2^32")
    return args


def prompt_of(args: argparse.Namespace) -> str:
    if args.prompt_file is not None:
        try:
            return args.prompt_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            fail(f"{args.prompt_file} cannot be read as UTF-8 text: {error}")
    return sys.stdin.read() if args.prompt == "-" else args.prompt


def load(args: argparse.Namespace) -> tuple[Any, Any]:
    """The model in evaluation mode, and its tokenizer."""
    try:
        import torch
        import transformers
    except ImportError as error:
        fail(f"{error.name} is missing: pip install torch transformers")
    if int(transformers.__version__.split(".")[0]) < 5:
        fail(f"transformers {transformers.__version__} is too old: its MoE blocks do not hand out what their routers chose. pip install -U transformers (5 or later)")
    dtype = args.dtype if args.dtype == "auto" else getattr(torch, args.dtype)
    place = {"device_map": "auto"} if args.device == "auto" else {}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(args.model, revision=args.revision)
        model = transformers.AutoModelForCausalLM.from_pretrained(args.model, revision=args.revision, dtype=dtype, **place)
        if not place:
            model = model.to(args.device)
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        fail(f"{args.model} cannot be loaded: {str(error).strip().splitlines()[0] if str(error).strip() else error!r}")
    return model.eval(), tokenizer


class Recorder:
    """Hooks every router, and with `norms` every expert block; gathers their outputs on the CPU, in the order of the tokens."""

    def __init__(self, model: Any, norms: bool = False) -> None:
        self.routers: dict[int, Any] = {}
        self.parents: dict[int, Any] = {}
        self.rows: dict[int, list[tuple[Any, Any, Any]]] = {}
        self.norms: dict[int, list[Any]] | None = {} if norms else None
        self.handles: list[Any] = []
        for name, module in model.named_modules():
            layer = re.search(r"\.layers?\.(\d+)\.", name)
            if layer is None or not ROUTER_NAME.search(type(module).__name__):
                continue
            number = int(layer.group(1))
            if number in self.routers:
                fail(f"layer {number} has two routers ({type(self.routers[number]).__name__} and {type(module).__name__}), which a trace cannot tell apart")
            self.routers[number], self.rows[number] = module, []
            self.parents[number] = model.get_submodule(name.rpartition(".")[0])
            self.handles.append(module.register_forward_hook(self._router_hook(number)))
            if self.norms is not None:
                experts = getattr(self.parents[number], "experts", None)
                if experts is None:
                    fail(f"layer {number} has no module named experts, so --norms cannot be measured: leave it out")
                self.norms[number] = []
                self.handles.append(experts.register_forward_hook(self._norm_hook(number)))
        if not self.routers:
            fail(f"no router was found in {type(model).__name__}: it is dense, or of a kind that this script does not know")
        self.layers = sorted(self.routers)

    def _router_hook(self, layer: int):
        def hook(module: Any, inputs: Any, output: Any) -> None:
            if not isinstance(output, tuple) or len(output) != 3:
                fail(f"{type(module).__name__} returns something else than logits, mixing weights and experts: this version of transformers is not known to this script")
            logits, weights, experts = (part.detach().float().cpu() for part in output)
            experts = experts.long()
            # Some versions spread the weights over all experts.
            if weights.shape != experts.shape:
                weights = weights.gather(1, experts)
            self.rows[layer].append((logits, weights, experts))

        return hook

    def _norm_hook(self, layer: int):
        def hook(module: Any, inputs: Any, output: Any) -> None:
            import torch

            hidden, experts = inputs[0], inputs[1]
            one = torch.ones_like(experts[:, :1], dtype=hidden.dtype)
            parts = [module.forward(hidden, experts[:, k : k + 1], one).float().norm(dim=-1) for k in range(experts.shape[1])]
            assert self.norms is not None
            self.norms[layer].append(torch.stack(parts, dim=1).cpu())

        return hook

    def stacked(self) -> tuple[Any, Any, Any, Any]:
        """Logits [T, L, E], mixing weights, experts and norms [T, L, K], chosen experts by falling gate score."""
        import torch

        columns = [[torch.cat(part) for part in zip(*self.rows[layer])] if self.rows[layer] else [] for layer in self.layers]
        if any(not column for column in columns):
            fail("a router was found but never run: the model uses a fused kernel in its place. Load it without, or on another device")
        logits, weights, experts = (torch.stack(part, dim=1) for part in zip(*columns))
        norms = None if self.norms is None else torch.stack([torch.cat(self.norms[layer]) for layer in self.layers], dim=1)
        # Some routers return the chosen ones unsorted. Ties go to the lower id: sort by id first, then stably by weight.
        order = experts.argsort(dim=-1)
        order = order.gather(-1, weights.gather(-1, order).argsort(dim=-1, descending=True, stable=True))
        return logits, weights.gather(-1, order), experts.gather(-1, order), None if norms is None else norms.gather(-1, order)

    def close(self) -> None:
        for handle in self.handles:
            handle.remove()


def rule_of(recorder: Recorder, logits: Any, weights: Any, experts: Any) -> tuple[str, bool, float, Any]:
    """Scoring, renormalisation, factor on the weights, and gate probabilities [T, L, K]; refused where no rule gives the weights."""
    names = {type(router).__name__ for router in recorder.routers.values()}
    softmax = logits.double().softmax(-1).gather(-1, experts)
    sigmoid = logits.double().sigmoid().gather(-1, experts)
    best: tuple[float, str, bool, float, Any] = (float("inf"), "", False, 1.0, None)
    for scoring, normalised, prob in [("softmax", True, softmax), ("softmax", False, softmax), ("sigmoid", True, sigmoid), ("sigmoid", False, sigmoid)]:
        expected = prob / prob.sum(-1, keepdim=True) if normalised else prob
        factor = float(weights.double().sum() / expected.sum())
        gap = float((weights - factor * expected).abs().max())
        if gap < best[0]:
            best = (gap, scoring, normalised, factor, prob)
    gap, scoring, normalised, factor, prob = best
    # Weights of bfloat16 models come with 8 bits.
    if gap <= 0.01 * max(1.0, factor):
        factor = round(factor, 2) if abs(factor - round(factor, 2)) < 5e-3 else factor
        return "softmax-after-topk" if normalised and scoring == "softmax" and names <= AFTER_TOPK else scoring, normalised, factor, prob.float()
    fail(f"the mixing weights of {', '.join(sorted(names))} follow none of the rules that a trace can name (the nearest is off by {gap:.3f})")


def token_text(tokenizer: Any, ids: list[int]) -> dict[int, str]:
    """Printable text of each id on its own: a byte that is no whole character is <0xE2>, an invisible one <U+202E>."""
    byte_level = "ByteLevel" in json.dumps(json.loads(tokenizer.backend_tokenizer.to_str()).get("decoder")) if getattr(tokenizer, "is_fast", False) else False
    bytes_of = _byte_alphabet()
    special = set(tokenizer.all_special_ids) | set(tokenizer.added_tokens_decoder)

    def text(token: int) -> str:
        piece = tokenizer.convert_ids_to_tokens(token)
        if piece is None:
            return f"<id {token}>"
        if token in special:
            return _visible(piece)
        if byte_level and all(character in bytes_of for character in piece):
            return _printable(bytes(bytes_of[character] for character in piece))
        return _visible(piece.replace("\u2581", " "))

    return {token: text(token) for token in sorted(set(ids))}


def _byte_alphabet() -> dict[str, int]:
    """Byte of each character of a byte-level vocabulary (GPT-2's table)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {chr(byte): byte for byte in printable}
    for offset, byte in enumerate(byte for byte in range(256) if byte not in printable):
        table[chr(0x100 + offset)] = byte
    return table


def _printable(raw: bytes) -> str:
    """UTF-8 text; bytes that form no character are shown as <0xE2>."""
    out = ""
    while raw:
        try:
            return out + _visible(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            out += _visible(raw[: error.start].decode("utf-8")) + f"<0x{raw[error.start]:02X}>"
            raw = raw[error.start + 1 :]
    return out


def _visible(text: str) -> str:
    return "".join(c if c in "\n\t\r" or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else f"<U+{ord(c):04X}>" for c in text)


def draw(logits: Any, args: argparse.Namespace, generator: Any) -> int:
    """The next token from logits [V]: temperature, then top-k, then top-p."""
    import torch

    if args.temperature == 0:
        return int(logits.argmax())
    prob = (logits / args.temperature).softmax(-1)
    values, ids = prob.sort(descending=True, stable=True)
    keep = torch.ones_like(values, dtype=torch.bool)
    if args.top_k > 0:
        keep[args.top_k :] = False
    keep &= values.cumsum(-1) - values < args.top_p
    return int(ids[torch.multinomial(values * keep, 1, generator=generator)])


class Outputs:
    """Per token: entropy, candidates, and the log-probability of the token that follows."""

    def __init__(self) -> None:
        self.entropy: list[float] = []
        self.ids: list[Any] = []
        self.prob: list[Any] = []
        self.log_prob: list[float | None] = [None]
        self.vocabulary = 0

    def add(self, logits: Any, following: list[int | None]) -> None:
        """Logits [n, V] after n tokens, and the token that follows each; None where none was run after it."""
        self.vocabulary = logits.shape[-1]
        for row, after in zip(logits, following):
            log_prob = row.double().log_softmax(-1)
            prob = log_prob.exp()
            self.entropy.append(max(0.0, -float((prob * log_prob.clamp(min=-1e4)).sum())))
            values, ids = prob.topk(min(CANDIDATES, len(prob)))
            self.ids.append(ids)
            self.prob.append(values.float())
            if after is not None:
                self.log_prob.append(float(log_prob[after]))


def run(model: Any, ids: list[int], args: argparse.Namespace, ends: set[int]) -> tuple[list[int], int, Outputs]:
    """Reads the prompt and continues it. All tokens that were run, the one that would follow the last, and their outputs."""
    import inspect

    import torch

    # The name changed within transformers 5.
    cached = "cache" if "cache" in inspect.signature(model.forward).parameters else "past_key_values"
    outputs, ids, cache, given = Outputs(), list(ids), None, list(ids)
    generator = torch.Generator().manual_seed(args.seed)
    length = len(ids) + args.max_new_tokens
    with torch.no_grad():
        while True:
            result = model(input_ids=torch.tensor([given], device=model.device), use_cache=True, **{cached: cache})
            logits, cache = result.logits[0].float().cpu(), getattr(result, cached)
            following = draw(logits[-1], args, generator)
            finished = len(ids) >= length or given[-1] in ends
            outputs.add(logits, [*given[1:], None if finished else following])
            if finished:
                return ids, following, outputs
            ids.append(following)
            given = [following]


def packed(values: Any, dtype: str) -> dict[str, Any]:
    import numpy as np

    kinds = {"u8": "u1", "u16": "<u2", "u32": "<u4", "f16": "<f2", "f32": "<f4"}
    array = np.ascontiguousarray(values, dtype=np.float32 if dtype.startswith("f") else np.int64)
    if dtype == "f16" and np.abs(array).max(initial=0) > 65504:
        dtype = "f32"
    return {"dtype": dtype, "shape": list(array.shape), "b64": base64.b64encode(array.astype(kinds[dtype]).tobytes()).decode("ascii")}


def shared_experts(config: Any, recorder: Recorder) -> int:
    parent = recorder.parents[recorder.layers[0]]
    if hasattr(parent, "shared_experts"):
        return int(getattr(config, "n_shared_experts", None) or 1)
    return 1 if hasattr(parent, "shared_expert") or hasattr(parent, "shared_mlp") else 0


def trace_of(model: Any, tokenizer: Any, prompt: str, args: argparse.Namespace) -> dict[str, Any]:
    """Runs the prompt and returns the trace as plain JSON data."""
    import numpy as np
    import torch
    import transformers

    config = model.config.get_text_config()
    if args.chat:
        if not tokenizer.chat_template:
            fail("this tokenizer has no chat template: leave out --chat")
        prompt = tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)
    given = tokenizer(prompt, add_special_tokens=not args.chat)["input_ids"]
    context = getattr(config, "max_position_embeddings", None)
    if not given:
        fail("the prompt has no tokens: write a few words")
    if context is not None and len(given) + args.max_new_tokens > context:
        fail(f"{len(given)} tokens of prompt and {args.max_new_tokens} new ones are more than the {context} that this model reads: shorten the prompt or lower --max-new-tokens")

    recorder = Recorder(model, args.norms)
    try:
        check_size(recorder, len(given) + args.max_new_tokens, args)
        ends = model.generation_config.eos_token_id if model.generation_config is not None else None
        ids, following, outputs = run(model, given, args, set(ends if isinstance(ends, list) else [] if ends is None else [ends]))
        logits, weights, experts, norms = recorder.stacked()
    finally:
        recorder.close()
    scoring, normalised, factor, prob = rule_of(recorder, logits, weights, experts)

    count, layers, slots = experts.shape
    special = set(tokenizer.all_special_ids)
    top_ids, top_prob = torch.stack(outputs.ids), torch.stack(outputs.prob)
    texts = token_text(tokenizer, [*ids, following, *top_ids.flatten().tolist()])
    hidden = len(given) if args.without_prompt else 0
    biases = {str(layer): bias.detach().float().cpu().tolist() for layer in recorder.layers if (bias := getattr(recorder.routers[layer], "e_score_correction_bias", None)) is not None}
    chosen = [*ids[1:], following]
    shown = [0 if t < hidden else token for t, token in enumerate(ids)]
    expert_type = "u8" if logits.shape[-1] <= 256 else "u16"
    identity = Path(args.model).name if Path(args.model).exists() else args.model
    title = "Trace without its prompt" if args.without_prompt else (args.title or " ".join(prompt.split())[:60] or identity)
    routing = {
        "shape": [count, layers, slots],
        "experts": packed(experts, expert_type),
        "mix": packed(weights, args.float),
        "prob": packed(prob, args.float),
        **({} if args.no_logits else {"logits": packed(logits, args.float)}),
        **({} if norms is None else {"outputNorm": packed(norms, args.float)}),
    }
    return {
        "$schema": "moe-trace-1",
        "format": "moe-trace",
        "version": "1.0",
        "exporter": f"hf_moe_trace@{VERSION}",
        "created": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "title": title[:1000],
        "fingerprint": hashlib.sha256(np.array(shown, "<u4").tobytes() + experts.numpy().astype("<u2").tobytes()).hexdigest(),
        "model": {
            "id": identity,
            **({"revision": revision} if (revision := getattr(model.config, "_commit_hash", None) or args.revision) else {}),
            "layers": int(config.num_hidden_layers),
            "moeLayers": recorder.layers,
            "experts": logits.shape[-1],
            "topK": slots,
            "sharedExperts": shared_experts(config, recorder),
            "scoring": scoring,
            "normTopk": normalised,
            "vocabulary": outputs.vocabulary,
            **({} if context is None else {"context": int(context)}),
        },
        "run": {
            **({} if args.without_prompt else {"prompt": prompt}),
            "promptTokens": len(given),
            "seed": args.seed,
            "sampling": {"temperature": args.temperature, "topK": args.top_k, "topP": args.top_p},
            "backend": f"transformers {transformers.__version__}, torch {torch.__version__}, {model.device}, {str(model.dtype).removeprefix('torch.')}",
        },
        "tokens": {
            "ids": shown,
            "text": ["" if t < hidden else texts[token] for t, token in enumerate(ids)],
            "kind": ["special" if token in special else "prompt" if t < len(given) else "generated" for t, token in enumerate(ids)],
            "names": {"ids": list(texts), "text": list(texts.values())} if not args.without_prompt else names_of(texts, top_ids, following),
        },
        "routing": routing,
        "output": {
            "entropy": [round(value, 6) for value in outputs.entropy],
            "chosen": [0 if t + 1 < hidden else token for t, token in enumerate(chosen)],
            "logProb": outputs.log_prob,
            "top": {"ids": packed(top_ids, "u32"), "p": packed(top_prob, args.float)},
        },
        "meta": {
            "architecture": type(model).__name__,
            "router": {"class": type(recorder.routers[recorder.layers[0]]).__name__, "factor": factor, **({"selectionBias": biases} if biases else {})},
            **({"withoutPrompt": True} if args.without_prompt else {}),
        },
    }


def names_of(texts: dict[int, str], top_ids: Any, following: int) -> dict[str, list[Any]]:
    """Candidates only, so that the list does not spell the prompt."""
    ids = sorted({*top_ids.flatten().tolist(), following})
    return {"ids": ids, "text": [texts[token] for token in ids]}


def check_size(recorder: Recorder, tokens: int, args: argparse.Namespace) -> None:
    """Refuses before the run what the page would refuse after it."""
    router = recorder.routers[recorder.layers[0]]
    experts, slots = getattr(router, "num_experts", None), getattr(router, "top_k", None)
    if experts is None or slots is None:
        return
    width = 2 if args.float == "f16" else 4
    cell = slots * (2 + (3 if args.norms else 2) * width) + (0 if args.no_logits else experts * width)
    size = tokens * (len(recorder.layers) * cell * 4 / 3 + 400)
    if size > MOST_BYTES:
        fail(f"the trace would have about {size / 2**20:.0f} MiB, and the page opens at most 64: use --float f16 or --no-logits, or fewer tokens ({int(MOST_BYTES / size * tokens)} would fit)")


def main(argv: list[str] | None = None) -> int:
    args = arguments(argv)
    model, tokenizer = load(args)
    trace = trace_of(model, tokenizer, prompt_of(args), args)
    data = json.dumps(trace, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    if args.out.suffix == ".gz":
        import gzip

        data = gzip.compress(data, mtime=0)
    try:
        args.out.write_bytes(data)
    except OSError as error:
        fail(f"{args.out} cannot be written: {error}")
    count, layers, slots = trace["routing"]["shape"]
    print(f"{args.out}: {count} tokens, {layers} layers of {trace['model']['experts']} experts, {slots} chosen, {len(data) / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
