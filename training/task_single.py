"""Single-token task families: each makes (fields, answer, options); wording lives in the templates beside it.

A template is (text, separator): `{name}` fields that are lists are joined by the separator. Answers and options carry
no leading space here; the item has " " + answer, one token after the prompt. Levels are 1, 2, 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Callable

from .lexicon import GROUPS, KINDS

DIGITS = [str(d) for d in range(10)]
LOWER = [chr(c) for c in range(ord("a"), ord("z") + 1)]
ORDINALS = "first second third fourth fifth sixth seventh eighth".split()
Template = tuple[str, str]
Made = tuple[dict[str, "str | list[str]"], str, list[str]]


@dataclass(frozen=True)
class Family:
    """A task: its generator and its wording, seen in training (home) or never (away, reference)."""

    make: Callable[[Random, int], Made]
    home: list[Template]
    away: list[Template]
    reference: list[Template]


def shuffled(r: Random, items: list[str]) -> list[str]:
    return r.sample(items, len(items))


def last_digit(r: Random, level: int) -> Made:
    low, high = [(0, 9), (10, 99), (100, 999)][level - 1]
    numbers = [r.randint(low, high) for _ in range(2 + (level == 3))]
    return {"xs": [str(n) for n in numbers]}, str(sum(numbers) % 10), DIGITS


def compare(r: Random, level: int) -> Made:
    high = 10 ** level
    a = r.randrange(high)
    b = a
    while b == a:
        b = r.randrange(high) if level < 3 or r.random() < 0.5 else min(high - 1, max(0, a + r.randint(-30, 30)))
    return {"a": str(a), "b": str(b)}, "more" if a > b else "less", ["more", "less"]


def largest(r: Random, level: int) -> Made:
    xs = [r.choice(DIGITS[: 7 + level]) for _ in range((3, 6, 10)[level - 1])]
    return {"xs": xs}, max(xs), DIGITS


def second_smallest(r: Random, level: int) -> Made:
    xs = r.sample(DIGITS, (3, 5, 7)[level - 1])
    return {"xs": xs}, sorted(xs)[1], DIGITS


def kth(r: Random, level: int) -> Made:
    n = (3, 5, 8)[level - 1]
    xs, k = r.sample(LOWER, n), r.randrange(n)
    return {"xs": xs, "k": ORDINALS[k], "n": str(k + 1)}, xs[k], xs


def neighbour(r: Random, level: int) -> Made:
    xs = r.sample([w for g in GROUPS.values() for w in g], (4, 6, 9)[level - 1])
    k = r.randrange(len(xs) - 1)
    return {"xs": xs, "x": xs[k]}, xs[k + 1], xs


def count(r: Random, level: int) -> Made:
    n, alphabet = (5, 8, 12)[level - 1], r.sample(LOWER, 3)
    k = r.randint(0, min(9, n))
    xs = shuffled(r, [alphabet[0]] * k + [r.choice(alphabet[1:]) for _ in range(n - k)])
    return {"xs": xs, "x": alphabet[0]}, str(k), DIGITS


def parity(r: Random, level: int) -> Made:
    high = (9, 99, 99)[level - 1]
    numbers = [r.randint(0, high) for _ in range((1 + r.randrange(2), 2, 3)[level - 1])]
    return {"xs": [str(n) for n in numbers]}, "odd" if sum(numbers) % 2 else "even", ["even", "odd"]


def depth(r: Random, level: int) -> Made:
    marks, open_now = [], 0
    for _ in range((4, 7, 11)[level - 1]):
        up = open_now == 0 or (open_now < 6 and r.random() < 0.6)
        open_now += 1 if up else -1
        marks.append("(" if up else ")")
    return {"xs": marks}, str(open_now), DIGITS[:8]


def balanced(r: Random, level: int) -> Made:
    n = (2, 3, 5)[level - 1]
    marks, open_now, left = [], 0, n
    while left or open_now:
        up = left > 0 and (open_now == 0 or r.random() < 0.5)
        open_now, left = (open_now + 1, left - 1) if up else (open_now - 1, left)
        marks.append("(" if up else ")")
    if r.random() < 0.5:
        return {"xs": marks}, "yes", ["yes", "no"]
    at = r.randrange(len(marks))
    marks[at] = ")" if marks[at] == "(" else "("
    return {"xs": marks}, "no", ["yes", "no"]


def sequence(r: Random, level: int) -> Made:
    start, step = r.randrange(10), r.randint(1, 4)
    steps = [step] if level == 1 else [step, r.randint(1, 4)] if level == 2 else [step, r.randint(1, 4), -r.randint(1, 3)]
    values = [start]
    for i in range(len(steps) * 2 + 1):
        values.append((values[-1] + steps[i % len(steps)]) % 10)
    return {"xs": [str(v) for v in values[:-1]]}, str(values[-1]), DIGITS


def alphabet(r: Random, level: int) -> Made:
    xs = r.sample(LOWER, (2, 4, 7)[level - 1])
    return {"xs": xs}, min(xs), xs


def odd_one(r: Random, level: int) -> Made:
    main, other = r.sample(sorted(GROUPS), 2)
    answer = r.choice(GROUPS[other])
    xs = shuffled(r, r.sample(GROUPS[main], (3, 4, 6)[level - 1]) + [answer])
    return {"xs": xs}, answer, xs


def kind(r: Random, level: int) -> Made:
    answer = r.choice(sorted(KINDS))
    word = r.choice(KINDS[answer])
    options = shuffled(r, [answer, *r.sample([k for k in sorted(KINDS) if k != answer], (1, 3, 7)[level - 1])])
    return {"word": word, "xs": options}, answer, options


def majority(r: Random, level: int) -> Made:
    a, b = r.sample(LOWER, 2)
    n = (5, 9, 13)[level - 1]
    k = n // 2 + 1 + r.randrange(0, (2, 2, 1)[level - 1])
    return {"xs": shuffled(r, [a] * k + [b] * (n - k)), "a": min(a, b), "b": max(a, b)}, a, [a, b]


def member(r: Random, level: int) -> Made:
    xs = r.sample(LOWER, (4, 8, 13)[level - 1])
    yes = r.random() < 0.5
    x = r.choice(xs) if yes else r.choice([c for c in LOWER if c not in xs])
    return {"xs": xs, "x": x}, "yes" if yes else "no", ["yes", "no"]


def lookup(r: Random, level: int) -> Made:
    keys = r.sample(LOWER, (2, 4, 7)[level - 1])
    values = [r.choice(DIGITS) for _ in keys]
    k = r.randrange(len(keys))
    return {"xs": [f"{a} = {b}" for a, b in zip(keys, values)], "x": keys[k]}, values[k], DIGITS


def pattern(r: Random, level: int) -> Made:
    unit = [r.choice(LOWER) for _ in range((2, 3, 5)[level - 1])]
    n = len(unit) * 2 + r.randrange(len(unit))
    return {"xs": [unit[i % len(unit)] for i in range(n)]}, unit[n % len(unit)], sorted(set(unit) | set(r.sample(LOWER, 4)))


SINGLE: dict[str, Family] = {
    "last_digit": Family(last_digit,
        [("What is the last digit of {xs}? Answer:", " + "), ("Last digit of {xs} is", " + ")],
        [("{xs} ends in the digit", " plus "), ("ADD AND GIVE THE FINAL DIGIT: {xs} =>", ", ")],
        [("Sum {xs}; its units digit:", " and "), ("final digit [{xs}] =", "+")]),
    "compare": Family(compare,
        [("Is {a} more or less than {b}? Answer:", ""), ("{a} compared with {b} is", "")],
        [("Take {b}. Then {a} is, next to it,", ""), ("MORE OR LESS: {a} / {b} =>", "")],
        [("{a} : {b}, less or more?", ""), ("Against {b}, the number {a} counts as", "")]),
    "largest": Family(largest,
        [("What is the largest of {xs}? Answer:", " "), ("The largest number in {xs} is", " ")],
        [("max({xs}) =", ","), ("LARGEST: {xs} =>", ", ")],
        [("Among {xs} the greatest is", ", "), ("Top value; {xs};", " / ")]),
    "second_smallest": Family(second_smallest,
        [("What is the second smallest of {xs}? Answer:", " "), ("The second smallest number in {xs} is", " ")],
        [("Sorted upwards, {xs} has in place two:", ", "), ("SECOND SMALLEST: {xs} =>", ", ")],
        [("All but one of the others are larger. {xs}:", ", "), ("next to smallest; {xs};", " / ")]),
    "kth": Family(kth,
        [("What is the {k} letter of {xs}? Answer:", " "), ("The {k} item in {xs} is", " ")],
        [("Letters: {xs}. Number {n} is", ", "), ("ITEM {n} OF {xs} =>", ", ")],
        [("[{xs}] at place {n}:", ","), ("Of {xs}, the {k} one is called", " / ")]),
    "neighbour": Family(neighbour,
        [("In the list {xs}, which word comes after {x}? Answer:", " "), ("List: {xs}. The word after {x} is", " ")],
        [("Words: {xs}. Directly behind {x} stands", ", "), ("AFTER {x} IN {xs} =>", ", ")],
        [("{xs}. Who follows {x}? It is", " - "), ("next({x}) in [{xs}] =", ",")]),
    "count": Family(count,
        [("How many {x} are in {xs}? Answer:", " "), ("The number of {x} in {xs} is", " ")],
        [("Letters: {xs}. Times that {x} occurs:", ", "), ("COUNT {x}: {xs} =>", ", ")],
        [("[{xs}].count({x}) =", ","), ("{xs}. We saw {x} this often:", " / ")]),
    "parity": Family(parity,
        [("Is {xs} even or odd? Answer:", " + "), ("The number {xs} is", " + ")],
        [("Odd or even: the sum of {xs} is", " and "), ("EVEN OR ODD: {xs} =>", ", ")],
        [("parity({xs}) =", ","), ("Adding {xs} we get a number that is", " plus ")]),
    "depth": Family(depth,
        [("How many brackets are still open in {xs}? Answer:", " "), ("Open brackets in {xs} :", " ")],
        [("After {xs} the depth is", ""), ("STILL OPEN: {xs} =>", " ")],
        [("{xs} leaves unclosed:", ", "), ("Nesting level at the end of {xs} is", " ")]),
    "balanced": Family(balanced,
        [("Are the brackets in {xs} balanced? Answer:", " "), ("Balanced brackets: {xs} :", " ")],
        [("Does every bracket in {xs} find its partner?", " "), ("BALANCED? {xs} =>", " ")],
        [("{xs} is well formed:", ""), ("All closed in {xs} -", " ")]),
    "sequence": Family(sequence,
        [("What comes next in {xs}? Answer:", " "), ("The sequence {xs} continues with", " ")],
        [("{xs},", ", "), ("CONTINUE: {xs} =>", " ")],
        [("Then {xs} and then", " then "), ("series / {xs} / next:", " / ")]),
    "alphabet": Family(alphabet,
        [("Which letter comes first in the alphabet, {xs}? Answer:", " "), ("The earliest letter of {xs} is", " ")],
        [("Sort {xs} from a to z; it starts with", ", "), ("EARLIEST: {xs} =>", ", ")],
        [("min({xs}) =", ","), ("Nearest to a among {xs}:", " / ")]),
    "odd_one": Family(odd_one,
        [("Which word does not belong, {xs}? Answer:", " "), ("The odd one out in {xs} is", " ")],
        [("Words: {xs}. The stranger is", ", "), ("ODD ONE OUT: {xs} =>", ", ")],
        [("All alike but one: {xs}. That one:", " / "), ("[{xs}] minus the common kind =", ",")]),
    "kind": Family(kind,
        [("Is {word} a kind of {xs}? Answer:", " or "), ("Options: {xs}. {word} is a kind of", " ")],
        [("{word}: choose {xs}.", " / "), ("KIND OF {word} ({xs}) =>", ", ")],
        [("Put {word} under one heading out of {xs}. Heading:", ", "), ("{xs}? A {word} belongs to", "? ")]),
    "majority": Family(majority,
        [("Which is more frequent in {xs}? Answer:", " "), ("The most common letter in {xs} is", " ")],
        [("Votes: {xs}. The winner is", ", "), ("MAJORITY: {xs} =>", " ")],
        [("mode({xs}) =", ","), ("{a} or {b}? We saw {xs}, so mostly", " / ")]),
    "member": Family(member,
        [("Is {x} in the list {xs}? Answer:", " "), ("The list {xs} has {x} :", " ")],
        [("Letters: {xs}. Does {x} occur?", ", "), ("{x} IN {xs} =>", ", ")],
        [("contains([{xs}], {x}) =", ","), ("Look for {x} among {xs}. Found:", " / ")]),
    "lookup": Family(lookup,
        [("Given {xs}, what is {x}? Answer:", ", "), ("{xs}, so {x} is", ", ")],
        [("Table: {xs}. The entry at {x}:", "; "), ("WHERE {xs} THE VALUE {x} =>", " AND ")],
        [("{xs}; return {x};", "; "), ("We know {xs}. Therefore {x} equals", " and ")]),
    "pattern": Family(pattern,
        [("What comes next in {xs}? Answer:", " "), ("The pattern {xs} goes on with", " ")],
        [("{xs},", ", "), ("REPEAT: {xs} =>", " ")],
        [("{xs} -", " - "), ("Over and over: {xs}. Now", ", ")]),
}
