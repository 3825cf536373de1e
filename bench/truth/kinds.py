"""More classes of random formulas: powers, pieces, what nearly cancels, elements and sums over them, inverses,
differentials and third derivatives.  They are built as those of formulas.py are.
"""

import functools

import sympy
from mpmath import mp, mpf

from formulas import NUMBERS, SQUARE, Builder, Formula, Shape, Tree, letters

# ---- powers and logarithms of positive numbers ----

POSITIVE = sympy.symbols("p q", positive=True)
EXPONENTS = [(3, 2), (-1, 1), (-2, 1), (-1, 3), (1, 2), (-5, 2), (2, 3), (4, 1), (-3, 1)]


class PositiveBuilder(Builder):
    """Trees whose values are all positive, so that any of them may be a base or stand below."""

    def tree(self, depth):
        if depth == 0:
            leaf = self.random.choice(self.leaves)
            return Tree(leaf.name, leaf)
        kinds = [self.any_power, self.quotient, self.logarithm, self.sum_of_two, self.product]
        return self.random.choice(kinds + [self.bounded_exp])(depth - 1)

    def any_power(self, depth):
        a, (above, below) = self.tree(depth), self.random.choice(EXPONENTS)
        if self.random.random() < 0.15:
            b = self.random.choice(self.leaves)
            return Tree("((%s)^%s)" % (a.text, b.name), a.value**b)
        text = "(%d/%d)" % (above, below) if below > 1 else "(%d)" % above
        return Tree("((%s)^%s)" % (a.text, text), a.value ** sympy.Rational(above, below))

    def quotient(self, depth):
        a, b = self.tree(depth), self.tree(depth)
        return Tree("(%s/%s)" % (a.text, b.text), a.value / b.value)

    def logarithm(self, depth):
        a, b = self.tree(depth), self.tree(depth)
        return Tree("log(1 + %s*%s)" % (a.text, b.text), sympy.log(1 + a.value * b.value))

    def sum_of_two(self, depth):
        a, b = self.tree(depth), self.tree(depth)
        return Tree("(%s + %s)" % (a.text, b.text), a.value + b.value)

    def bounded_exp(self, depth):
        """Bounded, as the oracle has no digits for e^-(10^9)."""
        a = self.tree(depth)
        return Tree("exp(-%s/(1 + %s))" % (a.text, a.text), sympy.exp(-a.value / (1 + a.value)))


def power_line(generator):
    tree = PositiveBuilder(generator, POSITIVE).tree(generator.choice([2, 2, 3]))
    by = generator.choice(POSITIVE)
    if generator.random() < 0.4:  # of which the logarithm may be negative
        tree = Tree("log(%s)" % tree.text, sympy.log(tree.value))
    return Formula("∂(%s)/∂%s" % (tree.text, by), [sympy.diff(tree.value, by)])


# ---- pieces ----


class PieceBuilder(Builder):
    """Trees with relu, abs, max, min, where."""

    def tree(self, depth):
        if depth and self.random.random() < 0.4:
            return self.random.choice([self.bent, self.larger, self.chosen])(depth - 1)
        return super().tree(depth)

    def bent(self, depth):
        a, kind = self.tree(depth), self.random.choice(["relu", "abs", "leaky_relu", "elu"])
        u = a.value
        below = {"relu": sympy.Integer(0), "abs": -u, "leaky_relu": u / 100, "elu": sympy.exp(u) - 1}
        return Tree("%s(%s)" % (kind, a.text), sympy.Piecewise((u, u > 0), (below[kind], True)), a.bounded)

    def larger(self, depth):
        a, b, kind = self.tree(depth), self.tree(depth), self.random.choice(["max", "min"])
        first, second = (a, b) if kind == "max" else (b, a)
        value = sympy.Piecewise((first.value, a.value > b.value), (second.value, True))
        return Tree("%s(%s, %s)" % (kind, a.text, b.text), value, a.bounded and b.bounded)

    def chosen(self, depth):
        side, a, b = self.random.choice(self.leaves), self.tree(depth), self.tree(depth)
        bound, text = self.fraction()
        value = sympy.Piecewise((a.value, side > bound), (b.value, True))
        return Tree("where(%s > %s, %s, %s)" % (side, text, a.text, b.text), value, a.bounded and b.bounded)


