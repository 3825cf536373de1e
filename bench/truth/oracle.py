"""What a line of the bench is, by another way than the program's: mpmath, as many digits as it takes.

Nothing is shared with the program: not its parser, not its arithmetic, not its differences.  At a drawn point
both sides are computed at P and at 2P digits; derivatives are plain central differences with a step of
10^(-P/6).  Two sides that are equal differ by rounding and truncation alone, so that their difference
shrinks by many orders when P doubles; two that differ keep their difference.  Neither needs a tolerance.

This is evidence, and no proof: a line is called true where it was equal at every point tried.
"""

import itertools

from mpmath import mp, mpf

import syntax
import values
from values import NoValue, WrongShape

FIRST_DIGITS, MOST_DIGITS = 60, 3840
STEP = 6  # so small a power that a difference of differences of differences has half of its digits left


class Scope:
    """The names of one block: what is given, what is defined, at one point."""

    def __init__(self, document, fixed):
        self.document, self.fixed, self.known = document, fixed, {}

    def replaced(self, changes):
        """The same scope in which some names have other values."""
        return Scope(self.document, {**self.fixed, **changes})

    def value(self, key):
        if key in self.fixed:
            value = self.fixed[key]
            return value() if callable(value) else value
        if key not in self.known:
            self.known[key] = self.defined(key)
        return self.known[key]

    def defined(self, key):
        name, indices = key[0], key[1:]
        for parameters, ranges, tree in self.document.lets.get(name, ()):
            bound = match(parameters, indices, self)
            if bound is not None and inside(ranges, bound, self):
                return evaluate(tree, self, bound)
        if name in self.document.written:
            parameters, tree = self.document.written[name]
            return evaluate(tree, self, match(parameters, indices, self) or {})
        if name in ("e", "pi", "π"):
            return mp.e if name == "e" else mp.pi
        if not indices and name[0] == "d" and (name[1:] in self.document.names):
            return differential(("name", name[1:], ()), self, {})
        raise syntax.Unreadable("nothing is known of " + str(key))


def match(parameters, indices, scope):
    """The letters of W[l] bound to the indices of W[2]; None where the two do not fit."""
    if len(parameters) != len(indices):
        return None
    bound = {}
    for parameter, index in zip(parameters, indices):
        if parameter[0] == "name" and (parameter[1],) not in scope.fixed:
            bound[parameter[1]] = mpf(index)
        elif evaluate(parameter, scope, {}) != index:
            return None
    return bound


def inside(ranges, bound, scope):
    return all(
        evaluate(low, scope, bound) <= bound[name] <= evaluate(high, scope, bound)
        for name, low, high in ranges
        if name in bound
    )


def evaluate(tree, scope, bound):
    return EVALUATE[tree[0]](tree, scope, bound)


def key_of(tree, scope, bound):
    return (tree[1],) + tuple(int(values.number(evaluate(i, scope, bound))) for i in tree[2])


def of_name(tree, scope, bound):
    if not tree[2] and tree[1] in bound:
        return bound[tree[1]]
    key = key_of(tree, scope, bound)
    if tree[1][0] == "d" and tree[1] not in scope.document.names and tree[1][1:] in scope.document.names:
        return differential(("name", tree[1][1:], tree[2]), scope, bound)
    return scope.value(key)


def place(parts, value, scope, bound):
    """The rows and columns that a subscript names, counted from 0."""
    rows, columns = values.shape(value)
    if len(parts) == 1:
        parts = (parts[0], ("number", "1")) if columns == 1 else (("number", "1"), parts[0])
    found = []
    for part, limit in zip(parts, (rows, columns)):
        if part is None:
            found.append(range(limit))
        else:
            index = int(values.number(evaluate(part, scope, bound))) - 1
            if not 0 <= index < limit:
                raise WrongShape("there is no element %d" % (index + 1))
            found.append([index])
    return found


def of_element(tree, scope, bound):
    value = values.rows_of(evaluate(tree[1], scope, bound))
    rows, columns = place(tree[2], value, scope, bound)
    result = tuple(tuple(value[i][j] for j in columns) for i in rows)
    return result[0][0] if None not in tree[2] else result


def function_of(name, scope, bound):
    """A function of numbers, looked up as late as possible: a drawn one, a let, or a built-in."""
    key = key_of(name, scope, bound)
    if key in scope.fixed:
        return scope.fixed[key]
    for parameters, ranges, tree in scope.document.lets.get(name[1], ()):
        indices = match(parameters, key[1:], scope)
        if indices is not None and inside(ranges, indices, scope) and tree[0] == "name":
            return function_of(tree, scope, indices)
    if name[1] in scope.document.formulas:
        letters, tree = scope.document.formulas[name[1]]
        return lambda *numbers: values.number(evaluate(tree, scope, dict(zip(letters, numbers))))
    return values.ELEMENTWISE[name[1]]


