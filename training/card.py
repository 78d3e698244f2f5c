"""Writes the model card README.md of an exported checkpoint from its training.json and evaluation.json.

    python -m training.card --name moe
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .export import PUBLIC, load_exported
from .task_single import SINGLE, TRAINED
from .task_steps import STEPS

HEAD = """---
license: mit
library_name: transformers
language: [en, de, fr, es]
---

# {name}

A {kind} language model of {total:,} parameters ({active:,} active per token, tied embedding counted once), small enough
to run and be looked into in a browser tab. It is made to show how a model routes, not to be useful: it writes
plausible-looking text in 15 domains and solves some of the generated tasks it was trained on, no more.

## Shape
`{model_type}` in the layout of `transformers`: {layers} layers, width {width}, {heads} heads ({kv} key/value heads) of {head_dim},
{ffn}, QK-norm, RoPE (theta {theta:g}), RMSNorm, tied embedding, vocabulary {vocab} (byte-level BPE, digits single),
context {context}. Weights are float16.

## Training data
59.7 MB of text in 15 labelled domains (stories, tales, drama, bible, definitions, speeches, python, javascript, c, json,
german, french, spanish, chess, metamath), public-domain texts and permissively licensed packages; sources and licences
per file stand in the corpus manifest. Domains are drawn by size^{power}. {share:.0%} of the sequences are generated tasks
(`training/tasks.py`). Domain labels are never given to the model. Validation text and benchmark prompts are held out.

