"""Random formulas with their derivatives: as many true lines as lines that are wrong by 1e-13.

A formula is built twice at once, as text of the language and as a SymPy expression in which sigmoid and
the like are written out by exp and log.  SymPy differentiates it symbolically; its derivative, printed in
the language, is the right side.  So that a mistake of SymPy or of the printing does not become a reproach,
mpmath takes the left side by differences (oracle.py), and a line on which the two tools disagree ends the run.

A wrong line has one term of the derivative, or all of it, multiplied by 1 + 1e-13.  The change is accepted if
at each of SPREAD points of the domain it is at least 1e-16 of the derivative, so that no point hides it.
"""

import concurrent.futures
import dataclasses
import functools
import pathlib
import random

import sympy
from mpmath import mp, mpf

import decks
import points

SPREAD = 12
VISIBLE = mpf(10) ** -16
SLIP = sympy.Rational(10**13 + 1, 10**13)
LINES_A_BLOCK = 25
CHECKED_POINTS = 2
SHOWING_POINTS = 40
NUMBERS = sympy.symbols("x y z", real=True)


@dataclasses.dataclass
class Formula:
    """A line on its way: the text of its left side, and SymPy's right side."""

    left: str
    entries: list
    show: object = None  # a printer of entries
    join: str = "%s"  # the printed entries together


def usual_number(generator):
    return mpf(generator.choice([-1, 1]) * generator.randint(50, 2000)) / 1000


@dataclasses.dataclass
class Shape:
    """What a class of random formulas is about."""

    name: str
    declarations: list
    line: object  # of a generator: a Formula, or None where there is none this time
    number: object = usual_number  # of a generator: a number of the domain


@dataclasses.dataclass
class Tree:
    text: str
    value: object
    bounded: bool = False


# ---- text of the language ----


def printed(value, elementwise=False):
    """A SymPy expression as the language writes it; elementwise for columns of numbers."""
    times, power = (" ⊙ ", ".^") if elementwise and not value.is_number else ("*", "^")
    if value.is_Symbol:
        return value.name
    if value.is_Integer:
        return "%d" % value if value >= 0 else "(%d)" % value
    if value.is_Rational:
        return coefficient(value)
    if value.is_Add:
        return "(" + " + ".join(printed(part, elementwise) for part in value.args) + ")"
    if value.is_Mul:
        # Numbers first, since ⊙ stands between equal shapes alone.
        numbers = [printed(part) for part in value.args if part.is_number]
        others = [printed(part, elementwise) for part in value.args if not part.is_number]
        return "(" + "*".join(numbers + ([times.join(others)] if others else [])) + ")"
    if isinstance(value, sympy.Piecewise):
        return "where(%s)" % ", ".join(case for pair in value.args for case in cases(*pair))
    if isinstance(value, sympy.exp):
        return "exp(%s)" % printed(value.args[0], elementwise)
    if value.is_Pow:
        return "(%s)%s(%s)" % (printed(value.base, elementwise), power, printed(value.exp))
    return "%s(%s)" % (value.func.__name__, printed(value.args[0], elementwise))


def cases(value, condition):
    """A piece, with its condition before it."""
    if condition == sympy.true:
        return [printed(value)]
    sign = {sympy.StrictGreaterThan: ">", sympy.StrictLessThan: "<"}[condition.func]
    return ["%s %s %s" % (printed(condition.lhs), sign, printed(condition.rhs)), printed(value)]


def coefficient(value):
    """A fraction; one with a power of ten below, as a decimal number."""
    decimal, below = value.q, 0
    while decimal % 10 == 0:
        decimal, below = decimal // 10, below + 1
    if decimal != 1:
        return "(%d/%d)" % (value.p, value.q)
    digits = str(abs(value.p)).rjust(below + 1, "0")
    text = digits[:-below] + "." + digits[-below:]
    return "(-%s)" % text if value < 0 else text


# ---- building ----

UNARY = {
    "sin": (sympy.sin, True),
    "cos": (sympy.cos, True),
    "tanh": (sympy.tanh, True),
    "sigmoid": (lambda u: 1 / (1 + sympy.exp(-u)), True),
    "softplus": (lambda u: sympy.log(1 + sympy.exp(u)), False),
    "silu": (lambda u: u / (1 + sympy.exp(-u)), False),
}


