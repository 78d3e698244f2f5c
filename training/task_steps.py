"""Multi-step task families: one step a line, a blank line between steps, last `answer: ...`.

Each generator returns (fields, steps, answer); wording lives in the templates beside it.
Sizes and levels are as in task_single.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Callable

from .task_single import DIGITS, LOWER, TRAINED, Template

Made = tuple[dict[str, "str | list[str]"], list[str], str]


@dataclass(frozen=True)
class StepFamily:
    """A procedure: its generator and its wording, seen in training (home) or never (away, reference)."""

    make: Callable[[Random, int], Made]
    home: list[Template]
    away: list[Template]
    reference: list[Template]
    held_out: tuple[int, int, int] = TRAINED
    """As for single-token families."""


def chain(r: Random, level: int) -> Made:
    """Additions and subtractions that stay within 0..20."""
    value = start = r.randint(0, 9)
    words, steps = [], []
    for _ in range((2, 3, 5)[level - 1]):
        n = r.randint(1, 9)
        minus = value - n >= 0 and (value + n > 20 or r.random() < 0.5)
        after = value - n if minus else value + n
        words.append(f"{'subtract' if minus else 'add'} {n}")
        steps.append(f"{value} {'-' if minus else '+'} {n} = {after}")
        value = after
    return {"start": str(start), "xs": words}, steps, str(value)


def listops(r: Random, level: int) -> Made:
    """List procedures in the manner of ProcBench (https://arxiv.org/abs/2410.03117)."""
    xs = r.sample(LOWER, (4, 5, 6)[level - 1])
    first, words, steps = list(xs), [], []
    for _ in range((3, 4, 5)[level - 1]):
        operation = r.choice(["swap", "drop", "rotate", "add"] if len(xs) > 2 else ["swap", "rotate", "add"])
        if operation == "swap":
            xs = [xs[-1], *xs[1:-1], xs[0]]
            words.append("swap first and last")
        elif operation == "drop":
            xs = xs[1:]
            words.append("drop first")
        elif operation == "rotate":
            xs = [*xs[1:], xs[0]]
            words.append("move first to the end")
        else:
            new = r.choice([c for c in LOWER if c not in xs])
            xs = [*xs, new]
            words.append(f"add {new}")
        steps.append(f"{words[-1]}: {' '.join(xs)}")
    return {"list": " ".join(first), "xs": words}, steps, " ".join(xs)


def path(r: Random, level: int) -> Made:
    """Following arrows of a small graph whose lines are given in random order."""
    count, spare = ((3, 4), (6, 5), (9, 6), (6, 12), (9, 10), (9, 16))[level - 1]
    nodes = r.sample(LOWER, count + 1 + spare)
    edges = [f"{a} > {b}" for a, b in zip(nodes[:count], nodes[1 : count + 1])]
    edges += [f"{node} > {r.choice(nodes[: count + 1])}" for node in nodes[count + 1 :]]
    steps = [f"{a} to {b}" for a, b in zip(nodes[:count], nodes[1 : count + 1])]
    return {"xs": r.sample(edges, len(edges)), "x": nodes[0], "n": str(count)}, steps, nodes[count]


def sorting(r: Random, level: int) -> Made:
    """Selection sort, one taken number a step."""
    xs = [r.choice(DIGITS) for _ in range((4, 6, 8)[level - 1])]
    left, steps = list(xs), []
    while left:
        least = min(left)
        left.remove(least)
        steps.append(f"take {least}, left {' '.join(left) or 'none'}")
    return {"xs": xs}, steps, " ".join(sorted(xs))


def tally(r: Random, level: int) -> Made:
    """A running count of one letter."""
    letters = r.sample(LOWER, 2)
    xs = [r.choice(letters) for _ in range((3, 5, 7, 8)[level - 1])]
    seen, steps = 0, []
    for x in xs:
        seen += x == letters[0]
        steps.append(f"{x}: {seen}")
    return {"xs": xs, "x": letters[0]}, steps, str(seen)


STEPS: dict[str, StepFamily] = {
    "chain": StepFamily(chain,
        [("Start with {start}, {xs}. Show the steps.", ", "), ("Begin at {start}. Then {xs}. Step by step:", ", then "),
         ("value {start}; {xs}; steps:", "; "), ("From {start} we {xs}. Show each step:", " and ")],
        [("Start at {start}: {xs}. Show each step.", ", "), ("Begin with {start}, then {xs}. The steps:", "; "), ("START {start}, {xs}. SHOW THE STEPS.", ", ")],
        [("Take {start}, {xs}. Show the steps:", ", "), ("number {start}; {xs}; step by step:", " ; "), ("{start}, THEN {xs}. STEPS:", ", ")]),
    "listops": StepFamily(listops,
        [("List: {list}. Do: {xs}. Show the steps.", ", "), ("Take the list {list}. Then {xs}. Step by step:", ", then "),
         ("list {list}; {xs}; steps:", "; "), ("With {list} we {xs}. Show each step:", " and ")],
        [("List: {list}. Then {xs}. Show each step.", ", "), ("Take {list}, then {xs}. The steps:", "; "), ("LIST: {list}. DO: {xs}. SHOW THE STEPS.", ", ")],
        [("The list is {list}. Do: {xs}. Show the steps:", ", "), ("items {list}; {xs}; step by step:", " ; "), ("LIST {list}, THEN {xs}. STEPS:", ", ")]),
    "path": StepFamily(path,
        [("Arrows: {xs}. Start at {x}, {n} steps. Show the steps.", ", "), ("From {x} follow {n} of the arrows {xs}. Step by step:", ", "),
         ("arrows {xs}; from {x}; {n} steps:", "; "), ("Given {xs}, go {n} times from {x}. Show each step:", " and ")],
        [("Arrows: {xs}. Go from {x}, {n} steps. Show each step.", ", "), ("With the arrows {xs} start at {x} and follow {n}. The steps:", "; "), ("ARROWS: {xs}. START AT {x}, {n} STEPS. SHOW THE STEPS.", ", ")],
        [("The arrows are {xs}. Start at {x}, {n} steps. Show the steps:", ", "), ("graph {xs}; from {x}; {n} times; step by step:", " ; "), ("ARROWS {xs}. FROM {x}, {n} STEPS:", ", ")], held_out=(4, 5, 6)),
    "sorting": StepFamily(sorting,
        [("Sort {xs}. Show the steps.", " "), ("Put {xs} in order. Step by step:", " "),
         ("sort {xs}; steps:", ", "), ("Bring {xs} into order. Show each step:", ", ")],
        [("Sort the numbers {xs}. Show each step.", " "), ("Put {xs} in order. The steps:", "; "), ("SORT {xs}. SHOW THE STEPS.", " ")],
        [("Numbers: {xs}. Sort them. Show the steps:", " "), ("order {xs}; step by step:", ", "), ("SORT: {xs}. STEPS:", " ")]),
    "tally": StepFamily(tally,
        [("Count {x} in {xs}. Show the steps.", " "), ("How often is {x} in {xs}? Step by step:", " "),
         ("letters {xs}; count {x}; steps:", ", "), ("We count {x} in {xs}. Show each step:", ", ")],
        [("Count the letter {x} in {xs}. Show each step.", " "), ("How many {x} are in {xs}? The steps:", "; "), ("COUNT {x} IN {xs}. SHOW THE STEPS.", " ")],
        [("Letters: {xs}. Count {x}. Show the steps:", " "), ("items {xs}; number of {x}; step by step:", ", "), ("COUNT {x}: {xs}. STEPS:", " ")], held_out=(2, 3, 4)),
}
