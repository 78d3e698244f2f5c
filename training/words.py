"""Words the task families use as answers; each (with its leading space) is one token of the tokenizer."""

from __future__ import annotations

KINDS = """animal bird fish insect plant tree flower fruit food drink person tool weapon vehicle building
clothing color number metal game sport disease body place river country language book music instrument money
ship fabric rock emotion shape time""".split()
LANGUAGES = "English French German Spanish Latin".split()
DOMAINS = "Python JavaScript chess story play law speech Bible dictionary code tale proof data".split()
YES_NO = "yes no even odd true false more less equal balanced open closed up down left right same different".split()
SMALL_WORDS = """red blue green black white yellow brown gray pink gold dog cat horse cow sheep bear wolf lion
apple pear bread milk water house door table chair lamp clock sun moon star rain snow wind fire sea hill road
king queen boy girl man woman king hand foot head eye ear one two three four five six seven eight nine ten
north south east west first last none all answer step start go take add sum max min sort swap next list letter
word item count then so is of the""".split()
LETTERS = [chr(c) for c in range(ord("a"), ord("z") + 1)] + [chr(c) for c in range(ord("A"), ord("Z") + 1)]
DIGITS = [str(d) for d in range(10)]
SINGLE_TOKENS = sorted(
    {" " + w for w in KINDS + LANGUAGES + DOMAINS + YES_NO + SMALL_WORDS + LETTERS + DIGITS}
    | set(DIGITS) | set(LETTERS) | {"\n", "\n\n", "Question", "Answer", "answer", " Question", " Answer", " steps",
                                    "Step", "Q", "A", ":", " =", " +", " -", ",", ".", "?", " (", " )", " [", " ]"}
)