class Builder:
    """Random trees over some leaves."""

    def __init__(self, generator, leaves, elementwise=False):
        self.random, self.leaves, self.elementwise = generator, leaves, elementwise

    def fraction(self):
        above = self.random.choice([-1, 1]) * self.random.randint(1, 9)
        value = sympy.Rational(above, self.random.choice([1, 2, 4, 5, 10]))
        return value, printed(value)

    def tree(self, depth):
        if depth == 0:
            leaf = self.random.choice(self.leaves)
            return Tree(leaf.name, leaf)
        rare = [self.sum, self.power, self.ratio, self.scaled, self.exponential]
        return self.random.choice(rare + [self.product, self.function] * 2)(depth - 1)

    def sum(self, depth):
        a, b = self.tree(depth), self.tree(depth)
        sign = self.random.choice("+-")
        return Tree(
            "(%s %s %s)" % (a.text, sign, b.text),
            a.value + b.value if sign == "+" else a.value - b.value,
            a.bounded and b.bounded,
        )

    def product(self, depth):
        a, b = self.tree(depth), self.tree(depth)
        times = " ⊙ " if self.elementwise else "*"
        return Tree("(%s%s%s)" % (a.text, times, b.text), a.value * b.value, a.bounded and b.bounded)

    def scaled(self, depth):
        a, (value, text) = self.tree(depth), self.fraction()
        return Tree("(%s*%s)" % (text, a.text), value * a.value, a.bounded)

    def function(self, depth):
        name = self.random.choice(sorted(UNARY))
        a, (value, bounded) = self.tree(depth), UNARY[name]
        return Tree("%s(%s)" % (name, a.text), value(a.value), bounded or a.bounded)

    def power(self, depth):
        a, exponent = self.tree(depth), self.random.choice([2, 2, 3])
        power = ".^" if self.elementwise else "^"
        return Tree("(%s%s%d)" % (wrapped(a.text), power, exponent), a.value**exponent, a.bounded)

    def ratio(self, depth):
        a, b = self.tree(depth), self.tree(depth)
        over, power = ("./", ".^") if self.elementwise else ("/", "^")
        text = "(%s %s (1 + %s%s2))" % (a.text, over, wrapped(b.text), power)
        return Tree(text, a.value / (1 + b.value**2), a.bounded)

    def exponential(self, depth):
        a = self.tree(depth)
        power = ".^" if self.elementwise else "^"
        if a.bounded:
            return Tree("exp(%s)" % a.text, sympy.exp(a.value), True)
        if self.random.random() < 0.5:
            return Tree("exp(-%s%s2)" % (wrapped(a.text), power), sympy.exp(-(a.value**2)), True)
        kind = self.random.choice(["sqrt", "log"])
        function = getattr(sympy, kind)
        return Tree("%s(1 + %s%s2)" % (kind, wrapped(a.text), power), function(1 + a.value**2))


def wrapped(text):
    """Trees are names, calls, or stand in parentheses already; a call to a power reads better in them."""
    return text if text.startswith("(") or text.isalnum() else "(%s)" % text


# ---- the classes ----


def scalar_line(generator):
    tree = Builder(generator, NUMBERS).tree(generator.choice([2, 3, 3, 4]))
    by = generator.choice(NUMBERS)
    return Formula("∂(%s)/∂%s" % (tree.text, by), [sympy.diff(tree.value, by)])


def second_line(generator):
    tree = Builder(generator, NUMBERS).tree(generator.choice([2, 2, 3]))
    by, then = generator.choice(NUMBERS), generator.choice(NUMBERS)
    text = "∂(∂(%s)/∂%s)/∂%s" % (tree.text, by, then)
    return Formula(text, [sympy.diff(tree.value, by, then)])


def elementwise_line(generator):
    tree = Builder(generator, NUMBERS[:2], elementwise=True).tree(generator.choice([2, 3, 3]))
    by = generator.choice(NUMBERS[:2])
    show = functools.partial(printed, elementwise=True)
    return Formula("∂sum(%s)/∂%s" % (tree.text, by), [sympy.diff(tree.value, by)], show)


SQUARE = "[%s, %s; %s, %s]"


def letters(name):
    return sympy.Matrix(2, 2, lambda i, j: sympy.Symbol("%s_{%d,%d}" % (name, i + 1, j + 1), real=True))


def matrix_number(generator):
    """A number made of a product of the matrices A and X and of their transposes."""
    factors = [generator.choice(["A", "X", "X", "A'", "X'"]) for _ in range(generator.choice([1, 2, 2, 3]))]
    value = sympy.eye(2)
    for factor in factors:
        matrix = letters(factor[0])
        value = value * (matrix.T if factor.endswith("'") else matrix)
    text = "*".join(factors)
    return generator.choice(
        [
            lambda: Tree("tr(%s)" % text, value.trace()),
            lambda: Tree("det(%s)" % text, value.det()),
            lambda: Tree("sum(%s)" % text, sum(value)),
            lambda: Tree("(norm(%s)^2)" % text, sum(x**2 for x in value)),
            lambda: Tree("((%s)_{1,2})" % text, value[0, 1]),
        ]
    )()


def matrix_line(generator):
    a, b = matrix_number(generator), matrix_number(generator)
    builder = Builder(generator, NUMBERS)
    builder.tree = lambda depth: generator.choice([a, b])
    kinds = [builder.sum, builder.product, builder.function, builder.scaled, builder.exponential]
    tree = generator.choice(kinds)(1)
    by = letters("X")
    return Formula("∂(%s)/∂X" % tree.text, [sympy.diff(tree.value, x) for x in by], join=SQUARE)