TIES = [(7, 7, 3), (3, 7, 7), (7, 3, 7), (7, 7, 7), (-7, -7, 3), (3, -7, -7), (-7, 3, -7), (-7, -7, -7)]


def is_derivative_at_ties(value, derivative, by):
    """Whether the derivative lies between the slopes on both sides where names are equal.

    SymPy takes the last piece of each Piecewise there, of max(x, y) and of max(y, x) another one: of their
    difference, which is 0, the derivative is 1 at x = y.  Such a line is false.
    """
    conditions = [condition for piece in value.atoms(sympy.Piecewise) for _, condition in piece.args]
    bounds = {number for condition in conditions for number in condition.atoms(sympy.Rational)}
    function = sympy.lambdify(NUMBERS, value, "mpmath")
    slope = sympy.lambdify(NUMBERS, derivative, "mpmath")
    which = NUMBERS.index(by)
    with mp.workdps(60):
        step = mpf(10) ** -25
        for at in [[mpf(number) / 10 for number in tie] for tie in TIES] + [[mpf(b.p) / b.q] * 3 for b in bounds]:
            beside = [[x + sign * step * (i == which) for i, x in enumerate(at)] for sign in (-1, 1)]
            try:
                here, before, after = function(*at), function(*beside[0]), function(*beside[1])
                left, right, said = (here - before) / step, (after - here) / step, slope(*at)
            except (ZeroDivisionError, ValueError):
                continue
            near = mpf(10) ** -15 * (1 + abs(left) + abs(right))
            if not min(left, right) - near <= said <= max(left, right) + near:
                return False
    return True


def piece_line(generator):
    tree = PieceBuilder(generator, NUMBERS).tree(generator.choice([2, 3]))
    by = generator.choice(NUMBERS)
    derivative = sympy.diff(tree.value, by)
    pieces = derivative.atoms(sympy.Piecewise)
    plain = all(
        condition == sympy.true or isinstance(condition, (sympy.StrictGreaterThan, sympy.StrictLessThan))
        for piece in pieces
        for _, condition in piece.args
    )
    if not pieces or not plain or derivative.has(sympy.Derivative, sympy.DiracDelta, sympy.nan):
        return None
    if not is_derivative_at_ties(tree.value, derivative, by):
        return None
    return Formula("∂(%s)/∂%s" % (tree.text, by), [derivative])


# ---- near 0, where terms cancel and quotients are large ----

NEAR = ["0.0000001", "-0.000001", "0.00000000002", "-0.0000000003", "0.00004", "-0.0005"]
X, Y = sympy.symbols("x y", real=True)


def near_number(generator):
    return mpf(generator.choice(NEAR))


def near_line(generator):
    a, b = [generator.randint(1, 9) for _ in range(2)]
    text, value = generator.choice(
        [
            ("(exp(%d*x) - 1)/x" % a, (sympy.exp(a * X) - 1) / X),
            ("(1 - cos(%d*x))/x^2" % a, (1 - sympy.cos(a * X)) / X**2),
            ("sin(%d*x)/(x*y)" % a, sympy.sin(a * X) / (X * Y)),
            ("y/(x + x^%d)" % (b + 1), Y / (X + X ** (b + 1))),
            ("log(1 + x^2)/x^%d" % b, sympy.log(1 + X**2) / X**b),
            ("(tanh(%d*x) - %d*x)/x^3" % (a, a), (sympy.tanh(a * X) - a * X) / X**3),
            ("%d/x - %d/sin(x)" % (a, b), a / X - b / sympy.sin(X)),
            ("y^2/(sqrt(1 + x^2) - 1)", Y**2 / (sympy.sqrt(1 + X**2) - 1)),
            ("(x + y)^%d/(x*y)" % a, (X + Y) ** a / (X * Y)),
        ]
    )
    by = X if not value.has(Y) else generator.choice([X, Y])
    return Formula("∂(%s)/∂%s" % (text, by), [sympy.diff(value, by)])


# ---- elements, and sums over them ----

COUNT = 4


def element(name, i):
    return sympy.Symbol("%s_%s" % (name, i), real=True)


