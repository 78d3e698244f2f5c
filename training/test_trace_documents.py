"""The Python example of docs/TRACE_FORMAT.md and the notebook beside it run on recorded traces, and say what is in them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import re
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HAS_PANDAS = importlib.util.find_spec("pandas") is not None and importlib.util.find_spec("numpy") is not None


@contextlib.contextmanager
def inside(folder: Path):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@unittest.skipUnless(HAS_PANDAS, "pandas is not installed")
class TraceDocumentsTest(unittest.TestCase):
    def test_the_example_of_the_document_reads_a_trace(self) -> None:
        text = (ROOT / "docs" / "TRACE_FORMAT.md").read_text(encoding="utf-8")
        example = re.search(r"```python\n(.*?)```", text, re.DOTALL)
        assert example is not None
        self.assertLessEqual(len(example.group(1).strip().splitlines()), 5)
        after = re.search(r"`(df\[df\.mix.*?)`", text, re.DOTALL)
        assert after is not None
        for name in ("story", "python"):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                source = (ROOT / "public" / "traces" / f"{name}.json").read_text(encoding="utf-8")
                (Path(folder) / "t.json").write_text(source, encoding="utf-8")
                scope: dict = {}
                with inside(Path(folder)):
                    exec(compile(example.group(1), "TRACE_FORMAT.md", "exec"), scope)  # noqa: S102
                trace, df = json.loads(source), scope["df"]
                tokens, layers, slots = trace["routing"]["shape"]
                self.assertEqual(list(df.columns), ["token", "layer", "slot", "experts", "mix"])
                self.assertEqual(len(df), tokens * layers * slots)
                # The model renormalises: the weights of a layer sum to 1.
                self.assertLess(abs(df.groupby(["token", "layer"]).mix.sum() - 1).max(), 1e-5)
                counts = eval(after.group(1), scope)  # noqa: S307
                self.assertEqual(int(counts.to_numpy().sum()), tokens * layers * slots)
                self.assertEqual(scope["read"](trace["routing"]["logits"]).shape, (tokens, layers, trace["model"]["experts"]))

    def test_the_notebook_runs_from_its_first_cell_to_its_last(self) -> None:
        path = ROOT / "docs" / "notebooks" / "trace.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        self.assertGreaterEqual(len(cells), 6)
        self.assertTrue(all(not cell.get("outputs") for cell in notebook["cells"]), "outputs are not kept in the repository")
        scope: dict = {}
        with inside(path.parent), contextlib.redirect_stdout(io.StringIO()) as said:
            for number, cell in enumerate(cells):
                exec(compile(cell, f"cell {number}", "exec"), scope)  # noqa: S102
        self.assertIn("8 layers with a router, 16 experts, 2 slots", said.getvalue())
        self.assertEqual(scope["load"].shape, (8, 16))
        self.assertLess(abs(scope["load"].sum(axis=1) - 1).max(), 1e-12)
        # Every chosen expert is among the two of largest gate probability, which is what top-2 means.
        best = scope["gate"].argsort(axis=-1)[..., -2:]
        self.assertTrue((scope["np"].sort(best, axis=-1) == scope["np"].sort(scope["experts"], axis=-1)).all())
        self.assertLess(scope["router_entropy"].max(), scope["np"].log(16) + 1e-9)


if __name__ == "__main__":
    unittest.main()
