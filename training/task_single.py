"""Single-token task families: each makes (fields, answer, options); wording lives in the templates beside it.

A template is (text, separator): `{name}` fields that are lists are joined by the separator. Answers and options carry
no leading space here; the item has " " + answer, one token after the prompt. Sizes 1, 2, 3 are trained on, as the levels
of the item; where the model had mastered all three, held-out items take larger sizes for their levels.
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
TRAINED = (1, 2, 3)
Made = tuple[dict[str, "str | list[str]"], str, list[str]]


@dataclass(frozen=True)
class Family:
    """A task: its generator and its wording, seen in training (home) or never (away, reference)."""

    make: Callable[[Random, int], Made]
    home: list[Template]
    away: list[Template]
    reference: list[Template]
    held_out: tuple[int, int, int] = TRAINED
    """Size of the generator for each level of a held-out item; what is above 3 is longer than anything in training."""


def shuffled(r: Random, items: list[str]) -> list[str]:
    return r.sample(items, len(items))


def last_digit(r: Random, level: int) -> Made:
    low, high = [(0, 9), (0, 9), (10, 99)][level - 1]
    numbers = [r.randint(low, high) for _ in range((2, 3, 2)[level - 1])]
    return {"xs": [str(n) for n in numbers]}, str(sum(numbers) % 10), DIGITS


def compare(r: Random, level: int) -> Made:
    high = 10 ** (level + 1)
    a = r.randrange(high)
    b = a
    while b == a:
        b = r.randrange(high) if r.random() < 0.5 else min(high - 1, max(0, a + r.randint(-20, 20)))
    return {"a": str(a), "b": str(b)}, "more" if a > b else "less", ["more", "less"]


def largest(r: Random, level: int) -> Made:
    """The last digit of the largest number, so that the answer is one token whatever the numbers."""
    if level == 1:
        xs = [r.randrange(10) for _ in range(6)]
    else:
        xs = r.sample(range(10, 100), (3, 6)[level - 2])
    return {"xs": [str(x) for x in xs]}, str(max(xs) % 10), DIGITS


def median(r: Random, level: int) -> Made:
    xs = [r.choice(DIGITS) for _ in range((3, 5, 7, 9, 15)[level - 1])]
    return {"xs": xs}, sorted(xs)[len(xs) // 2], DIGITS


def kth(r: Random, level: int) -> Made:
    n = (4, 8, 12)[level - 1]
    xs, k = r.sample(LOWER, n), r.randrange(min(n, len(ORDINALS)))
    last = level > 1 and r.random() < 0.5
    return {"xs": xs, "k": ORDINALS[k] + (" last" if last else "")}, xs[-1 - k] if last else xs[k], xs


def neighbour(r: Random, level: int) -> Made:
    xs = r.sample([w for g in GROUPS.values() for w in g], (5, 7, 9)[level - 1])
    gap = r.choice([1, -1, 2][:level])
    k = r.randrange(max(0, -gap), len(xs) - max(0, gap))
    where = {1: "right after", -1: "right before", 2: "two after"}[gap]
    return {"xs": xs, "x": xs[k], "where": where}, xs[k + gap], xs


def count(r: Random, level: int) -> Made:
    n, alphabet = (3, 5, 7)[level - 1], r.sample(LOWER, 3)
    k = r.randint(0, n)
    xs = shuffled(r, [alphabet[0]] * k + [r.choice(alphabet[1:]) for _ in range(n - k)])
    return {"xs": xs, "x": alphabet[0]}, str(k), DIGITS


def parity(r: Random, level: int) -> Made:
    numbers = [r.randint(*((0, 99), (100, 999), (0, 99))[level - 1]) for _ in range((1, 1, 2)[level - 1])]
    return {"xs": [str(n) for n in numbers]}, "odd" if sum(numbers) % 2 else "even", ["even", "odd"]


def depth(r: Random, level: int) -> Made:
    marks, open_now = [], 0
    for _ in range((6, 11, 17, 29, 41)[level - 1]):
        up = open_now == 0 or (open_now < 6 and r.random() < 0.6)
        open_now += 1 if up else -1
        marks.append("(" if up else ")")
    return {"xs": marks}, str(open_now), DIGITS[:8]


def balanced(r: Random, level: int) -> Made:
    n = (4, 7, 11, 16, 24)[level - 1]
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
    xs = r.sample(LOWER, (6, 11, 17)[level - 1])
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
    """From level 2 on the asked key leads to a key, to be looked up in turn: one or two hops before the digit."""
    keys = r.sample(LOWER, 5)
    values = [r.choice(DIGITS) for _ in keys]
    pairs, asked, answer = list(zip(keys, values)), keys[0], values[0]
    for _ in range(level - 1):
        hops = r.sample([c for c in LOWER if c not in {a for a, _ in pairs}], 2)
        pairs += [(hops[0], asked), (hops[1], r.choice(keys[1:]))]
        asked = hops[0]
    return {"xs": [f"{a} = {b}" for a, b in r.sample(pairs, len(pairs))], "x": asked}, answer, DIGITS


def pattern(r: Random, level: int) -> Made:
    """The unit repeats letters, so that the one before does not tell the one after."""
    letters = r.sample(LOWER, 3)
    unit = [r.choice(letters) for _ in range((3, 5, 7)[level - 1])]
    n = len(unit) + r.randrange(len(unit) // 2, len(unit) + 1)
    return {"xs": [unit[i % len(unit)] for i in range(n)]}, unit[n % len(unit)], sorted(letters)


SINGLE: dict[str, Family] = {
    "last_digit": Family(last_digit,
        [("What is the last digit of {xs}? Answer:", " + "), ("Last digit of {xs} is", " + "),
         ("Add {xs}. The sum ends in", ", "), ("sum of {xs}, last digit:", " and ")],
        [("The last digit of the sum {xs} is", " plus "), ("Add up {xs}: the sum ends in", " + "), ("WHAT IS THE LAST DIGIT OF {xs}? =>", " + ")],
        [("Tell me the last digit of {xs}:", " + "), ("sum [{xs}] ends in", ", "), ("LAST DIGIT: {xs} =", " + ")]),
    "compare": Family(compare,
        [("Is {a} more or less than {b}? Answer:", ""), ("{a} compared with {b} is", ""),
         ("The number {a} against {b}:", ""), ("more or less: {a}, {b}. It is", "")],
        [("Is the number {a} more than {b} or less? It is", ""), ("{a} next to {b} is", ""), ("MORE OR LESS: {a} / {b} =>", "")],
        [("{a} or {b}: the first is", ""), ("Compared with {b}, is {a} more or less? Answer:", ""), ("IS {a} MORE OR LESS THAN {b} ?", "")]),
    "largest": Family(largest,
        [("What is the last digit of the largest of {xs}? Answer:", " "), ("The largest number in {xs} ends in", ", "),
         ("Of {xs} the largest has last digit", " "), ("largest of {xs}, last digit:", ", ")],
        [("The largest of {xs} has the last digit", "; "), ("Which is the largest of {xs}? It ends in", " "), ("LARGEST OF {xs}, LAST DIGIT =>", ", ")],
        [("Take the largest of {xs}: it ends in", ", "), ("max [{xs}], last digit:", " "), ("LARGEST, LAST DIGIT: {xs} =", " / ")]),
    "median": Family(median,
        [("What is the middle one of {xs} when sorted? Answer:", " "), ("The middle number of {xs} is", ", "),
         ("Sort {xs}. In the middle stands", " "), ("median of {xs}:", ", ")],
        [("Sorted, {xs} has in the middle", "; "), ("The median of {xs} is", " "), ("MIDDLE OF {xs} =>", ", ")],
        [("Put {xs} in order. The middle one is", ", "), ("middle [{xs}]:", " "), ("MEDIAN: {xs} =", " / ")], held_out=(2, 4, 5)),
    "kth": Family(kth,
        [("What is the {k} letter of {xs}? Answer:", " "), ("The {k} item in {xs} is", " "),
         ("In {xs} the {k} one is", ", "), ("list {xs}, {k}:", ", ")],
        [("The {k} of the letters {xs} is", "; "), ("Letters: {xs}. The {k} one is", " "), ("THE {k} ITEM OF {xs} =>", ", ")],
        [("Of {xs} the {k} is called", ", "), ("[{xs}] {k} item:", " "), ("ITEM, {k}: {xs} =", " / ")]),
    "neighbour": Family(neighbour,
        [("In the list {xs}, which word comes {where} {x}? Answer:", " "), ("List: {xs}. The word {where} {x} is", " "),
         ("words {xs}; {where} {x}:", ", "), ("Given {xs}, {where} {x} comes", ", ")],
        [("In {xs} the word {where} {x} is", "; "), ("Words: {xs}. Which one comes {where} {x}? It is", " "), ("LIST {xs}, {where} {x} =>", ", ")],
        [("[{xs}] {where} {x}:", ", "), ("Look at {xs}. The word {where} {x} is", " / "), ("WORD {where} {x} IN {xs} =", " ")]),
    "count": Family(count,
        [("How many {x} are in {xs}? Answer:", " "), ("The number of {x} in {xs} is", " "),
         ("Count {x} in {xs}:", ", "), ("letters {xs}; number of {x}:", ", ")],
        [("The count of {x} in {xs} is", "; "), ("Letters: {xs}. How many {x}? Answer:", " "), ("COUNT {x} IN {xs} =>", ", ")],
        [("In {xs} the letter {x} comes this often:", ", "), ("[{xs}] number of {x}:", " "), ("HOW MANY {x}: {xs} =", " / ")]),
    "parity": Family(parity,
        [("Is {xs} even or odd? Answer:", " + "), ("The number {xs} is", " + "),
         ("even or odd: {xs}. It is", " + "), ("{xs} counts as", " plus ")],
        [("Is the number {xs} odd or even? It is", " + "), ("The sum {xs} is", " and "), ("EVEN OR ODD: {xs} =>", " + ")],
        [("Odd or even, {xs}:", " + "), ("[{xs}] is", " + "), ("ODD OR EVEN? {xs} =", " plus ")]),
    "depth": Family(depth,
        [("How many brackets are still open in {xs}? Answer:", " "), ("Open brackets in {xs} :", " "),
         ("After {xs} the number still open is", " "), ("brackets {xs} ; open:", " ")],
        [("The number of brackets still open in {xs} is", " "), ("Brackets: {xs} . How many are open? Answer:", " "), ("STILL OPEN: {xs} =>", " ")],
        [("In {xs} this many are still open:", " "), ("[{xs}] open:", " "), ("OPEN BRACKETS: {xs} =", " ")], held_out=(3, 4, 5)),
    "balanced": Family(balanced,
        [("Are the brackets in {xs} balanced? Answer:", " "), ("Balanced brackets: {xs} :", " "),
         ("Is {xs} balanced? Answer:", " "), ("brackets {xs} ; balanced:", " ")],
        [("Are all brackets in {xs} closed and balanced? Answer:", " "), ("Brackets: {xs} . Balanced? It is", " "), ("BALANCED? {xs} =>", " ")],
        [("Say if {xs} is balanced:", " "), ("[{xs}] balanced:", " "), ("ALL BALANCED: {xs} =", " ")], held_out=(3, 4, 5)),
    "sequence": Family(sequence,
        [("What comes next in {xs}? Answer:", " "), ("The sequence {xs} continues with", " "),
         ("numbers {xs}; next:", ", "), ("Continue {xs} with", ", ")],
        [("The sequence {xs} goes on with", " "), ("Numbers: {xs}. What comes next? Answer:", "; "), ("NEXT IN {xs} =>", " ")],
        [("After {xs} comes", ", "), ("[{xs}] next:", " "), ("CONTINUE: {xs} =", " / ")]),
    "alphabet": Family(alphabet,
        [("Which letter comes first in the alphabet, {xs}? Answer:", " "), ("The earliest letter of {xs} is", " "),
         ("Sort {xs}. First comes", ", "), ("letters {xs}; earliest:", ", ")],
        [("Of the letters {xs} the earliest is", "; "), ("Letters: {xs}. Which comes first in the alphabet? It is", " "), ("EARLIEST OF {xs} =>", ", ")],
        [("In the alphabet, first of {xs} is", ", "), ("[{xs}] earliest:", " "), ("FIRST IN THE ALPHABET: {xs} =", " / ")]),
    "odd_one": Family(odd_one,
        [("Which word does not belong, {xs}? Answer:", " "), ("The odd one out in {xs} is", " "),
         ("words {xs}; odd one:", ", "), ("In {xs} the stranger is", ", ")],
        [("Words: {xs}. Which one does not belong? It is", " "), ("Of the words {xs} the odd one is", "; "), ("ODD ONE OUT: {xs} =>", ", ")],
        [("[{xs}] odd one:", ", "), ("Among {xs} this word does not belong:", " "), ("WHICH WORD DOES NOT BELONG: {xs} =", " / ")]),
    "kind": Family(kind,
        [("Is {word} a kind of {xs}? Answer:", " or "), ("Options: {xs}. {word} is a kind of", " "),
         ("kinds {xs}; {word}:", ", "), ("Of {xs} the word {word} is a", ", ")],
        [("The word {word} is a kind of, out of {xs}:", " "), ("{word}: is it a {xs}? It is a", " or "), ("KIND OF {word}, {xs} =>", ", ")],
        [("Options: {xs}. What kind is {word}? Answer:", " or "), ("[{xs}] {word} is a", ", "), ("{word}, A KIND OF: {xs} =", " / ")]),
    "majority": Family(majority,
        [("Which is more frequent in {xs}? Answer:", " "), ("The most common letter in {xs} is", " "),
         ("letters {xs}; most common:", ", "), ("In {xs} we mostly see", ", ")],
        [("Letters: {xs}. Which is the most common? It is", " "), ("The letter that is more frequent in {xs} is", "; "), ("MOST COMMON: {xs} =>", " ")],
        [("[{xs}] most common:", " "), ("Count {xs}: mostly", ", "), ("MORE FREQUENT IN {xs} =", " / ")]),
    "member": Family(member,
        [("Is {x} in the list {xs}? Answer:", " "), ("The list {xs} has {x} :", " "),
         ("letters {xs}; has {x}:", ", "), ("Is {x} one of {xs}? Answer:", ", ")],
        [("Letters: {xs}. Is {x} in the list? Answer:", " "), ("Does the list {xs} have {x}? Answer:", "; "), ("{x} IN {xs} =>", " ")],
        [("[{xs}] has {x}:", " "), ("Look for {x} in {xs}. Found:", ", "), ("LIST {xs}, HAS {x} =", " / ")]),
    "lookup": Family(lookup,
        [("Given {xs}, what is {x}? Answer:", ", "), ("{xs}, so {x} is", ", "),
         ("values {xs}; {x}:", " ; "), ("If {xs} then {x} is", " and ")],
        [("We have {xs}. What is {x}? It is", ", "), ("Table: {xs}. So {x} is", "; "), ("GIVEN {xs} , {x} =>", " , ")],
        [("[{xs}] {x} is", ", "), ("Let {xs}. Then the value of {x} is", " and "), ("VALUES {xs} , WHAT IS {x} =", " / ")]),
    "pattern": Family(pattern,
        [("What comes next in {xs}? Answer:", " "), ("The pattern {xs} goes on with", " "),
         ("letters {xs}; next:", ", "), ("Continue {xs} with", ", ")],
        [("The pattern {xs} continues with", " "), ("Letters: {xs}. What comes next? Answer:", "; "), ("NEXT IN {xs} =>", " ")],
        [("After {xs} comes", ", "), ("[{xs}] next:", " "), ("CONTINUE: {xs} =", " / ")]),
}