def index_line(generator):
    """sum_{i=1..n} f(x_i, y_i, x_{i+1}), or a formula of some elements, by an element or the column."""
    last = COUNT
    if generator.random() < 0.6:
        inside = [element("x", "i"), element("y", "i")]
        if generator.random() < 0.5:
            inside, last = inside + [sympy.Symbol("x_{i+1}", real=True)], COUNT - 1
        low = generator.choice([1, 1, 2])
        term = Builder(generator, inside).tree(generator.choice([1, 2]))
        terms = []
        for i in range(low, last + 1):
            at = {element(name, "i"): element(name, i) for name in "xy"}
            at[sympy.Symbol("x_{i+1}", real=True)] = element("x", i + 1)
            terms.append(term.value.subs(at, simultaneous=True))
        text, value = "sum_{i=%d..%d} (%s)" % (low, last, term.text), sympy.Add(*terms)
    else:
        leaves = [element(name, i) for name in "xy" for i in range(1, COUNT + 1)]
        tree = Builder(generator, leaves).tree(generator.choice([2, 3]))
        text, value = tree.text, tree.value
    if generator.random() < 0.5:
        by = element("x", generator.randint(1, COUNT))
        return Formula("∂(%s)/∂%s" % (text, by), [sympy.diff(value, by)])
    entries = [sympy.diff(value, element("x", i)) for i in range(1, COUNT + 1)]
    return Formula("∂(%s)/∂x" % text, entries, join="[%s; %s; %s; %s]")


# ---- inverse matrices, determinants, norms ----


def inverse_line(generator):
    a, x = letters("A"), letters("X")
    inverse = x.adjugate() / x.det()
    text, value = generator.choice(
        [
            ("tr(inv(X)*A)", (inverse * a).trace()),
            ("(inv(X)*A)_{1,2}", (inverse * a)[0, 1]),
            ("log(det(X*X'))", sympy.log(x.det() ** 2)),
            ("1/det(X)", 1 / x.det()),
            ("norm(A*X)", sympy.sqrt(sum(entry**2 for entry in a * x))),
            ("norm(inv(X))^2", sum(entry**2 for entry in inverse)),
            ("tr(A'*X)/norm(X)", (a.T * x).trace() / sympy.sqrt(sum(entry**2 for entry in x))),
            ("det(A*X + X*A)", (a * x + x * a).det()),
            ("sum(inv(X) ⊙ A)", sum(u * v for u, v in zip(inverse, a))),
        ]
    )
    builder = Builder(generator, NUMBERS)
    builder.tree = lambda depth: Tree("(%s)" % text, value)
    wave = generator.choice(["sin", "cos"])  # since an inverse may be too large for exp
    waved = Tree("%s(%s)" % (wave, text), getattr(sympy, wave)(value))
    tree = generator.choice([waved, builder.scaled(1), builder.power(1)])
    return Formula("∂(%s)/∂X" % tree.text, [sympy.diff(tree.value, entry) for entry in x], join=SQUARE)


# ---- differentials, third derivatives ----


def differential_line(generator):
    """The entries are the factors of the directions."""
    tree = Builder(generator, NUMBERS).tree(generator.choice([2, 3]))
    entries = [sympy.diff(tree.value, by) for by in NUMBERS]
    return Formula("d(%s)" % tree.text, entries, join="(%s)*d(x) + (%s)*d(y) + (%s)*d(z)")


def third_line(generator):
    tree = Builder(generator, NUMBERS[:2]).tree(2)
    by = [generator.choice(NUMBERS[:2]) for _ in range(3)]
    text = functools.reduce(lambda inner, name: "∂(%s)/∂%s" % (inner, name), by, tree.text)
    return Formula(text, [sympy.diff(tree.value, *by)])


def positive_number(generator):
    return mpf(generator.randint(200, 2200)) / 1000


MORE_CLASSES = [
    Shape("random-power", ["given p, q : number in positive"], power_line, positive_number),
    Shape("random-piece", ["given x, y, z : number"], piece_line),
    Shape("random-near", ["given x, y : number in {%s}" % ", ".join(NEAR)], near_line, near_number),
    Shape("random-index", ["given x, y : %d" % COUNT], index_line),
    Shape("random-inverse", ["given A, X : 2 x 2"], inverse_line),
    Shape("random-total", ["given x, y, z : number"], differential_line),
    Shape("random-third", ["given x, y : number"], third_line),
]
