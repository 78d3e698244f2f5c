"""Compression baselines per domain: `xz -9e` and an interpolated order-5 byte n-gram. Both know the domain.

The n-gram mixes orders 0..5 by Witten-Bell smoothing: p_n(c|h) = (count(h,c) + types(h) p_{n-1}(c|h')) / (count(h) + types(h))
(https://doi.org/10.1109/18.87000), starting from 1/256, and is fitted on the domain's own training text.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np

from .data import domains, read_text

ORDER = 5


def codes(text: np.ndarray, length: int) -> np.ndarray:
    """The last `length` bytes before and including each position as one integer [N]; positions before ORDER dropped."""
    out = np.zeros(len(text) - ORDER, dtype=np.int64)
    for back in range(length - 1, -1, -1):
        out = out * 256 + text[ORDER - back : len(text) - back]
    return out


def lookup(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """values at sorted keys, 0 where a wanted key is absent."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


def ngram_bits(train: bytes, val: bytes) -> float:
    """Bits per byte of val under the n-gram of train (its first ORDER bytes are context)."""
    fitted, scored = np.frombuffer(train, np.uint8).astype(np.int64), np.frombuffer(val, np.uint8).astype(np.int64)
    p = np.full(len(scored) - ORDER, 1 / 256)
    for order in range(ORDER + 1):
        grams, gram_counts = np.unique(codes(fitted, order + 1), return_counts=True)
        contexts, first = np.unique(grams >> 8, return_index=True)
        context_counts = np.add.reduceat(gram_counts, first)
        context_types = np.diff(np.append(first, len(grams)))
        wanted = codes(scored, order + 1)
        n, total = lookup(grams, gram_counts, wanted), lookup(contexts, context_counts, wanted >> 8)
        types = lookup(contexts, context_types, wanted >> 8)
        seen = total > 0
        p[seen] = (n[seen] + types[seen] * p[seen]) / (total[seen] + types[seen])
    return float(-np.log2(p).mean())


def xz_bytes(data: bytes) -> int:
    return len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))


def baselines(corpus: Path, cache: Path) -> dict[str, dict[str, float]]:
    """Per domain: `xz` (the validation text alone), `xzPrimed` (what it adds after the training text), `ngram`."""
    if cache.exists():
        return json.loads(cache.read_text())
    result = {}
    for domain in domains(corpus):
        train, val = (read_text(corpus, domain, s).encode() for s in ("train", "val"))
        result[domain] = {
            "xz": 8 * xz_bytes(val) / len(val),
            "xzPrimed": 8 * (xz_bytes(train + val) - xz_bytes(train)) / len(val),
            "ngram": ngram_bits(train, val),
        }
        print(domain, {k: round(v, 3) for k, v in result[domain].items()}, flush=True)
    cache.write_text(json.dumps(result, indent=1))
    return result
