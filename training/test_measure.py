"""Measures agree with values worked out by hand or by a slower, plainer computation."""

from __future__ import annotations

import unittest

import numpy as np
import torch

from training import baselines, measure_tasks, measure_text, tokenizer
from training.golden import TINY
from training.model import Config, Model
from training.task_single import SINGLE
from training.tasks import make_split


class MeasureText(unittest.TestCase):
    def test_windows_score_each_token_once_as_one_pass_does(self) -> None:
        model = Model(Config.from_dict(TINY["tiny-qwen3"]), seed=1).eval()
        ids = np.random.default_rng(0).integers(0, 96, 40)
        logp, chosen = measure_text.score_windows(model, ids, 64)
        with torch.no_grad():
            hidden, routing = model(torch.from_numpy(ids)[None])
            expected = model.logits(hidden[0, :-1]).log_softmax(-1)[torch.arange(39), torch.from_numpy(ids[1:])]
        np.testing.assert_allclose(logp, expected.numpy(), atol=1e-5)
        np.testing.assert_array_equal(chosen[2], routing[2]["experts"][:-1].numpy())

    def test_later_windows_see_at_least_half_a_window(self) -> None:
        model = Model(Config.from_dict(TINY["tiny-qwen3"]), seed=1).eval()
        ids = np.random.default_rng(0).integers(0, 96, 71)
        logp, _ = measure_text.score_windows(model, ids, 16)
        self.assertEqual(len(logp), 70)
        self.assertTrue((logp < 0).all())
        with torch.no_grad():
            hidden, _ = model(torch.from_numpy(ids[24:40])[None])
            expected = model.logits(hidden[0, 8:]).log_softmax(-1)[torch.arange(8), torch.from_numpy(ids[33:41])]
        np.testing.assert_allclose(logp[32:40], expected.numpy(), atol=1e-5)

    def test_mutual_information_of_equal_and_of_unrelated_labels(self) -> None:
        a = np.array([0, 1, 2, 3] * 4)
        self.assertAlmostEqual(measure_text.mutual_information(a, a), 2.0)
        self.assertAlmostEqual(measure_text.mutual_information(a, np.repeat([0, 1, 2, 3], 4)), 0.0)

    def test_npmi_is_one_for_a_pair_that_is_always_together(self) -> None:
        table = measure_text.npmi(np.array([[5.0, 0.0], [0.0, 5.0]]))
        np.testing.assert_allclose(table, [[1, -1], [-1, 1]])

    def test_balance_of_a_known_load(self) -> None:
        chosen = {"a": [np.array([[0], [0], [0], [1]])]}
        row = measure_text.balance(chosen, {"a": 1.0}, 4)[0]
        self.assertEqual((row["maxVio"], row["dead"]), (2.0, 2))

    def test_ngram_of_a_repeated_text_is_almost_free_and_of_noise_costs_eight_bits(self) -> None:
        self.assertLess(baselines.ngram_bits(b"the cat sat. " * 300, b"the cat sat. " * 20), 0.05)
        noise = np.random.default_rng(0).integers(0, 256, 60_000).astype(np.uint8).tobytes()
        self.assertAlmostEqual(baselines.ngram_bits(noise[:40_000], noise[40_000:]), 8.0, delta=1.0)


class MeasureTasks(unittest.TestCase):
    def setUp(self) -> None:
        config = TINY["tiny-qwen3"] | {"vocab_size": 4096, "max_position_embeddings": 256}
        self.model, self.tokenizer = Model(Config.from_dict(config), seed=2).eval(), tokenizer.load()
        self.items = make_split(SINGLE, "test", {"home": 36}, set(), "single")

    def test_batched_answers_equal_answers_one_by_one(self) -> None:
        together = measure_tasks.answer_single(self.model, self.tokenizer, self.items, batch=12)
        alone = measure_tasks.answer_single(self.model, self.tokenizer, self.items, batch=1)
        for a, b in zip(together, alone):
            self.assertEqual(a["answer"], b["answer"])
            self.assertAlmostEqual(a["margin"], b["margin"], places=4)
            torch.testing.assert_close(a["embeddings"]["meanFinal"], b["embeddings"]["meanFinal"], atol=1e-4, rtol=1e-3)

    def test_the_oracle_without_steps_is_the_base_model(self) -> None:
        base = [r["correct"] for r in measure_tasks.answer_single(self.model, self.tokenizer, self.items)]
        self.assertEqual(measure_tasks.oracle(self.model, self.tokenizer, self.items, 0.0, core=6), base)

    def test_the_oracle_helps(self) -> None:
        base = sum(r["correct"] for r in measure_tasks.answer_single(self.model, self.tokenizer, self.items))
        self.assertGreater(sum(measure_tasks.oracle(self.model, self.tokenizer, self.items, 300.0)), base)

    def test_wilson_interval_of_8_in_10(self) -> None:
        low, high = measure_tasks.wilson(8, 10)
        self.assertAlmostEqual(low, 0.490, places=3)
        self.assertAlmostEqual(high, 0.943, places=3)


if __name__ == "__main__":
    unittest.main()
