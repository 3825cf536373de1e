"""Numbers and matrices of the oracle: mpmath's, at whatever precision is set.

A matrix is a tuple of rows.  A 1 x 1 matrix is kept as a matrix, so that a shape can be told from a number;
where an operation needs a number it is one.
"""

from mpmath import mp, mpf

LARGEST_EXPONENT = mpf(10) ** 8


class NoValue(Exception):
    """Division by 0, a logarithm of something negative, no case of where."""


class WrongShape(Exception):
    """Shapes that do not fit."""


def is_matrix(value):
    return isinstance(value, tuple)


def shape(value):
    return (len(value), len(value[0])) if is_matrix(value) else (1, 1)


def number(value):
    if not is_matrix(value):
        return value
    if shape(value) != (1, 1):
        raise WrongShape("a number was expected")
    return value[0][0]


def rows_of(value):
    return value if is_matrix(value) else ((value,),)


def each(function, *values):
    """Elementwise; numbers go along with every element."""
    shapes = {shape(value) for value in values if is_matrix(value) and shape(value) != (1, 1)}
    if len(shapes) > 1:
        raise WrongShape("elementwise: %s" % shapes)
    if not shapes:
        result = function(*(number(value) for value in values))
        return ((result,),) if any(is_matrix(value) for value in values) else result
    (rows, columns) = shapes.pop()

    def at(value, i, j):
        return number(value) if shape(value) == (1, 1) else value[i][j]

    return tuple(
        tuple(function(*(at(value, i, j) for value in values)) for j in range(columns)) for i in range(rows)
    )


def transpose(value):
    return tuple(zip(*value)) if is_matrix(value) else value


def repeat_columns(a, b):
    """What + does with a column beside a matrix."""
    if is_matrix(a) and is_matrix(b) and len(a) == len(b):
        if len(a[0]) == 1 < len(b[0]):
            a = tuple(row * len(b[0]) for row in a)
        elif len(b[0]) == 1 < len(a[0]):
            b = tuple(row * len(a[0]) for row in b)
    return a, b


def add(a, b):
    return each(lambda x, y: x + y, *repeat_columns(a, b))


def subtract(a, b):
    return each(lambda x, y: x - y, *repeat_columns(a, b))


def product(a, b):
    if not (is_matrix(a) and is_matrix(b)):
        return each(lambda x, y: x * y, a, b)
    if len(a[0]) != len(b):
        if (1, 1) in (shape(a), shape(b)):
            return each(lambda x, y: x * y, a, b)
        raise WrongShape("%s times %s" % (shape(a), shape(b)))
    columns = transpose(b)
    return tuple(tuple(mp.fdot(row, column) for column in columns) for row in a)


def elementwise_product(a, b):
    if shape(a) != shape(b):
        raise WrongShape("%s beside %s" % (shape(a), shape(b)))
    return each(lambda x, y: x * y, a, b)


def kronecker(a, b):
    a, b = rows_of(a), rows_of(b)
    return tuple(tuple(x * y for x in top for y in bottom) for top in a for bottom in b)


def quotient(x, y):
    if y == 0:
        raise NoValue("division by 0")
    return x / y


def square(value):
    rows = rows_of(value)
    if len(rows) != len(rows[0]):
        raise WrongShape("a square matrix was expected")
    return rows


def eliminated(value):
    """Determinant and inverse by elimination with row exchanges."""
    rows, n = square(value), len(rows_of(value))
    work = [list(row) + [mpf(i == j) for j in range(n)] for i, row in enumerate(rows)]
    determinant = mpf(1)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(work[i][k]))
        if work[pivot][k] == 0:
            return mpf(0), None
        if pivot != k:
            work[k], work[pivot] = work[pivot], work[k]
            determinant = -determinant
        determinant *= work[k][k]
        work[k] = [x / work[k][k] for x in work[k]]
        for i in range(n):
            if i != k and work[i][k] != 0:
                factor = work[i][k]
                work[i] = [x - factor * y for x, y in zip(work[i], work[k])]
    return determinant, tuple(tuple(row[n:]) for row in work)


def inverse(value):
    result = eliminated(value)[1]
    if result is None:
        raise NoValue("a singular matrix")
    return result


def identity(n):
    n = int(number(n))
    return tuple(tuple(mpf(i == j) for j in range(n)) for i in range(n))


