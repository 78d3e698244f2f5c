"""The fast paths compute what the plain formulas say."""

from __future__ import annotations

import unittest

import torch
import torch.nn.functional as F

from training.golden import TINY
from training.model import Config, Hooks, Model, generate, router_losses
from training.products import ChunkedCrossEntropy, blocked_attention


def tiny(name: str, **changes) -> Model:
    return Model(Config.from_dict({**TINY[name], **changes}), seed=3)


class ModelTest(unittest.TestCase):
    def test_router_losses_agree_with_a_vector_worked_by_hand(self) -> None:
        logits = torch.tensor([[2, 1, 0, -1], [0, 0, 0, 0], [1, 3, 1, 0], [-1, 0, 2, 1], [.5, .5, 0, 0], [3, 0, 0, 0]])
        first = torch.tensor([0, 0, 1, 2, 0, 0])[:, None]
        both = torch.tensor([[0, 1], [0, 1], [1, 0], [2, 3], [0, 1], [0, 1]])
        balance, z, counts = router_losses(logits, first)
        self.assertEqual(counts.tolist(), [4, 1, 1, 0])
        self.assertAlmostEqual(balance.item(), 1.315610, places=5)
        self.assertAlmostEqual(z.item(), 6.201710, places=4)
        self.assertAlmostEqual(router_losses(logits, both)[0].item(), 1.199029, places=5)

    def test_attention_in_blocks_equals_attention_at_once(self) -> None:
        torch.manual_seed(0)
        q, k, v = torch.randn(3, 2, 4, 150, 16)
        expected = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        torch.testing.assert_close(blocked_attention(q, k, v), expected, atol=1e-5, rtol=1e-5)

    def test_chunked_cross_entropy_and_its_gradients(self) -> None:
        torch.manual_seed(0)
        hidden, head = torch.randn(1100, 8, requires_grad=True), torch.randn(30, 8, requires_grad=True)
        targets, weights = torch.randint(0, 30, (1100,)), torch.rand(1100)
        loss, plain = ChunkedCrossEntropy.apply(hidden, head, targets, weights, torch.float32)
        (3 * loss).backward()
        got = hidden.grad.clone(), head.grad.clone()
        hidden.grad = head.grad = None
        losses = F.cross_entropy(hidden @ head.t(), targets, reduction="none")
        (3 * (losses * weights).mean()).backward()
        self.assertAlmostEqual(loss.item(), (losses * weights).mean().item(), places=5)
        self.assertAlmostEqual(plain.item(), losses.mean().item(), places=5)
        torch.testing.assert_close(got[0], hidden.grad, atol=1e-6, rtol=1e-4)
        torch.testing.assert_close(got[1], head.grad, atol=1e-6, rtol=1e-4)

    def test_grouped_experts_equal_a_loop_over_tokens_at_k_1_and_k_all(self) -> None:
        for k in (1, 2, 6):
            moe = tiny("tiny-qwen3", num_experts_per_tok=k).model["layers"][0].mlp
            x = torch.randn(1, 9, 32)
            y, routed = moe(x)
            for t in range(9):
                expected = torch.zeros(32)
                for e, mix in zip(routed["experts"][t], routed["mix"][t]):
                    gate, up = (moe.experts.gate_up[e] @ x[0, t]).chunk(2)
                    expected += mix * (moe.experts.down[e] @ (F.silu(gate) * up))
                torch.testing.assert_close(y[0, t], expected, atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(routed["mix"].sum(-1), torch.ones(9))

    def test_a_bias_hook_chooses_the_expert(self) -> None:
        model = tiny("tiny-qwen3")
        bias = torch.zeros(3, 1, 6)
        bias[..., 4] = 50.0
        _, routing = model(torch.tensor([[1, 2, 3]]), Hooks(bias=bias))
        self.assertTrue(all((r["experts"][:, 0] == 4).all() for r in routing))

    def test_later_tokens_do_not_change_earlier_ones(self) -> None:
        for name in TINY:
            model = tiny(name)
            a, b = torch.tensor([[5, 6, 7, 8]]), torch.tensor([[5, 6, 7, 30]])
            torch.testing.assert_close(model(a)[0][0, :3], model(b)[0][0, :3])

    def test_greedy_generation_repeats(self) -> None:
        model = tiny("tiny-shared")
        self.assertEqual(generate(model, [3], 5, 0.0), generate(model, [3], 5, 0.0))


if __name__ == "__main__":
    unittest.main()
