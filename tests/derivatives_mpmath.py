#!/usr/bin/env python3
"""Holds bounds of derivatives against mpmath, at 150 digits and more.

bench/truth/derivatives.py draws formulas with derivatives in them, or they are those of the bench's own lines
(--lines).  tests/derivative_values.c prints what the program computes for them at some points, to several
numbers of bits, and the points.  There bench/truth/oracle.py computes the same, which shares nothing with the
program, once with DIGITS and once with fewer: it takes plain differences, and what these two are apart is an
upper bound of the error of the better one, unless both have lost all digits: a third difference over steps of
10^-150 has half of them left, so tanh'''(521), 5e-452, is 0 to 900 digits and to 600.  What is smaller than LEAST is
not told from 0.  Every element must lie within its ball, always; one that is said
to be missing must have no value.

How wide the bounds are is measured, too: which share of the elements needs more than so many bits for 2^-56
of itself, which is what a verdict takes, and the widest.  Derivatives of derivatives must not be wider than
others.  Prints TAP, a test point for each class; skipped
where there is no mpmath.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import math
import pathlib
import subprocess
import sys
import tempfile

import tap

TRUTH = pathlib.Path(__file__).resolve().parents[1] / "bench" / "truth"
sys.path.insert(0, str(TRUTH))

try:
    from mpmath import mp, mpf
except ImportError:
    print("1..0 # SKIP there is no mpmath")
    sys.exit(0)

import decks  # noqa: E402
import derivatives  # noqa: E402
import oracle  # noqa: E402
import points  # noqa: E402
import syntax  # noqa: E402
import values  # noqa: E402
from ball_mpmath import Ball, ball  # noqa: E402
from document import Document  # noqa: E402

DIGITS, FEWER_DIGITS = 900, 600  # of which a difference leaves a third
LEAST = mpf(10) ** -(DIGITS // 2 - 20)
BITS = [128, 256, 512, 1024]
SETTLED = -56  # the logarithm of what a verdict takes an element to be known to
USUAL = -60  # and of what half of the elements are known to with the fewest bits, of any order
WORDS_A_NUMBER = 8
MOST_ELEMENTS = 16  # of one side that are counted, so that no Jacobian outweighs everything


# ---- what the program says ----


@dataclasses.dataclass
class Value:
    line: int
    side: int
    letters: str
    shape: tuple
    kink: bool
    elements: list  # a Ball, "missing" or "unknown"


@dataclasses.dataclass
class Point:
    bits: int
    values: list
    faults: list
    sizes: dict
    givens: dict
    directions: dict
    functions: dict


def key_of(name):
    """W[1,2] as the oracle knows it."""
    name, _, indices = name.partition("[")
    return (name, *(int(index) for index in indices.rstrip("]").split(",") if index))


def numbers_of(words):
    return [ball(words[i : i + WORDS_A_NUMBER]) for i in range(0, len(words), WORDS_A_NUMBER)]


def value_of(words):
    line, side, letters, rows, columns, kink, *rest = words
    elements, at = [], 0
    while at < len(rest):
        is_value = rest[at] == "value"
        elements.append(ball(rest[at + 1 : at + 1 + WORDS_A_NUMBER]) if is_value else rest[at])
        at += 1 + WORDS_A_NUMBER * is_value
    return Value(int(line), int(side), letters, (int(rows), int(columns)), kink == "1", elements)


def points_of(text):
    for line in text.splitlines():
        word, *words = line.split(" ")
        if word == "trial":
            point = Point(int(words[1]), [], [], {}, {}, {}, {})
            yield point
        elif word == "value":
            point.values.append(value_of(words))
        elif word == "fault":
            point.faults.append(line)
        elif word == "size":
            point.sizes[key_of(words[0])] = mpf(words[1])
        elif word == "function":
            point.functions[key_of(words[0])] = [number.middle for number in numbers_of(words[1:])]
        else:
            kind = {"given": point.givens, "direction": point.directions}[word]
            kind[key_of(words[0])] = (int(words[1]), int(words[2]), numbers_of(words[3:]))


# ---- the same point, for the oracle ----


def drawn(c):
    return lambda x: c[0] + c[1] * x + c[2] * mp.sin(c[3] * x + c[4]) + c[5] * mp.sin(c[6] * x + c[7])


def decimal_of(number, domain):
    """What a number of a set is exactly: its ball is only near it."""
    if number.exact:
        return lambda: number.middle
    choices = [choice.strip() for choice in domain.strip("{}").split(",")]
    nearest = min(choices, key=lambda choice: abs(mpf(choice) - number.middle))
    return lambda: mpf(nearest)


def thunk(matrix, is_number, domain):
    rows, columns, numbers = matrix
    exact = [decimal_of(number, domain) for number in numbers]
    if is_number:
        return exact[0]
    return lambda: tuple(tuple(exact[i * columns + j]() for j in range(columns)) for i in range(rows))


def scope_of(block, point):
    """The oracle's document and scope at the point."""
    document = Document(block.declarations)
    kinds = {name[1]: (not shape, domain) for name, shape, domain, _ in document.givens}
    fixed = {**document_sizes(document), **point.sizes}
    for key, matrix in point.givens.items():
        fixed[key] = thunk(matrix, *kinds[key[0]])
    for key, coefficients in point.functions.items():
        fixed[key] = drawn(coefficients)
    for key, matrix in point.directions.items():
        document.directions[key] = thunk(matrix, kinds[key[0]][0], "")
    return document, fixed


