"""Playbench: generated tasks with checkable answers, from a seed; the same seed gives the same bytes.

    python -m training.tasks --corpus DIR             # benchmark files under public/, train tokens under $MOE_RUNS/data

Items: {id, family, level, template: "home"|"away", split, prompt, answer, options?, steps?}. The reference split has
away templates of its own. No prompt is shared between splits: test, validation and reference items are made first and
training skips their prompts; items longer than any in training are made last and skip those of training.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from random import Random
from typing import Iterator

import numpy as np

from . import tokenizer as tok
from .data import corpus_path, read_text, runs_path
from .task_single import SINGLE, TRAINED, Family, Made
from .task_steps import STEPS, StepFamily

PUBLIC = Path(__file__).parent.parent / "public"
SEED = 20
REDRAWN = Path(__file__).parent / "redrawn.json"
LANGUAGES = {"stories": "English", "french": "French", "german": "German", "spanish": "Spanish"}
DOMAINS = {"stories": "story", "drama": "play", "bible": "Bible", "definitions": "dictionary", "speeches": "speech",
           "python": "Python", "javascript": "JavaScript", "json": "data", "chess": "chess", "metamath": "proof"}


def snippet_family(texts: dict[str, str], labels: dict[str, str], what: str, words: tuple[int, int, int]) -> Family:
    """A few words of a corpus text (how many, by level), to be told apart by language or domain."""
    names = sorted(labels)
    options = [labels[n] for n in names]

    def make(r: Random, level: int) -> Made:
        domain = r.choice(names)
        text = texts[domain]
        at = r.randrange(len(text) - 400)
        piece = text[at : at + 400].split()[1 : 1 + words[level - 1]]
        return {"x": " ".join(piece)}, labels[domain], options

    return Family(make,
        [(f"Text: {{x}}\nWhich {what}? Answer:", ""), (f"{{x}}\nThe {what} of this text is", ""),
         (f"text {{x}} ; {what}:", ""), (f"{what} of {{x}} :", "")],
        [(f"{{x}}\nWhich {what} is this? It is", ""), (f"Text: {{x}} . The {what} is", ""), (f"WHICH {what}: {{x}} =>", "")],
        [(f"[{{x}}] {what}:", ""), (f"Read {{x}} . Its {what} is", ""), (f"{what} OF THIS TEXT: {{x}} =", "")])


def single_families(corpus: Path, split: str) -> dict[str, Family]:
    """All single-token families; snippets come from the corpus split that belongs to the task split."""
    texts = {d: read_text(corpus, d, split) for d in sorted({*LANGUAGES, *DOMAINS})}
    return SINGLE | {"language": snippet_family(texts, LANGUAGES, "language", (1, 2, 3)),
                     "domain": snippet_family(texts, DOMAINS, "domain", (2, 5, 10))}


def render(template: tuple[str, str], fields: dict) -> str:
    """Fills a template; list fields are joined by its separator."""
    text, separator = template
    return text.format(**{k: separator.join(v) if isinstance(v, list) else v for k, v in fields.items()})


def make_item(r: Random, name: str, family: Family | StepFamily, split: str, template: str,
              sizes: tuple[int, int, int] = TRAINED) -> dict:
    """One item without id; `sizes` are those of the generator for levels 1, 2, 3."""
    level = r.randint(1, 3)
    size = sizes[level - 1]
    wording = family.reference if split == "reference" else family.home if template == "home" else family.away
    head = {"family": name, "level": level, "template": template, "split": split}
    if isinstance(family, StepFamily):
        fields, steps, answer = family.make(r, size)
        return head | {"prompt": render(r.choice(wording), fields) + "\n\n", "answer": answer, "steps": steps}
    fields, answer, options = family.make(r, size)
    return head | {"prompt": render(r.choice(wording), fields), "answer": " " + answer,
                   "options": [" " + o for o in options]}


def make_split(
    families: dict[str, Family] | dict[str, StepFamily], split: str, plan: dict[str, int], seen: set[str], prefix: str
) -> list[dict]:
    """`plan` maps template class to the number of items; families take turns; prompts in `seen` are skipped."""
    r = Random(f"{SEED} {prefix} {split}")
    items = []
    for template, count in plan.items():
        for i in range(count):
            name = sorted(families)[i % len(families)]
            for _ in range(200):
                item = make_item(r, name, families[name], split, template)
                if item["prompt"] not in seen:
                    break
            else:
                raise SystemExit(f"{name} has too few prompts")
            seen.add(item["prompt"])
            items.append({"id": f"{prefix}-{split}-{template}-{i}"} | item)
    return items


def replace(files: dict[str, list[dict]], corpus: Path, seen: set[str], redrawn: dict[str, int]) -> dict[str, list[dict]]:
    """Replaces the items of families whose held-out sizes are not those of training, and those of `redrawn`.

    `redrawn` maps the id of an item whose prompt a shipped model saw in an earlier version of the training data to the
    number of draws to skip. All this comes after training items are made, and each item has a seed of its own: it changes
    neither what a model is trained on nor any other item. Prompts in `seen` are skipped.
    """
    families: dict[str, Family | StepFamily] = single_families(corpus, "val") | STEPS
    result = {}
    for stem, items in files.items():
        result[stem] = []
        for item in items:
            family, skip = families[item["family"]], redrawn.get(item["id"])
            if skip is not None or family.held_out != TRAINED:
                source = Random(f"{SEED} {item['id']}")
                for _ in range(skip or 0):
                    unseen(source, item, family, set(seen))
                item = {"id": item["id"]} | unseen(source, item, family, seen)
            result[stem].append(item)
    return result


def unseen(r: Random, like: dict, family: Family | StepFamily, seen: set[str]) -> dict:
    """An item of held-out size in the place of `like`; its prompt joins `seen`."""
    for _ in range(1000):
        item = make_item(r, like["family"], family, like["split"], like["template"], family.held_out)
        if item["prompt"] not in seen:
            seen.add(item["prompt"])
            return item
    raise SystemExit(f"{like['family']} has too few prompts")


def full_text(item: dict) -> str:
    """Prompt and expected continuation."""
    if "steps" in item:
        return item["prompt"] + "\n\n".join([*item["steps"], f"answer: {item['answer']}"])
    return item["prompt"] + item["answer"]


def benchmark(corpus: Path) -> dict[str, list[dict]]:
    """All held-out items by file name stem, e.g. `single.test`, in the sizes of training."""
    seen: set[str] = set()
    single = single_families(corpus, "val")
    return {
        "single.test": make_split(single, "test", {"home": 1000, "away": 1000}, seen, "single"),
        "steps.test": make_split(STEPS, "test", {"home": 300, "away": 300}, seen, "steps"),
        "single.validation": make_split(single, "validation", {"home": 400, "away": 400}, seen, "single"),
        "steps.validation": make_split(STEPS, "validation", {"home": 150, "away": 150}, seen, "steps"),
        "single.reference": make_split(single, "reference", {"away": 2400}, seen, "single"),
        "steps.reference": make_split(STEPS, "reference", {"away": 400}, seen, "steps"),
    }


def training_items(corpus: Path, count: int, held_out: set[str]) -> Iterator[dict]:
    """Home items for training, 7 single to 3 multi-step; none has a held-out prompt."""
    r = Random(f"{SEED} train")
    single = single_families(corpus, "train")
    for _ in range(count):
        families: dict = single if r.random() < 0.7 else STEPS
        name = r.choice(sorted(families))
        item = make_item(r, name, families[name], "train", "home")
        if item["prompt"] not in held_out:
            yield item


def write_benchmark(files: dict[str, list[dict]], public: Path) -> None:
    """public/benchmarks/*.jsonl for test and validation, public/references/*.jsonl before measurement."""
    for stem, items in files.items():
        kind, split = stem.split(".")
        target = public / "references" / f"{kind}.jsonl" if split == "reference" else public / "benchmarks" / f"{stem}.jsonl"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(json.dumps(i, ensure_ascii=False) + "\n" for i in items))


PROMPT_WEIGHT, ANSWER_WEIGHT = 0.1, 8.0
"""Loss weights: a prompt is mostly chance, a single-token answer is what the item is about; step tokens weigh 1."""


def write_tokens(kept: list[dict], folder: Path) -> int:
    """Token file of training items, each ended by the end-of-text token, and its loss weights in tenths (uint8)."""
    tokenizer = tok.load()
    ids, weights = [0], [10]
    for start in range(0, len(kept), 10_000):
        part = kept[start : start + 10_000]
        prompts = tokenizer.encode_batch([i["prompt"] for i in part])
        for item, prompt, whole in zip(part, prompts, tokenizer.encode_batch([full_text(i) for i in part])):
            answer = len(whole.ids) - len(prompt.ids)
            weight = 1.0 if "steps" in item else ANSWER_WEIGHT
            ids += [*whole.ids, 0]
            weights += [round(10 * PROMPT_WEIGHT)] * len(prompt.ids) + [round(10 * weight)] * answer + [10]
    for name, values, kind in (("tasks.train.bin", ids, np.uint16), ("tasks.train.weight", weights, np.uint8)):
        np.asarray(values, dtype=kind).tofile(folder / (name + ".tmp"))
        os.replace(folder / (name + ".tmp"), folder / name)
    return len(ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=None)
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--train-items", type=int, default=260_000)
    parser.add_argument("--data", type=Path, default=runs_path() / "data")
    args = parser.parse_args()
    corpus = corpus_path(args.corpus)
    files = benchmark(corpus)
    held_out = {i["prompt"] for items in files.values() for i in items}
    train = list(training_items(corpus, args.train_items, held_out))
    tokens = write_tokens(train, args.data)
    files = replace(files, corpus, held_out | {i["prompt"] for i in train}, json.loads(REDRAWN.read_text()))
    write_benchmark(files, args.public)
    print({stem: len(items) for stem, items in files.items()}, f"{tokens:,} training tokens")


if __name__ == "__main__":
    main()