def power(base, exponent):
    if is_matrix(base) and shape(base) != (1, 1):
        result = identity(len(square(base)))
        for _ in range(abs(int(number(exponent)))):
            result = product(result, base)
        return result if number(exponent) >= 0 else inverse(result)
    return raised(number(base), number(exponent))


def raised(x, y):
    if y == int(y) if abs(y) < 10**9 else False:
        if x == 0 and y < 0:
            raise NoValue("division by 0")
        return x ** int(y)
    if x < 0 or (x == 0 and y < 0):
        raise NoValue("a root of something negative")
    return x**y if x else mpf(0)


def exp(x):
    if abs(x) > LARGEST_EXPONENT:
        raise NoValue("too large to compute")
    return mp.exp(x)


def log(x):
    if x <= 0:
        raise NoValue("logarithm of what is not positive")
    return mp.log(x)


def sqrt(x):
    if x < 0:
        raise NoValue("root of something negative")
    return mp.sqrt(x)


def sigmoid(x):
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def softplus(x):
    return max(x, mpf(0)) + mp.log1p(exp(-abs(x)))


def softmax(value):
    columns = []
    for column in zip(*rows_of(value)):
        top = max(column)
        weights = [exp(x - top) for x in column]
        columns.append([weight / mp.fsum(weights) for weight in weights])
    return tuple(zip(*columns))


def tanh(x):
    exp(x)
    return mp.tanh(x)


ELEMENTWISE = {
    "exp": exp,
    "log": log,
    "ln": log,
    "sqrt": sqrt,
    "abs": abs,
    "sin": mp.sin,
    "cos": mp.cos,
    "sigmoid": sigmoid,
    "σ": sigmoid,
    "tanh": tanh,
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "softplus": softplus,
    "identity": lambda x: x,
}


def stacked(value):
    return tuple((x,) for column in zip(*rows_of(value)) for x in column)


def total(value):
    return mp.fsum(x for row in rows_of(value) for x in row)


def diagonal_matrix(value):
    entries = [x for (x,) in stacked(value)]
    return tuple(
        tuple(x if i == j else mpf(0) for j in range(len(entries))) for i, x in enumerate(entries)
    )


def filled(content):
    def fill(rows, columns=mpf(1)):
        rows, columns = int(number(rows)), int(number(columns))
        return ((mpf(content),) * columns,) * rows

    return fill


def picked(which, a, b):
    """The largest or smallest of two, elementwise, or of all."""
    return which(x for row in rows_of(a) for x in row) if b is None else each(which, a, b)


def place_of(which, value):
    """Which element it is, of equal ones the first."""
    numbers = [x for row in rows_of(value) for x in row]
    return mpf(numbers.index(which(numbers)) + 1)


WHOLE = {
    "sum": total,
    "mean": lambda value: total(value) / (shape(value)[0] * shape(value)[1]),
    "rowsum": lambda value: tuple((mp.fsum(row),) for row in rows_of(value)),
    "colsum": lambda value: (tuple(mp.fsum(column) for column in zip(*rows_of(value))),),
    "tr": lambda value: mp.fsum(row[i] for i, row in enumerate(square(value))),
    "det": lambda value: eliminated(value)[0],
    "inv": inverse,
    "norm": lambda value: mp.sqrt(mp.fsum(x * x for row in rows_of(value) for x in row)),
    "vec": stacked,
    "diag": diagonal_matrix,
    "diagonal": lambda value: tuple((row[i],) for i, row in enumerate(square(value))),
    "I": identity,
    "ones": filled(1),
    "zeros": filled(0),
    "softmax": softmax,
    "rows": lambda value: mpf(shape(value)[0]),
    "columns": lambda value: mpf(shape(value)[1]),
    "kron": kronecker,
    "max": lambda a, b=None: picked(max, a, b),
    "min": lambda a, b=None: picked(min, a, b),
    "argmax": lambda value: place_of(max, value),
    "argmin": lambda value: place_of(min, value),
    "rowmax": lambda value: tuple((max(row),) for row in rows_of(value)),
    "rowmin": lambda value: tuple((min(row),) for row in rows_of(value)),
    "colmax": lambda value: (tuple(max(column) for column in zip(*rows_of(value))),),
    "colmin": lambda value: (tuple(min(column) for column in zip(*rows_of(value))),),
    "rowargmax": lambda value: tuple((place_of(max, (row,)),) for row in rows_of(value)),
    "colargmax": lambda value: (tuple(place_of(max, (column,)) for column in zip(*rows_of(value))),),
}