## Recipe
{tokens:,} tokens seen in {steps:,} steps of {sequences} x {length} tokens; {optimizer}; cross-entropy{aux};
warm-up, stable, linear decay{decay}. One run, one seed. State and data order are exactly resumable.
"""

CHECKED = """
## Checked by another implementation
`transformers` {version} with torch {torch}, class `{class}`, none of our code in the forward pass: the same next token at
{top1Agree:,} of {positions:,} validation positions, logits within {logits:.1e} there and {goldenLogits:.1e} on the golden
prompts; {expertsDiffer} of {experts:,} chosen experts differ (`python -m training.check_transformers`).
"""

LIMITS = """
## Limits
Facts it states are noise. It has seen {tokens:,} tokens: a model of this size keeps improving for many times that.
Arithmetic beyond single digits, parity and long counting are at or near chance. It has no notion of harm and must not be
used for anything but looking at how it works.
"""


def interval(row: dict) -> str:
    return f"{row['accuracy']:.1%} ({row['low']:.1%} to {row['high']:.1%}, n = {row['n']})"


def evaluation(result: dict) -> str:
    """Tables of the measured values."""
    columns = [c for c in ("bpb", "peer", "denseMatch", "denseSmall", "xz", "xzPrimed", "ngram") if result["domains"][0].get(c) is not None]
    seen = {key: f"{tokens / 1e6:.1f} M" for key, tokens in result["tokensSeen"].items()}
    title = {"bpb": f"this model, {seen['bpb']} tokens", "peer": f"itself at {seen.get('peer')}",
             "denseMatch": f"dense-match, {seen.get('denseMatch')}", "denseSmall": f"dense-small, {seen.get('denseSmall')}",
             "xz": "xz -9e alone", "xzPrimed": "xz after the training text", "ngram": "order-5 n-gram"}
    lines = ["\n## Evaluation", f"`{result['command']}`; one run. Bits per byte on held-out text, windows of {result['window']} tokens overlapping by half,",
             "95 % bootstrap interval over blocks of 512 tokens. `xz` compresses the validation text alone, or counts what it adds after",
             "the domain's training text; the order-5 byte n-gram is fitted on the domain's own training text and so knows the domain.\n",
             "| domain | " + " | ".join(title[c] for c in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    shown = lambda r, c: f"{r[c]:.3f} ({r['low']:.3f} to {r['high']:.3f})" if c == "bpb" else f"{r[c]:.3f}"
    lines += ["| " + r["domain"] + " | " + " | ".join(shown(r, c) for c in columns) + " |" for r in result["domains"]]
    lines.append("| **mean** | " + " | ".join(f"{sum(r[c] for r in result['domains']) / len(result['domains']):.3f}" for c in columns) + " |")
    summary = result["summary"]
    for key, other in (("worseThanXz", "`xz -9e`"), ("worseThanNgram", "the n-gram")):
        lines.append(f"\nNot below {other} on: {', '.join(summary[key]) or 'none of the natural-language and code domains'}.")
    primed = [r["domain"] for r in result["domains"] if r["bpb"] >= r["xzPrimed"]]
    lines.append(f"\n`xz` that has read the domain's training text is better on: {', '.join(primed) or 'no domain'}.")
    if "peer" in columns and "denseMatch" in columns:
        lines.append(f"\nAt equal tokens seen ({seen['peer']} and {seen['denseMatch']}) and equal active parameters: mean {summary['bpbAtDenseMatchTokens']:.3f} "
                     f"against {summary['bpbDenseMatch']:.3f} of `dense-match`.")
    for kind in ("single", "steps"):
        lines.append(f"\nPlaybench, {kind} items: home {interval(result['accuracy'][kind]['home'])}, away {interval(result['accuracy'][kind]['away'])}.")
    if "denseSmallSteps" in result["accuracy"]:
        small = result["accuracy"]["denseSmallSteps"]
        lines.append(f"`dense-small` on the multi-step items: home {interval(small['home'])}, away {interval(small['away'])}.")
    larger = sorted(n for n, f in (SINGLE | STEPS).items() if f.held_out != TRAINED)
    lines.append(f"Held-out items of {', '.join(larger)} are longer than any trained on: their trained lengths were mastered, so these "
                 "measure how far the procedure carries.")
    lines += ["\n| family | template | n | accuracy | 95 % interval | chance |", "|---|---|---|---|---|---|"]
    lines += [f"| {r['family']} | {r['template']} | {r['n']} | {r['accuracy']:.1%} | {r['low']:.1%} to {r['high']:.1%} | {r['chance']:.1%} |"
              for r in result["families"] if r["level"] == 0]
    if "specialisation" in result:
        lines += ["\n| layer | MI(domain; first expert), bits | shuffled control | ratio | MaxVio | load entropy | dead |", "|---|---|---|---|---|---|---|"]
        lines += [f"| {s['layer']} | {s['miBits']:.2f} | {s['controlBits']:.3f} | {s['ratio']:.1f} | {b['maxVio']:.2f} | {b['normalisedEntropy']:.3f} | {b['dead']} |"
                  for s, b in zip(result["specialisation"], result["balance"])]
        lines += ["\nMutual information on 10,000 tokens a domain (all domains weigh the same), control: labels shuffled over windows of 256",
                  "tokens; balance over validation text in training proportions."]
        lines += ["\n| k | bits per byte | home accuracy |", "|---|---|---|"]
        lines += [f"| {r['k']} | {r['bpb']:.3f} | {interval(r)} |" for r in result["kSweep"]]
    if result["summary"].get("oracleAway") is not None:
        lines.append(f"\nOracle re-mixing (label known, last third of the layers, 5 core experts, last token, 10 steps of size "
                     f"{summary['oracleRate']}, chosen on references) lifts away accuracy from {summary['awayAccuracy']:.1%} to "
                     f"{summary['oracleAway']:.1%} ({summary['oracleAwayLow']:.1%} to {summary['oracleAwayHigh']:.1%}).")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="moe")
    parser.add_argument("--public", type=Path, default=PUBLIC)
    args = parser.parse_args()
    folder = args.public / args.name
    model, training = load_exported(folder), json.loads((folder / "training.json").read_text())
    c, s = model.c, training["settings"]
    moe = c.num_experts > 0
    text = HEAD.format(
        name=args.name, kind="mixture-of-experts" if moe else "dense", total=sum(p.numel() for p in model.parameters()),
        active=model.active_parameters(), model_type=c.model_type, layers=c.num_hidden_layers, width=c.hidden_size,
        heads=c.num_attention_heads, kv=c.num_key_value_heads, head_dim=c.head_dim, theta=c.rope_theta, vocab=c.vocab_size,
        context=c.max_position_embeddings, power=s["domain_power"], share=s["task_share"], tokens=training["tokens"],
        steps=training["step"], sequences=s["sequences"], length=s["length"],
        ffn=f"{c.num_experts} SwiGLU experts of width {c.moe_intermediate_size}, top-{c.num_experts_per_tok}, mixing weights renormalised"
        if moe else f"SwiGLU of width {c.intermediate_size}",
        optimizer=f"Muon (lr {s['matrix_lr']}) for hidden matrices, AdamW (lr {s['lr']}) for the rest" if s["optimizer"] == "muon" else f"AdamW (lr {s['lr']})",
        aux=f" + {s['balance']} load balancing + {s['z']} router z-loss" if moe else "",
        decay=f" from step {training['decayFrom']:,}" if training["decayFrom"] is not None else " (no decay yet: a provisional state)",
    )
    measured = folder / "evaluation.json"
    if measured.exists():
        text += evaluation(json.loads(measured.read_text()))
    else:
        text += "\n## Evaluation\nNot yet measured for these weights; `python -m training.evaluate` does it.\n"
    if "transformers" in training:
        text += CHECKED.format(**training["transformers"])
    (folder / "README.md").write_text(text + LIMITS.format(tokens=training["tokens"]))


if __name__ == "__main__":
    main()