CLASSES = [
    Shape("random-number", ["given x, y, z : number"], scalar_line),
    Shape("random-second", ["given x, y, z : number"], second_line),
    Shape("random-vector", ["given x, y : 3"], elementwise_line),
    Shape("random-matrix", ["given A, X : 2 x 2"], matrix_line),
]

# ---- lines ----


def text_of(formula, entries):
    show = formula.show or printed
    return "%s = %s" % (formula.left, formula.join % tuple(show(entry) for entry in entries))


def is_visible(entries, changed, generator, number):
    """Whether the change is seen at every one of some points of the domain."""
    names = sorted({s for entry in entries for s in entry.free_symbols}, key=str)
    with mp.workdps(40):
        compare = sympy.lambdify(names, [entries, changed], "mpmath")
        for _ in range(SPREAD):
            before, after = compare(*[number(generator) for _ in names])
            if not any(abs(b - a) > VISIBLE * abs(b) for b, a in zip(before, after)):
                return False
    return True


def slipped(entries, generator, number):
    """The entries with one coefficient changed by 1e-13, or None where that would not be seen."""
    at = generator.choice([i for i, entry in enumerate(entries) if entry != 0] or [0])
    terms = list(sympy.Add.make_args(entries[at]))
    one = generator.randrange(len(terms))
    for changed in (terms[:one] + [SLIP * terms[one]] + terms[one + 1 :], [SLIP * term for term in terms]):
        # Without evaluation, so that what is changed is the line and not SymPy's idea of it.
        result = entries[:at] + [sympy.Add(*changed)] + entries[at + 1 :]
        if is_visible(entries, result, generator, number):
            return result
    return None


def is_long(entries):
    return sum(entry.count_ops() for entry in entries) > 600


def line_of(shape, kind, seed, number):
    """The text of one line."""
    for attempt in range(50):
        generator = random.Random("%s %s %s %d %d" % (seed, kind, shape.name, number, attempt))
        try:
            formula = shape.line(generator)
        except RecursionError:  # SymPy simplifies some Piecewise to itself, without end
            continue
        # What does not depend on the variable leaves nothing to compare.
        if not formula or all(entry.is_number for entry in formula.entries) or is_long(formula.entries):
            continue
        entries = formula.entries
        if kind == "false":
            entries = slipped(entries, generator, shape.number)
        if entries:
            return text_of(formula, entries)
    raise RuntimeError("no formula was found")


def checked_line(job):
    shape, kind, seed, number = job
    text = line_of(shape, kind, seed, number)
    block = decks.Block(pathlib.Path(shape.name + ".txt"), kind, 1, shape.declarations, [], near=True)
    line = decks.Line(number, text, "off by 1e-13 in one coefficient" if kind == "false" else "", "")
    # A true line is tried at all of them, a wrong one until it shows: where(x > 2/5, f, relu(z)) may be 0 at some.
    count = CHECKED_POINTS if kind == "true" else SHOWING_POINTS
    said, _ = points.judge(block, line, seed, count)
    if (said[False] > 0) != (kind == "false") or (kind == "true" and not said[True]):
        raise AssertionError("SymPy and mpmath disagree on %s: %s" % (text, said))
    return text, line.reason


def blocks(seed, count):
    """COUNT true and COUNT wrong lines, spread over the classes, in blocks."""
    from kinds import MORE_CLASSES  # which builds on what stands here

    classes, kinds = CLASSES + MORE_CLASSES, ("true", "false")
    jobs = [(classes[i % len(classes)], kind, seed, i // len(classes)) for kind in kinds for i in range(count)]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        texts = list(pool.map(checked_jobs, [jobs[i : i + 20] for i in range(0, len(jobs), 20)]))
    found = {}
    for (shape, kind, _, _), line in zip(jobs, [line for chunk in texts for line in chunk]):
        found.setdefault((shape.name, kind), []).append(line)
    result = []
    for shape in classes:
        for kind in kinds:
            lines = found.get((shape.name, kind), [])
            for first in range(0, len(lines), LINES_A_BLOCK):
                result.append(block_of(shape, kind, first, lines[first : first + LINES_A_BLOCK]))
    return result


def checked_jobs(jobs):
    """Some lines at a time, since to start a job costs as much as a line."""
    return [checked_line(job) for job in jobs]


def block_of(shape, kind, first, lines):
    block = decks.Block(pathlib.Path(shape.name + ".txt"), kind, 1, shape.declarations, [])
    block.order = [(i, text) for i, text in enumerate(shape.declarations, 1)]
    for i, (text, reason) in enumerate(lines, len(shape.declarations) + 1):
        line = decks.Line(i, text, reason, "")
        block.lines.append(line)
        block.order.append((i, line))
    return block
