"""Points for the lines of a block, and the oracle's verdict on a line.

Points are drawn wider than the program draws them: of order 1 mostly, but also from 1e-3 to 400, with every
combination of signs, near the ends of intervals, symmetric matrices far from the identity, sizes from 1.
"""

import random
import re

from mpmath import mp, mpf

import oracle
import syntax
import values
from document import Document


class Draw:
    """One point: sizes, and a value for everything that is given."""

    def __init__(self, document, generator, witness, near=False):
        self.document, self.random = document, generator
        self.fixed, self.witness, self.sizes = {}, witness, set(document.sizes)
        self.scale = generator.choice(["one", "one", "one", "small"] + ["large", "mixed"] * (not near))
        document.directions = {}
        for key, (low, high) in document.sizes.items():
            self.fixed[key] = mpf(witness.get(self.word(key), generator.randint(low, high)))
        self.scope = oracle.Scope(document, self.fixed)
        for given in document.givens:
            self.draw(*given)

    @staticmethod
    def word(key):
        return key[0] + ("[%s]" % ",".join(map(str, key[1:])) if key[1:] else "")

    def size(self, tree):
        """Sizes that nobody declared are drawn where they are first met."""
        self.declare_sizes(tree)
        return max(int(values.number(oracle.evaluate(tree, self.scope, self.bound))), 0)

    def declare_sizes(self, tree):
        if not isinstance(tree, tuple):
            return
        if tree[0] == "name" and not (not tree[2] and tree[1] in self.bound):
            key = oracle.key_of(tree, self.scope, self.bound)
            if key not in self.fixed:
                drawn = self.random.choice([1, 2, 2, 3, 3, 4])
                self.sizes.add(key)
                self.fixed[key] = mpf(self.witness.get(self.word(key), drawn))
            return
        for part in tree[1:]:
            self.declare_sizes(part)

    def draw(self, name, shape, domain, ranges):
        self.bound = {}
        for _, low, high in ranges:
            self.declare_sizes(low), self.declare_sizes(high)
        for indices in oracle.every(ranges, self.scope, {}):
            self.bound = indices
            key = oracle.key_of(name, self.scope, indices)
            if shape == "function":
                self.fixed[key] = self.function()
                continue
            sizes = [self.size(tree) for tree in shape] if shape else None
            word = self.word(key)
            value = self.matrix(sizes, domain)
            if word in self.witness:
                value = self.written(self.witness[word], sizes)
            self.fixed[key] = value
            self.document.directions[key] = self.constant(self.matrix(sizes, ""))

    def digits(self):
        """So many that exp(-2 x) is still seen beside 1 for the largest number that was drawn."""
        drawn = [value for value in self.fixed.values() if not callable(value)]
        largest = max((abs(x) for value in drawn for row in values.rows_of(value) for x in row), default=0)
        return min(max(oracle.FIRST_DIGITS, int(largest * 9 / 4)), 1000)

    def has_size_one(self):
        """Whether a size happens to be 1, so that a column may also be read as a number."""
        happens = [key for key in self.sizes if self.document.sizes.get(key) != (1, 1)]
        return any(self.fixed[key] == 1 for key in happens)

    @staticmethod
    def constant(value):
        return lambda: value

    def written(self, text, sizes):
        """A witness's value: read again at every precision."""
        tree = self.document.expression(text)

        def read():
            value = oracle.evaluate(tree, self.scope, {})
            if sizes and not values.is_matrix(value):
                return tuple((value,) * (sizes + [1])[1] for _ in range(sizes[0]))
            return value

        return read

    def function(self):
        a, b, c, d = [mpf(self.random.randint(-64, 64)) / 64 or mpf(1) / 2 for _ in range(4)]
        return lambda x: a + b * x + c * x * x / 4 + d * mp.exp(x / 8) + a * mp.sin(b * x + c)

    def number(self):
        scale = self.scale
        if scale == "mixed":
            scale = self.random.choice(["one", "small", "large"])
        exponent = {"one": 0, "small": -8, "large": self.random.choice([4, 6, 8])}[scale]
        whole = self.random.randint(1, 3 * 2**18)
        return self.random.choice([-1, 1]) * mpf(whole) / 2**19 * mpf(2) ** exponent

    def matrix(self, sizes, domain):
        if sizes is None:
            return self.member(domain)
        rows, columns = (sizes + [1])[:2]
        if rows * columns == 0:
            raise values.WrongShape("an empty matrix")
        if domain == "onehot":
            picks = [self.random.randrange(rows) for _ in range(columns)]
            return tuple(tuple(mpf(picks[j] == i) for j in range(columns)) for i in range(rows))
        numbers = tuple(tuple(self.member(domain) for _ in range(columns)) for _ in range(rows))
        if domain == "symmetric":
            return values.add(numbers, values.transpose(numbers))
        if domain == "spd":
            square = values.product(numbers, values.transpose(numbers))
            return values.add(square, values.each(lambda x: x / 64, values.identity(rows)))
        return numbers

    def member(self, domain):
        if domain == "positive":
            return abs(self.number())
        if domain.startswith("{"):
            return self.written(self.random.choice(domain.strip("{}").split(",")), None)()
        if domain.startswith("("):
            low, high = [values.number(self.written(t, None)()) for t in domain.strip("()").split(",")]
            near = [mpf(2) ** -12, 1 - mpf(2) ** -12]
            part = self.random.choice(near + [mpf(self.random.randint(1, 255)) / 256] * 4)
            return low + (high - low) * part
        return self.number()


