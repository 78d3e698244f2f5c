"""Byte-level BPE tokenizer: trained once on a domain-balanced sample, then frozen as `tokenizer.json`.

    python -m training.tokenizer --corpus DIR --out training/tokenizer

Single digits with an optional leading space are their own pieces, so " 7" is one token and " 12" two;
a blank line is one piece, so that it can separate reasoning steps.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Iterator

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from .data import corpus_path, domains, read_text
from .words import SINGLE_TOKENS

EOT = "<|endoftext|>"
VOCAB_SIZE = 4096
PATTERN = (
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\n\n+|\s+(?!\S)|\s+"
)
DEFAULT_DIR = Path(__file__).parent / "tokenizer"


def load(directory: Path = DEFAULT_DIR) -> Tokenizer:
    """The frozen tokenizer."""
    return Tokenizer.from_file(str(directory / "tokenizer.json"))


def sample(corpus: Path, bytes_per_domain: int) -> Iterator[str]:
    """Equal shares of every domain, and the words that tasks need as single tokens."""
    for domain in domains(corpus):
        text = read_text(corpus, domain, "train")
        stride = max(1, len(text) // 16)
        for start in range(0, len(text), stride):
            yield text[start : start + bytes_per_domain // 16]
    for word in SINGLE_TOKENS:
        for _ in range(3000):
            yield word


def train(corpus: Path, bytes_per_domain: int = 1_000_000) -> Tokenizer:
    """Trains the tokenizer and checks that every word in `SINGLE_TOKENS` is one token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        special_tokens=[EOT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample(corpus, bytes_per_domain), trainer)
    split = [w for w in SINGLE_TOKENS if len(tokenizer.encode(w).ids) != 1]
    if split:
        raise SystemExit(f"not single tokens: {split}; raise their weight in sample()")
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=corpus_path, default=None)
    parser.add_argument("--out", type=Path, default=DEFAULT_DIR)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    train(args.corpus or corpus_path(None)).save(str(args.out / "tokenizer.json"), pretty=False)
    (args.out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": EOT,
        "model_max_length": 512,
        "clean_up_tokenization_spaces": False,
        "add_prefix_space": False,
    }, indent=2) + "\n")


if __name__ == "__main__":
    main()