def slope(function, order):
    """The derivative of a function of one number, by differences of differences."""
    if order == 0:
        return function
    inner = slope(function, order - 1)

    def difference(x):
        step = mpf(10) ** (-(mp.dps // STEP))
        return (inner(x + step) - inner(x - step)) / (2 * step)

    return difference


def of_call(tree, scope, bound):
    _, name, primes, arguments = tree
    if name[1] == "d":
        return differential(arguments[0], scope, bound)
    numbers = [evaluate(argument, scope, bound) for argument in arguments]
    if name[1] in values.WHOLE and name[1] not in scope.document.formulas:
        return values.WHOLE[name[1]](*numbers)
    return values.each(slope(function_of(name, scope, bound), primes), *numbers)


def moved(value, i, j, step):
    if not values.is_matrix(value):
        return value + step
    return tuple(
        tuple(x + step if (r, c) == (i, j) else x for c, x in enumerate(row)) for r, row in enumerate(value)
    )


def of_partial(tree, scope, bound):
    _, above, below, stacked = tree
    name = below[1] if below[0] == "element" else below
    key = key_of(name, scope, bound)
    value = scope.value(key)
    rows, columns = [range(size) for size in values.shape(value)]
    if below[0] == "element":
        rows, columns = place(below[2], values.rows_of(value), scope, bound)
    base = evaluate(above, scope, bound)
    step = mpf(10) ** (-(mp.dps // STEP))

    def slope_at(i, j):
        sides = [
            evaluate(above, scope.replaced({key: moved(value, i, j, sign * step)}), bound) for sign in (1, -1)
        ]
        return values.each(lambda a, b: (a - b) / (2 * step), *sides)

    if values.shape(base) == (1, 1) and not stacked:
        result = tuple(tuple(values.number(slope_at(i, j)) for j in columns) for i in rows)
        if not values.is_matrix(value) or (below[0] == "element" and None not in below[2]):
            return result[0][0]
        return values.transpose(result) if scope.document.numerator else result
    jacobian = [[x for (x,) in values.stacked(slope_at(i, j))] for j in columns for i in rows]
    return tuple(zip(*jacobian))


def differential(tree, scope, bound):
    step = mpf(10) ** (-(mp.dps // STEP))
    sides = []
    for sign in (1, -1):
        changes = {
            key: values.each(lambda x, y: x + sign * step * y, scope.value(key), direction())
            for key, direction in scope.document.directions.items()
            if scope.document.varies(key)
        }
        sides.append(evaluate(tree, scope.replaced(changes), bound))
    return values.each(lambda a, b: (a - b) / (2 * step), *sides)


def of_sum(tree, scope, bound):
    _, ranges, term = tree
    total = None
    for indices in every(ranges, scope, bound):
        value = evaluate(term, scope, {**bound, **indices})
        total = value if total is None else values.add(total, value)
    if total is None:
        first = {name: evaluate(high, scope, bound) for name, _, high in ranges}
        sample = evaluate(term, scope, {**bound, **{name: max(x, mpf(1)) for name, x in first.items()}})
        return values.each(lambda x: x * 0, sample)
    return total


def of_prod(tree, scope, bound):
    """Of numbers: factors go from left to right as the letter goes up."""
    _, ranges, term = tree
    product = mpf(1)
    for indices in every(ranges, scope, bound):
        product *= values.number(evaluate(term, scope, {**bound, **indices}))
    return product


def every(ranges, scope, bound):
    def whole(tree):
        return int(values.number(evaluate(tree, scope, bound)))

    spans = [range(whole(low), whole(high) + 1) for _, low, high in ranges]
    for indices in itertools.product(*spans):
        yield {name: mpf(i) for (name, _, _), i in zip(ranges, indices)}


def compare(relation, a, b):
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b, "=": a == b}[relation]


def of_where(tree, scope, bound):
    """The case that is met; elementwise where a condition compares matrices."""
    for condition, result in tree[1]:
        if condition is None:
            return evaluate(result, scope, bound)
        sides = [evaluate(side, scope, bound) for side in condition[1:]]
        if any(values.shape(side) != (1, 1) for side in sides):
            return where_elementwise(tree, scope, bound)
        if compare(condition[0], *map(values.number, sides)):
            return evaluate(result, scope, bound)
    raise NoValue("no case of where is met")


def where_elementwise(tree, scope, bound):
    parts = []
    for condition, result in tree[1]:
        parts += [evaluate(side, scope, bound) for side in (condition or (None,))[1:]]
        parts.append(evaluate(result, scope, bound))

    def choose(*numbers):
        numbers = list(numbers)
        for condition, _ in tree[1]:
            if condition is None or compare(condition[0], numbers.pop(0), numbers.pop(0)):
                return numbers[0]
            numbers.pop(0)
        raise NoValue("no case of where is met")

    return values.each(choose, *parts)


def of_matrix(tree, scope, bound):
    blocks = [[values.rows_of(evaluate(part, scope, bound)) for part in row] for row in tree[1]]
    rows = []
    for row in blocks:
        if len({len(part) for part in row}) > 1:
            raise WrongShape("the parts of a row of a matrix")
        rows += [sum(parts, ()) for parts in zip(*row)]
    if len({len(row) for row in rows}) > 1:
        raise WrongShape("the rows of a matrix")
    return tuple(rows)


def of_at(tree, scope, bound):
    changes = {key_of(name, scope, bound): evaluate(value, scope, bound) for name, value in tree[2]}
    return evaluate(tree[1], scope.replaced(changes), bound)


def binary(operation):
    return lambda tree, scope, bound: operation(
        evaluate(tree[1], scope, bound), evaluate(tree[2], scope, bound)
    )


EVALUATE = {
    "number": lambda tree, scope, bound: mpf(tree[1]),
    "name": of_name,
    "element": of_element,
    "call": of_call,
    "partial": of_partial,
    "sum": of_sum,
    "prod": of_prod,
    "where": of_where,
    "matrix": of_matrix,
    "at": of_at,
    "neg": lambda tree, scope, bound: values.each(lambda x: -x, evaluate(tree[1], scope, bound)),
    "transpose": lambda tree, scope, bound: values.transpose(evaluate(tree[1], scope, bound)),
    "+": binary(values.add),
    "-": binary(values.subtract),
    "*": binary(values.product),
    "⊙": binary(values.elementwise_product),
    "⊗": binary(values.kronecker),
    "/": binary(lambda a, b: values.each(values.quotient, a, values.number(b))),
    "./": binary(lambda a, b: values.each(values.quotient, a, b)),
    "^": binary(values.power),
    ".^": binary(lambda a, b: values.each(values.raised, a, b)),
}