def document_sizes(document):
    return {key: mpf(low) for key, (low, high) in document.sizes.items() if low == high}


def letters_of(text):
    return {} if text == "-" else {n: mpf(v) for n, v in (pair.split("=") for pair in text.split(","))}


def truth(document, fixed, tree, bound, digits):
    with mp.workdps(digits):
        value = oracle.evaluate(tree, oracle.Scope(document, fixed), bound)
        return values.shape(value), [x for row in values.rows_of(value) for x in row]


def has_derivative(tree):
    if not isinstance(tree, (tuple, list)):
        return False
    if tree and tree[0] == "partial" or (tree and tree[0] == "call" and (tree[2] or tree[1][1] == "d")):
        return True
    return any(has_derivative(part) for part in tree)


# ---- the comparison ----


@dataclasses.dataclass
class Found:
    """What came of one side at one point, elementwise."""

    name: str
    order: str
    text: str
    problems: list
    widths: dict  # for each number of bits, the logarithms of the relative radii
    without: int  # elements that have no value at the largest number of bits


def log2(x):
    return float(mp.log(x, 2)) if x else -math.inf


def element_problem(element, exact, slack, bits):
    if not isinstance(element, Ball):
        return "is said to be missing, and is %s" % mp.nstr(exact, 20) if element == "missing" else None
    if element.outside(exact) <= slack:
        return None
    far = (bits, mp.nstr(exact, 40), mp.nstr(element.radius, 5), mp.nstr(element.middle, 40))
    return "to %d bits: %s is not within %s of %s" % far


def compare_side(name, line, tree, document, fixed, versions):
    """One side of a line at one point: VERSIONS are its values by bits."""
    first = next(iter(versions.values()))
    text = "%s (%s)" % (line.text, first.letters)
    found = Found(name, line.reason, text, [], collections.defaultdict(list), 0)
    bound = letters_of(first.letters)
    try:
        shape, better = truth(document, fixed, tree, bound, DIGITS)
        _, worse = truth(document, fixed, tree, bound, FEWER_DIGITS)
    except values.NoValue:
        finite = [v for v in versions.values() if all(isinstance(x, Ball) for x in v.elements)]
        found.problems += ["has a value, and mpmath none"] * bool(finite)
        return found
    if shape != first.shape:
        found.problems.append("is %s, and for mpmath %s" % (first.shape, shape))
        return found
    with mp.workdps(DIGITS):
        for bits, version in versions.items():
            for element, exact, rough in list(zip(version.elements, better, worse))[:MOST_ELEMENTS]:
                slack = abs(exact - rough) * mpf(2) ** -100 + LEAST
                problem = element_problem(element, exact, slack, bits)
                if problem:
                    found.problems.append(problem)
                is_zero = abs(exact) <= abs(exact - rough) * mpf(2) ** 20
                if isinstance(element, Ball) and not is_zero and not version.kink:
                    found.widths[bits].append(log2(element.radius) - log2(abs(exact)))
                found.without += bits == max(versions) and not isinstance(element, Ball)
    return found


