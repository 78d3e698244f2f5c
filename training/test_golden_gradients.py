"""The float64 pass behind the golden gradients is the model's own, and its gradients are slopes."""

from __future__ import annotations

import unittest

import torch

from training.golden import TINY
from training.golden_gradients import Pass, context, pathway
from training.model import Config, Hooks, Model

IDS = [5, 17, 3, 80 % 77, 41, 7, 23]


def tiny(name: str) -> Model:
    """Random weights with wide routers and norms away from one."""
    model = Model(Config.from_dict(TINY[name]), seed=3)
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for key, p in model.named_parameters():
            if p.dim() == 1:
                p.add_(0.2 * torch.randn(p.shape, generator=generator))
            else:
                p.mul_(20 if "embed" in key else 2)
    return model.eval()


class GoldenGradientsTest(unittest.TestCase):
    def test_pass_equals_the_model_also_with_added_logits(self) -> None:
        for name in ("tiny-qwen3", "tiny-odd"):
            model = tiny(name)
            bias = torch.zeros(model.c.num_hidden_layers, 1, model.c.num_experts)
            bias[1] = torch.linspace(-1, 1, model.c.num_experts)
            with torch.no_grad():
                for hooks, delta in ((None, None), (Hooks(bias=bias), {1: bias[1, 0].double()})):
                    hidden, _ = model(torch.tensor([IDS]), hooks=hooks)
                    torch.testing.assert_close(Pass(model)(IDS, delta=delta).float(), model.logits(hidden[0]), atol=2e-4, rtol=1e-4)

    def test_gradients_are_slopes_with_the_cut_held(self) -> None:
        run = Pass(tiny("tiny-qwen3"))
        got = pathway(run, IDS, 11, [0, 2], torch.Generator().manual_seed(1))
        kept = {layer: got["omega"][c] * (got["hard"][c] != 0) for c, layer in enumerate((0, 2))}

        def loss(c: int, e: int, change: float) -> float:
            moved = {layer: row.clone() for layer, row in kept.items()}
            moved[(0, 2)[c]][e] += change
            return -run(IDS, numerators=moved)[-1].log_softmax(-1)[11].item()

        for c in range(2):
            for e in range(run.c.num_experts):
                slope = (loss(c, e, 1e-6) - loss(c, e, -1e-6)) / 2e-6
                self.assertAlmostEqual(slope, got["straight"][c, e].item(), delta=1e-5 * max(1, abs(slope)))
        self.assertEqual((got["hard"] != 0).sum().item(), 2 * run.c.num_experts_per_tok)

    def test_added_logits_have_gradients_that_sum_to_zero(self) -> None:
        got = context(Pass(tiny("tiny-odd")), IDS, [0, 1], torch.Generator().manual_seed(2))
        self.assertGreater(got["gradient"].abs().max().item(), 1e-3)
        torch.testing.assert_close(got["gradient"].sum(-1), torch.zeros(2, dtype=torch.float64), atol=1e-12, rtol=0)
        self.assertEqual(got["weights"][-1].item(), 0)


if __name__ == "__main__":
    unittest.main()
