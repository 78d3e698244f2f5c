"""The benchmark is reproducible, its splits are disjoint, and every option is one token after its prompt."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from training import tasks, tokenizer
from training.task_single import SINGLE, TRAINED
from training.task_steps import STEPS


def small_benchmark() -> dict[str, list[dict]]:
    seen: set[str] = set()
    return {
        "test": tasks.make_split(SINGLE, "test", {"home": 360, "away": 360}, seen, "single"),
        "reference": tasks.make_split(SINGLE, "reference", {"away": 720}, seen, "single"),
        "steps": tasks.make_split(STEPS, "test", {"home": 100, "away": 100}, seen, "steps"),
    }


def prompts(files: dict[str, list[dict]]) -> set[str]:
    return {i["prompt"] for items in files.values() for i in items}


class Tasks(unittest.TestCase):
    def test_same_seed_same_bytes(self) -> None:
        self.assertEqual(json.dumps(small_benchmark()), json.dumps(small_benchmark()))

    def test_no_prompt_is_shared(self) -> None:
        prompts = [i["prompt"] for items in small_benchmark().values() for i in items]
        self.assertEqual(len(prompts), len(set(prompts)))

    def test_larger_sizes_and_redrawn_items_leave_the_others(self) -> None:
        before = small_benchmark()
        larger = {name for name, family in (SINGLE | STEPS).items() if family.held_out != TRAINED}
        again = {"single-test-home-1": 0, "steps-test-away-0": 2}
        with mock.patch.object(tasks, "single_families", lambda *_: SINGLE):
            after = tasks.replace(before, Path(), prompts(before), again)
        self.assertTrue(larger)
        for stem, items in before.items():
            for old, new in zip(items, after[stem], strict=True):
                self.assertEqual(old["prompt"] == new["prompt"], old["family"] not in larger and old["id"] not in again)
                self.assertEqual([old[k] for k in ("id", "family", "split", "template")], [new[k] for k in ("id", "family", "split", "template")])
        self.assertEqual(len(prompts(after)), sum(map(len, after.values())))

    def test_each_option_is_one_token_after_its_prompt(self) -> None:
        encoder = tokenizer.load()
        for items in small_benchmark().values():
            for item in items:
                prompt = encoder.encode(item["prompt"]).ids
                for option in item.get("options", []):
                    ids = encoder.encode(item["prompt"] + option).ids
                    self.assertEqual(ids[: len(prompt)], prompt, item)
                    self.assertEqual(len(ids), len(prompt) + 1, (item, option))

    def test_answers_are_options_without_repeats(self) -> None:
        for items in small_benchmark().values():
            for item in items:
                if "options" in item:
                    self.assertIn(item["answer"], item["options"])
                    self.assertEqual(len(item["options"]), len(set(item["options"])))

    def test_away_wording_is_never_home_wording(self) -> None:
        for family in {**SINGLE, **STEPS}.values():
            self.assertFalse(set(family.home) & (set(family.away) | set(family.reference)))
            self.assertFalse(set(family.away) & set(family.reference))

    def test_enough_families(self) -> None:
        self.assertGreaterEqual(len(SINGLE), 12)
        self.assertGreaterEqual(len(STEPS), 4)

    def test_steps_text_keeps_the_prompt_tokens(self) -> None:
        encoder = tokenizer.load()
        for item in small_benchmark()["steps"]:
            prompt = encoder.encode(item["prompt"]).ids
            whole = encoder.encode(tasks.full_text(item)).ids
            self.assertEqual(whole[: len(prompt)], prompt)

    def test_training_tokens_carry_their_loss_weights(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        item = {"prompt": "last digit of 3 + 4 is", "answer": " 7", "options": [" 7", " 8"]}
        tasks.write_tokens([item], folder)
        ids = np.fromfile(folder / "tasks.train.bin", dtype=np.uint16)
        weights = np.fromfile(folder / "tasks.train.weight", dtype=np.uint8)
        self.assertEqual(len(ids), len(weights))
        self.assertEqual(weights.tolist(), [10] + [1] * (len(ids) - 3) + [80, 10])
        self.assertEqual(tokenizer.load().decode([int(ids[-2])]), " 7")


if __name__ == "__main__":
    unittest.main()
