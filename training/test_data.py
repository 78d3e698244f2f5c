"""Batches are a pure function of seed, step and rank, and a resumed run repeats the uninterrupted one."""

from __future__ import annotations

import argparse
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from training import data, train
from training.smoke import CORPUS


class DataTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        data.prepare(CORPUS, self.folder / "data")

    def config(self) -> dict:
        config = json.loads((train.CONFIGS / "moe.json").read_text())
        config["model"] |= {"num_hidden_layers": 1, "hidden_size": 32, "head_dim": 8, "num_experts": 4, "moe_intermediate_size": 32}
        config["train"] |= {"sequences": 4, "micro": 2, "length": 32, "warmup_steps": 2, "task_share": 0.0}
        return config

    def run_training(self, runs: str, steps: int, **changes) -> dict:
        args = argparse.Namespace(runs=self.folder / runs, data=self.folder / "data", branch=None, steps=steps,
                                  decay_steps=4, save_seconds=1e9, sample_seconds=1e9, cpu=True, compile=False, bf16=False, weights=None)
        for key, value in changes.items():
            setattr(args, key, value)
        train.train("tiny", self.config(), args)
        return torch.load(self.folder / runs / (args.branch or "tiny") / "state.pt", weights_only=False)

    def test_batches_repeat_and_differ_by_step_and_rank(self) -> None:
        mixture = data.Mixture(self.folder / "data", seed=1)
        first, weights = mixture.batch(3, 0, 4, 16)
        self.assertEqual((first.shape, weights.shape), ((4, 17), (4, 16)))
        np.testing.assert_array_equal(first, data.Mixture(self.folder / "data", seed=1).batch(3, 0, 4, 16)[0])
        self.assertFalse(np.array_equal(first, mixture.batch(4, 0, 4, 16)[0]))
        self.assertFalse(np.array_equal(first, mixture.batch(3, 1, 4, 16)[0]))

    def test_resumed_training_equals_uninterrupted_training(self) -> None:
        whole = self.run_training("whole", 6)
        self.run_training("parts", 3)
        parts = self.run_training("parts", 6)
        for name, value in whole["model"].items():
            torch.testing.assert_close(parts["model"][name], value, rtol=0, atol=0)

    def test_a_branch_decays_to_zero_and_leaves_the_stable_run_alone(self) -> None:
        stable = self.run_training("runs", 3)
        branch = self.run_training("runs", 3, branch="final")
        self.assertEqual((branch["step"], branch["decay_from"]), (7, 3))
        again = torch.load(self.folder / "runs" / "tiny" / "state.pt", weights_only=False)
        self.assertEqual(again["step"], stable["step"])
        self.assertEqual(train.learning_rate(7, 2, 3, 4), 0.0)

    def test_a_changed_corpus_file_is_refused(self) -> None:
        for file in CORPUS.glob("*.txt"):
            (self.folder / file.name).write_bytes(file.read_bytes())
        digest = {"bytes": 0, "sha256": "0" * 64}
        (self.folder / "manifest.json").write_text(json.dumps({d: {"train": digest, "val": digest} for d in ("chess", "tales")}))
        with self.assertRaisesRegex(SystemExit, "SHA-256"):
            data.read_text(self.folder, "tales", "val")


if __name__ == "__main__":
    unittest.main()
