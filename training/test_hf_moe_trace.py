"""What public/tools/hf_moe_trace.py writes is what `transformers` computed, for eight classes of models."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

HAS_TRANSFORMERS = importlib.util.find_spec("transformers") is not None
if HAS_TRANSFORMERS:
    import transformers

    from training.hf_models import FIXTURES, MODELS, PROMPT, save, tool

DTYPES = {"u8": "u1", "u16": "<u2", "u32": "<u4", "f16": "<f2", "f32": "<f4"}
LONG = "In the beginning there was a small red house. def f(x): return x * 2\n" * 2


def read(array) -> np.ndarray:
    if isinstance(array, list):
        return np.array(array)
    return np.frombuffer(base64.b64decode(array["b64"]), DTYPES[array["dtype"]]).reshape(array["shape"])


class Seen:
    """What reaches the experts of each layer, taken where the layer uses it and not where the script looks."""

    def __init__(self, model) -> None:
        self.layers: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.sums: list[tuple[torch.nn.Module, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]] = []
        for name, module in model.named_modules():
            if name.endswith(".experts"):
                module.register_forward_hook(self.hook)

    def hook(self, module, inputs, output) -> None:
        hidden, index, weights = inputs
        self.layers.append((index.clone(), weights.clone()))
        self.sums.append((module, hidden.clone(), index.clone(), weights.clone(), output.clone()))


def quiet(call, *args):
    """Runs the script without its output; its exit status and what it said of errors."""
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        try:
            return call(*args), errors.getvalue()
        except SystemExit as stop:
            return stop.code, errors.getvalue()


@unittest.skipUnless(HAS_TRANSFORMERS, "transformers is not installed")
class HfMoeTraceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        for name in MODELS:
            save(name, cls.folder / name)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.temporary.cleanup()

    def write(self, name: str, *more: str, prompt: str = LONG) -> dict:
        out = self.folder / "out.json"
        code, errors = quiet(tool().main, ["--model", str(self.folder / name), "--prompt", prompt, "--out", str(out), *more])
        self.assertEqual(code, 0, errors)
        return json.loads(out.read_text(encoding="utf-8"))

    def refused(self, *args: str) -> str:
        code, errors = quiet(tool().main, list(args))
        self.assertEqual(code, 2)
        return errors

    def test_scores_equal_the_routers_own_output_within_1e_6(self) -> None:
        for name in MODELS:
            with self.subTest(name), torch.no_grad():
                trace = self.write(name, "--max-new-tokens", "0")
                routing, layers = trace["routing"], len(trace["model"]["moeLayers"])
                model = transformers.AutoModelForCausalLM.from_pretrained(self.folder / name, dtype=torch.float32).eval()
                seen = Seen(model)
                ids = torch.tensor([trace["tokens"]["ids"]])
                result = model(input_ids=ids, output_router_logits=True)
                self.assertEqual((len(seen.layers), len(result.router_logits)), (layers, layers))
                experts, mix, logits, prob = (read(routing[key]).astype(np.float64) for key in ("experts", "mix", "logits", "prob"))
                worst = 0.0
                for row in range(layers):
                    own = result.router_logits[row].reshape(ids.shape[1], -1).double().numpy()
                    worst = max(worst, np.abs(logits[:, row] - own).max())
                    spread, expected = np.zeros_like(own), np.zeros_like(own)
                    np.put_along_axis(spread, experts[:, row].astype(int), mix[:, row], axis=1)
                    index, weights = seen.layers[row]
                    np.put_along_axis(expected, index.numpy(), weights.double().numpy(), axis=1)
                    worst = max(worst, np.abs(spread - expected).max())
                    gate = 1 / (1 + np.exp(-own)) if trace["model"]["scoring"] == "sigmoid" else np.exp(own) / np.exp(own).sum(1, keepdims=True)
                    worst = max(worst, np.abs(prob[:, row] - np.take_along_axis(gate, experts[:, row].astype(int), axis=1)).max())
                print(f"{name}: largest difference of logits, mixing weights and probabilities {worst:.1e}")
                self.assertLessEqual(worst, 1e-6)

    def test_mixing_weights_times_expert_outputs_sum_to_what_the_block_adds(self) -> None:
        for name in MODELS:
            with self.subTest(name), torch.no_grad():
                trace = self.write(name, "--max-new-tokens", "0", "--norms")
                model = transformers.AutoModelForCausalLM.from_pretrained(self.folder / name, dtype=torch.float32).eval()
                seen = Seen(model)
                model(input_ids=torch.tensor([trace["tokens"]["ids"]]))
                norms, mix, experts = (read(trace["routing"][key]) for key in ("outputNorm", "mix", "experts"))
                for row, (module, hidden, _, _, output) in enumerate(list(seen.sums)):
                    index = torch.tensor(experts[:, row].astype(np.int64))
                    parts = [module.forward(hidden, index[:, k : k + 1], torch.ones(len(hidden), 1)) for k in range(index.shape[1])]
                    got = sum(torch.tensor(mix[:, row, k : k + 1]) * part for k, part in enumerate(parts))
                    torch.testing.assert_close(got, output, atol=1e-4, rtol=1e-4)
                    torch.testing.assert_close(torch.tensor(norms[:, row].copy()), torch.stack([part.norm(dim=-1) for part in parts], 1), atol=1e-4, rtol=1e-4)

    def test_outputs_are_those_of_the_whole_text_at_once(self) -> None:
        for name in ("olmoe", "gpt-oss"):
            with self.subTest(name), torch.no_grad():
                trace = self.write(name, "--max-new-tokens", "5", "--temperature", "1", "--seed", "3")
                again = self.write(name, "--max-new-tokens", "5", "--temperature", "1", "--seed", "3")
                self.assertEqual(trace["tokens"], again["tokens"])
                ids, output = torch.tensor([trace["tokens"]["ids"]]), trace["output"]
                model = transformers.AutoModelForCausalLM.from_pretrained(self.folder / name, dtype=torch.float32).eval()
                logits = model(input_ids=ids).logits[0]
                entropy = torch.distributions.Categorical(logits=logits).entropy()
                np.testing.assert_allclose(output["entropy"], entropy.numpy(), atol=1e-4)
                loss = torch.nn.functional.cross_entropy(logits[:-1], ids[0, 1:], reduction="none")
                self.assertIsNone(output["logProb"][0])
                np.testing.assert_allclose(output["logProb"][1:], -loss.numpy(), atol=1e-4)
                self.assertEqual(output["chosen"][:-1], trace["tokens"]["ids"][1:])
                np.testing.assert_array_equal(read(output["top"]["ids"])[:, 0], logits.argmax(-1).numpy())
                self.assertEqual(len(trace["tokens"]["ids"]), trace["run"]["promptTokens"] + 5)

    def test_the_models_own_rule_is_named(self) -> None:
        rules = {}
        for name in MODELS:
            trace = self.write(name, "--max-new-tokens", "0", prompt="Once")
            model = trace["model"]
            rules[name] = (model["scoring"], model["normTopk"], model["sharedExperts"], model["moeLayers"], trace["meta"]["router"]["factor"])
        self.assertEqual(rules, {
            "olmoe": ("softmax", False, 0, [0, 1, 2], 1.0),
            "qwen2-moe": ("softmax", False, 1, [0, 1, 2], 1.0),
            "qwen3-moe": ("softmax", True, 0, [0, 2], 1.0),
            "mixtral": ("softmax", True, 0, [0, 1, 2], 1.0),
            "deepseek-v2": ("softmax", False, 2, [1, 2], 1.5),
            "deepseek-v3": ("sigmoid", True, 1, [1, 2], 2.5),
            "granite-moe": ("softmax-after-topk", True, 0, [0, 1, 2], 1.0),
            "gpt-oss": ("softmax-after-topk", True, 0, [0, 1, 2], 1.0),
        })

    def test_the_prompt_is_left_out_on_request(self) -> None:
        with_prompt = self.write("mixtral", "--max-new-tokens", "3", prompt=PROMPT)
        trace = self.write("mixtral", "--max-new-tokens", "3", "--without-prompt", prompt=PROMPT)
        given = trace["run"]["promptTokens"]
        self.assertNotIn("prompt", trace["run"])
        self.assertEqual(trace["tokens"]["text"][:given], [""] * given)
        self.assertEqual((trace["tokens"]["ids"][:given], trace["output"]["chosen"][: given - 1]), ([0] * given, [0] * (given - 1)))
        self.assertEqual(trace["routing"], with_prompt["routing"])
        self.assertEqual(trace["tokens"]["ids"][given:], with_prompt["tokens"]["ids"][given:])

    def test_smaller_files(self) -> None:
        full = self.write("olmoe", "--max-new-tokens", "0")
        small = self.write("olmoe", "--max-new-tokens", "0", "--no-logits", "--float", "f16")
        self.assertNotIn("logits", small["routing"])
        np.testing.assert_allclose(read(small["routing"]["mix"]), read(full["routing"]["mix"]), atol=1e-3)

    def test_what_cannot_be_traced_is_refused_in_a_sentence(self) -> None:
        out = str(self.folder / "refused.json")
        self.assertIn("required", self.refused("--model", "x", "--out", out))
        self.assertIn("cannot be loaded", self.refused("--model", str(self.folder / "nothing"), "--prompt", "a", "--out", out))
        olmoe = ["--model", str(self.folder / "olmoe"), "--out", out]
        self.assertIn("has no tokens", self.refused(*olmoe, "--prompt", ""))
        self.assertIn("more than the 128", self.refused(*olmoe, "--prompt", LONG, "--max-new-tokens", "200"))
        self.assertIn("no chat template", self.refused(*olmoe, "--prompt", "a", "--chat"))
        with mock.patch.object(sys.modules["transformers"], "__version__", "4.57.1"):
            self.assertIn("too old", self.refused(*olmoe, "--prompt", "a"))
        config = transformers.LlamaConfig(vocab_size=4096, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2)
        transformers.LlamaForCausalLM(config).save_pretrained(self.folder / "dense")
        transformers.PreTrainedTokenizerFast.from_pretrained(self.folder / "olmoe").save_pretrained(self.folder / "dense")
        self.assertIn("no router was found", self.refused("--model", str(self.folder / "dense"), "--prompt", "a", "--out", out))
        self.assertFalse(Path(out).exists())

    def test_a_router_with_another_rule_is_refused(self) -> None:
        script = tool()
        recorder = mock.Mock(routers={0: object()})
        logits, experts = torch.tensor([[[1.0, 2.0, 3.0]], [[0.0, 5.0, 5.5]]]), torch.tensor([[[2, 1]], [[2, 1]]])
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as errors:
            script.rule_of(recorder, logits, torch.full((2, 1, 2), 0.5), experts)
        self.assertIn("follow none of the rules", errors.getvalue())
        scoring, normalised, factor, _ = script.rule_of(recorder, logits, 3 * logits.softmax(-1)[..., [2, 1]], experts)
        self.assertEqual((scoring, normalised, factor), ("softmax", False, 3.0))

    def test_a_file_that_the_page_would_refuse_is_refused_before_the_run(self) -> None:
        script = tool()
        router = mock.Mock(num_experts=128, top_k=8)
        recorder = mock.Mock(routers={0: router}, layers=[0] * 48)
        args = script.arguments(["--model", "m", "--prompt", "p", "--out", "o"])
        script.check_size(recorder, 1_700, args)
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as errors:
            script.check_size(recorder, 4_000, args)
        self.assertRegex(errors.getvalue(), r"about 14\d MiB.*--float f16 or --no-logits")

    def test_tokens_are_printable_on_their_own(self) -> None:
        script = tool()
        tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(self.folder / "olmoe")
        ids = tokenizer("caf\u00e9 \u4f60\u202e")["input_ids"]
        texts = script.token_text(tokenizer, ids)
        self.assertEqual("".join(texts[i] for i in ids).replace("<0xE4><0xBD><0xA0>", "\u4f60").replace("<0xE2><0x80><0xAE>", "<U+202E>"), "caf\u00e9 \u4f60<U+202E>")

    def test_the_fixtures_of_the_page_are_what_the_script_writes(self) -> None:
        for name in MODELS:
            with self.subTest(name):
                fixture = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
                trace = self.write(name, "--max-new-tokens", "6", "--norms", prompt=PROMPT)
                self.assertEqual(trace["tokens"], fixture["tokens"])
                for key in ("experts", "mix", "prob", "logits", "outputNorm"):
                    np.testing.assert_allclose(read(trace["routing"][key]), read(fixture["routing"][key]), atol=2e-4, rtol=1e-4)


if __name__ == "__main__":
    unittest.main()
