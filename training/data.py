"""Corpus folder -> token files -> batches that are a pure function of (seed, step, rank).

    python -m training.data --corpus DIR     # writes $MOE_RUNS/data/<domain>.<split>.bin (uint16)

A corpus folder holds `<domain>.{train,val}.txt[.xz]` and optionally `manifest.json` with SHA-256 per file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
from pathlib import Path

import numpy as np

DOCUMENT_STARTS = {"python": "# file: ", "javascript": "// file: ", "chess": "[ECO "}
"""Lines that open a document: the end-of-text token goes before them. Other domains are running text."""


def runs_path() -> Path:
    """Where resumable state and token files live: $MOE_RUNS or the user's cache folder."""
    return Path(os.environ.get("MOE_RUNS", Path.home() / ".cache" / "moe-playground" / "runs"))


def corpus_path(argument: str | None) -> Path:
    """The corpus folder from an argument or $MOE_CORPUS."""
    folder = argument or os.environ.get("MOE_CORPUS")
    if not folder:
        raise SystemExit("no corpus: pass --corpus DIR or set MOE_CORPUS")
    return Path(folder)


def domains(corpus: Path) -> list[str]:
    """Sorted domain names of a corpus folder."""
    return sorted({f.name.split(".")[0] for f in corpus.glob("*.train.txt*")})


def read_text(corpus: Path, domain: str, split: str) -> str:
    """One corpus file as text; its SHA-256 is checked if the folder has a manifest."""
    plain = corpus / f"{domain}.{split}.txt"
    raw = plain.read_bytes() if plain.exists() else lzma.decompress(plain.with_suffix(".txt.xz").read_bytes())
    manifest = corpus / "manifest.json"
    if manifest.exists():
        expected = json.loads(manifest.read_text())[domain][split]["sha256"]
        got = hashlib.sha256(raw).hexdigest()
        if got != expected:
            raise SystemExit(f"{domain}.{split}: SHA-256 is {got}, the manifest says {expected}")
    return raw.decode("utf-8")


def documents(domain: str, text: str) -> list[str]:
    """Splits running text into documents where the domain marks their first line."""
    mark = DOCUMENT_STARTS.get(domain)
    if mark is None:
        return [text]
    head, *rest = ("\n" + text).split("\n" + mark)
    return [d for d in [head.lstrip("\n"), *(mark + r for r in rest)] if d.strip()]


def encode(tokenizer, domain: str, text: str) -> np.ndarray:
    """Token ids [N] uint16, documents joined by the end-of-text id 0."""
    ids: list[int] = []
    for doc in documents(domain, text):
        # Encoding in slices at line ends keeps memory small; "\n" pieces never cross a slice by more than one token.
        start = 0
        while start < len(doc):
            end = len(doc) if start + 200_000 >= len(doc) else doc.rfind("\n", start, start + 200_000) + 1 or start + 200_000
            ids.extend(tokenizer.encode(doc[start:end]).ids)
            start = end
        ids.append(0)
    return np.asarray(ids, dtype=np.uint16)


def prepare(corpus: Path, out: Path) -> None:
    """Tokenises every file of the corpus; skips what is there."""
    from . import tokenizer as tok

    tokenizer = tok.load()
    out.mkdir(parents=True, exist_ok=True)
    for domain in domains(corpus):
        for split in ("train", "val"):
            target = out / f"{domain}.{split}.bin"
            if target.exists():
                continue
            text = read_text(corpus, domain, split)
            ids = encode(tokenizer, domain, text)
            temporary = target.with_suffix(".tmp")
            ids.tofile(temporary)
            os.replace(temporary, target)
            print(f"{domain}.{split}: {len(text.encode()):,} bytes, {len(ids):,} tokens", flush=True)


class Mixture:
    """Sequences drawn from all domains by size^power; domain `tasks` gets a fixed share and starts at items.

    `batch(step, rank)` is a pure function of its arguments and the seed, so resuming needs no stored state.
    """

    def __init__(self, folder: Path, seed: int, power: float = 0.7, task_share: float = 0.0):
        files = sorted(folder.glob("*.train.bin"))
        self.names = [f.name.split(".")[0] for f in files if task_share > 0 or not f.name.startswith("tasks.")]
        self.data = [np.memmap(folder / f"{n}.train.bin", dtype=np.uint16, mode="r") for n in self.names]
        weight = np.array([0.0 if n == "tasks" else len(d) ** power for n, d in zip(self.names, self.data)])
        weight *= (1 - task_share) / weight.sum()
        self.starts = None
        if "tasks" in self.names:
            at = self.names.index("tasks")
            weight[at] = task_share
            self.task_weights = np.memmap(folder / "tasks.train.weight", dtype=np.uint8, mode="r")
            self.starts = np.flatnonzero(self.data[at] == 0).astype(np.int64)[:-1] + 1
        self.seed, self.weight = seed, weight / weight.sum()

    def batch(self, step: int, rank: int, sequences: int, length: int) -> tuple[np.ndarray, np.ndarray]:
        """Token ids [sequences, length + 1] int64 and loss weights of ids[:, 1:] as float32."""
        rng = np.random.default_rng([self.seed, step, rank])
        out = np.empty((sequences, length + 1), dtype=np.int64)
        weights = np.ones((sequences, length), dtype=np.float32)
        for row, which in enumerate(rng.choice(len(self.names), size=sequences, p=self.weight)):
            data = self.data[which]
            at = int(rng.integers(0, len(data) - length - 1))
            if self.names[which] == "tasks" and self.starts is not None:
                at = min(int(self.starts[rng.integers(0, len(self.starts))]), len(data) - length - 1)
                weights[row] = self.task_weights[at + 1 : at + length + 1] / 10
            out[row] = data[at : at + length + 1]
        return out, weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default=None)
    args = parser.parse_args()
    prepare(corpus_path(args.corpus), runs_path() / "data")


if __name__ == "__main__":
    main()