def witness_of(text):
    found = {}
    for part in re.split(r",(?![^\[(]*[\])])", text):
        if "=" in part:
            name, _, value = part.partition("=")
            found[name.strip()] = value.strip()
    return found


def difference(sides, scope, bound):
    """The elements of left - right, at the precision that is set."""
    left, right = [oracle.evaluate(side, scope, bound) for side in sides]
    numbers = [side for side in (left, right) if not values.is_matrix(side)]
    if values.shape(left) != values.shape(right) and not (numbers and numbers[0] == 0):
        raise values.WrongShape("%s against %s" % (values.shape(left), values.shape(right)))
    gap = values.each(lambda a, b: a - b, left, right)
    return [x for row in values.rows_of(gap) for x in row]


def element_verdicts(sides, scope, bound, first):
    """For each element of a link: -1, 0 or 1, the sign of left - right."""
    digits, previous, signs = first, None, {}
    while digits <= max(oracle.MOST_DIGITS, 8 * first):
        with mp.workdps(digits):
            gaps = difference(sides, oracle.Scope(scope.document, scope.fixed), bound)
        for i, gap in enumerate(gaps):
            old = previous[i] if previous else None
            if old is None or i in signs:
                continue
            if gap == 0 == old or abs(gap) < abs(old) * mpf(10) ** -15:
                signs[i] = 0
            elif abs(gap - old) < abs(gap) * mpf(10) ** -4:
                signs[i] = 1 if gap > 0 else -1
        if previous and len(signs) == len(gaps):
            return list(signs.values())
        previous, digits = gaps, 2 * digits
    raise ArithmeticError("not settled with %d digits" % digits)




def link_is_true(sides, relation, scope, bound, first):
    if relation == "≈":
        with mp.workdps(first):
            left, right = [values.number(oracle.evaluate(side, scope, bound)) for side in sides]
            text = sides[1][1] if sides[1][0] != "neg" else sides[1][1][1]
            places = len(text.partition(".")[2])
            return abs(left - right) <= mpf(10) ** -places / 2
    return all(oracle.compare(relation, sign, 0) for sign in element_verdicts(sides, scope, bound, first))


class Line:
    """A formula of a block, ready to be tried at points."""

    def __init__(self, document, text):
        self.document = document
        body, self.ranges = document.split_ranges(text)
        parser = document.parse(body)
        self.sides, self.relations = parser.chain()
        parser.done()

    def at(self, draw, digits):
        """True, False, or None where a side has no value; what has no value on one side only is false."""
        answer = None
        for bound in oracle.every(self.ranges, draw.scope, {}):
            for i, relation in enumerate(self.relations):
                pair = self.sides[i : i + 2]
                missing = [self.has_no_value(side, draw, bound, digits) for side in pair]
                if all(missing):
                    continue
                if any(missing) or not self.holds(pair, relation, draw, bound, digits):
                    return False
                answer = True
        return answer

    @staticmethod
    def holds(pair, relation, draw, bound, digits):
        try:
            return link_is_true(pair, relation, draw.scope, bound, digits)
        except values.NoValue:  # as more digits show
            return False

    @staticmethod
    def has_no_value(side, draw, bound, digits):
        try:
            with mp.workdps(digits):
                oracle.evaluate(side, oracle.Scope(draw.document, draw.fixed), bound)
        except values.NoValue:
            return True
        return False


def judge(block, line, seed, count):
    """How many of `count` points say true, false and nothing; the witness of the line is the first point."""
    document = Document(block.declarations)
    formula = Line(document, line.text)
    said = {True: 0, False: 0, None: 0}
    shapes = 0
    for trial in range(count):
        generator = random.Random("%s %s %s" % (seed, line.text, trial))
        witness = witness_of(line.witness) if trial == 0 else {}
        draw = Draw(document, generator, witness, block.near)
        try:
            answer = formula.at(draw, block.digits or draw.digits())
        except values.WrongShape:
            # With a size of 1 a column is a number too, which the oracle does not tell apart.
            shapes += 1
            answer = None if draw.has_size_one() else False
        said[answer] += 1
        if answer is False and block.kind != "true":
            break
    return said, shapes


def finding(job, seed, count):
    """What is wrong with a line of the bench, or nothing."""
    block, line = job
    if block.unchecked:
        return ""
    if block.kind in ("true", "nothing"):
        count = max(count // 10, 1)
    try:
        said, shapes = judge(block, line, seed, count)
    except (syntax.Unreadable, ArithmeticError) as problem:
        return str(problem)
    if block.kind in ("true", "nothing"):
        if said[False]:
            return "false at %d of %d points" % (said[False], count)
        return "" if said[True] or block.kind == "nothing" else "no value at any point"
    return "" if said[False] else "true at %d of %d points" % (said[True], count)