def compare_block(job):
    """Everything in one block."""
    program, block, seed, trials, bits = job
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "block.deriv"
        path.write_text(block.document(), "utf-8")
        command = [program, path, str(seed), str(trials), *map(str, bits)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = []
    if done.returncode:
        return [Found(block.name, "", block.document(), ["cannot be read: " + done.stderr], {}, 0)]
    lines = {line.number: line for line in block.lines}
    all_points = list(points_of(done.stdout))
    for first in range(0, len(all_points), len(bits)):
        together = all_points[first : first + len(bits)]
        document, fixed = scope_of(block, together[0])
        for problem in together[0].faults if block.kind == "true" else []:
            found.append(Found(block.name, "", problem, ["is not understood"], {}, 0))
        for k, value in enumerate(together[0].values):
            line = lines[value.line]
            tree = points.Line(document, line.text).sides[value.side]
            if not has_derivative(tree):
                continue
            versions = {point.bits: point.values[k] for point in together}
            try:
                found.append(compare_side(block.name, line, tree, document, fixed, versions))
            except (syntax.Unreadable, values.WrongShape, ArithmeticError) as problem:
                if block.kind == "true":
                    found.append(Found(block.name, "", line.text, ["is not read: %r" % problem], {}, 0))
    return found


# ---- the report ----


def print_widths(found):
    """How wide the bounds are, by the order of the derivative."""
    for order in sorted({one.order for one in found}):
        for bits in BITS:
            own = [(w, one.text) for one in found if one.order == order for w in one.widths.get(bits, [])]
            wide = [w for w, _ in own if w > SETTLED]
            if own:
                widest, text = max(own)
                print("# order %s, %4d bits: %d elements, %.1f %% need more; the widest is 2^%.0f of itself: %s"
                      % (order or "-", bits, len(own), 100 * len(wide) / len(own), widest, text))  # fmt: skip
    without = [one for one in found if one.without]
    print("# %d of %d sides have elements without a value" % (len(without), len(found)))
    for one in without[:20]:
        print("#   %s: %s" % (one.name, one.text))


def median_problem(found, bits):
    """Whether derivatives of some order are much wider than others."""
    for order in sorted({one.order for one in found}):
        widths = sorted(w for one in found if one.order == order for w in one.widths.get(bits, []))
        if widths and not widths[len(widths) // 2] < USUAL:
            return "order %s: half are wider than 2^%.0f of themselves" % (order, widths[len(widths) // 2])
    return None


def chosen_blocks(options):
    if not options.lines:
        return derivatives.blocks(options.seed, options.count)
    blocks = [block for block in decks.read(TRUTH) if not block.unchecked]
    for block in blocks:
        for line in block.lines:
            line.reason = ""
    return blocks


def main():
    parser = argparse.ArgumentParser(description="Checks bounds of derivatives against mpmath, prints TAP.")
    parser.add_argument("program", help="the program derivative_values")
    parser.add_argument("--count", type=int, default=560, help="formulas that are drawn (560)")
    parser.add_argument("--trials", type=int, default=1, help="points for each (1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", action="store_true", help="the sides of the bench's lines instead")
    parser.add_argument("--bits", type=int, nargs="+", default=BITS)
    options = parser.parse_args()
    settings = (options.seed, options.trials, options.bits)
    jobs = [(options.program, block, *settings) for block in chosen_blocks(options)]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        found = [one for some in pool.map(compare_block, jobs, chunksize=2) for one in some]
    print_widths(found)
    results = []
    for name in dict.fromkeys(one.name for one in found):
        own = [one for one in found if one.name == name]
        wrong = ["%s %s" % (one.text, problem) for one in own for problem in one.problems]
        count = sum(len(one.widths.get(options.bits[0], [])) for one in own)
        said = "%s: %d elements of %d formulas hold mpmath's" % (name, count, len(own))
        results.append((said, "%d are wrong; %s" % (len(wrong), "\n# ".join(wrong[:10])) if wrong else None))
    least = min(options.bits)
    results.append(("of every order half are narrow with %d bits" % least, median_problem(found, least)))
    return tap.report(results)


if __name__ == "__main__":
    sys.exit(main())
