"""A second reader of the derivation language, for the oracle only.

It shares nothing with the program's parser, so that a formula which the program reads in another way than
the documentation says shows up as a disagreement.  It reads what the bench's lines use: one line a
statement, indices with their ranges written out.  A tree is a tuple whose first member names its kind.
"""

import re

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"|(?P<name>leaky_relu|[^\W\d_][^\W_]*)"
    r"|(?P<sign>\.\.|\.\*|\./|\.\^|<=|>=|≤|≥|∂|[-+*⊙⊗/^'()\[\]{},;_=<>≈:|²³ᵀ]))"
)
RELATIONS = {"=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">=", "≈": "≈"}


class Unreadable(Exception):
    """The line is not in the part of the language that is read here."""


def tokens_of(text):
    text = re.sub(r"([\w\]})'])\s*\^[T⊤](?!\w)", r"\1ᵀ", text)
    tokens, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise Unreadable("no token at " + text[at:])
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


class Parser:
    """Recursive descent; each method stands for the rule of its name."""

    def __init__(self, text, functions=()):
        self.tokens, self.at, self.functions = tokens_of(text), 0, functions

    def sign(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at][1] if at < len(self.tokens) else None

    def take(self, *signs):
        if self.sign() in signs and self.tokens[self.at][0] != "number":
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def must(self, sign):
        if not self.take(sign):
            raise Unreadable("%s expected before %r" % (sign, self.tokens[self.at :]))

    def done(self):
        if self.at < len(self.tokens):
            raise Unreadable("left over: %r" % (self.tokens[self.at :],))

    def chain(self):
        """expression (relation expression)*: the expressions and the relations between them."""
        sides, relations = [self.whole()], []
        while self.sign() in RELATIONS:
            relations.append(RELATIONS[self.take(*RELATIONS)])
            sides.append(self.whole())
        return sides, relations

    def whole(self):
        tree = self.expression()
        if self.take("at"):
            places = []
            while True:
                name = self.name()
                self.must("=")
                places.append((name, self.expression()))
                if not self.take(","):
                    return ("at", tree, places)
        return tree

    def expression(self):
        tree = self.product()
        while self.sign() in ("+", "-"):
            sign = self.take("+", "-")
            tree = (sign, tree, self.product())
        return tree

    def product(self):
        tree = self.unary()
        while self.sign() in ("*", "⊙", "⊗", "/", "./", ".*"):
            sign = self.take("*", "⊙", "⊗", "/", "./", ".*")
            tree = ("⊙" if sign == ".*" else sign, tree, self.unary())
        return tree

    def unary(self):
        return ("neg", self.unary()) if self.take("-") else self.power()

    def power(self):
        tree = self.primary()
        while True:
            sign = self.take("'", "ᵀ", "^", ".^", "²", "³")
            if not sign:
                return tree
            if sign in "'ᵀ":
                tree = ("transpose", tree)
            elif sign in "²³":
                tree = ("^", tree, ("number", "2" if sign == "²" else "3"))
            else:
                negative = self.take("-")
                exponent = self.primary()
                if self.sign() in ("^", ".^"):
                    raise Unreadable("a power of a power without parentheses")
                tree = (sign, tree, ("neg", exponent) if negative else exponent)

    def primary(self):
        if self.at >= len(self.tokens):
            raise Unreadable("the formula ends too early")
        kind, text = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            return ("number", text)
        if self.take("("):
            tree = self.whole()
            self.must(")")
            return self.subscripts(tree)
        if self.take("["):
            return self.matrix()
        if self.take("∂"):
            return self.derivative()
        if text in ("sum", "prod") and self.sign(1) == "_":
            return self.sum(text)
        if kind != "name":
            raise Unreadable("an operand expected at %r" % (self.tokens[self.at :],))
        return self.subscripts(self.called(self.name()))

    def matrix(self):
        rows = [[]]
        while True:
            rows[-1].append(self.expression())
            if self.take("]"):
                return ("matrix", rows)
            if self.take(";"):
                rows.append([])
            else:
                self.must(",")

    def sum(self, text):
        self.at += 2
        ranges = self.braced_ranges()
        return (text, ranges, self.product())

    def braced_ranges(self):
        self.must("{")
        ranges = self.ranges()
        self.must("}")
        return ranges

    def ranges(self):
        """i = 1..m, j = 1..n"""
        found = []
        while True:
            name = self.name()[1]
            self.must("=")
            low = self.expression()
            self.must("..")
            found.append((name, low, self.expression()))
            if not self.take(","):
                return found

    def name(self):
        kind, text = self.tokens[self.at]
        if kind != "name":
            raise Unreadable("a name expected at %r" % (self.tokens[self.at :],))
        self.at += 1
        indices = []
        if self.take("["):
            indices.append(self.expression())
            while self.take(","):
                indices.append(self.expression())
            self.must("]")
        return ("name", text, tuple(indices))

    def called(self, name):
        primes = 0
        while self.sign(primes) == "'":
            primes += 1
        is_function = name[1] in self.functions
        if self.sign(primes) != "(" or (primes and not is_function) or not is_function:
            return name
        self.at += primes + 1
        if name[1] == "where":
            return self.cases()
        arguments = [self.whole()]
        while self.take(","):
            arguments.append(self.whole())
        self.must(")")
        return ("call", name, primes, arguments)

    def cases(self):
        found = []
        while True:
            left = self.expression()
            if self.sign() in RELATIONS:
                relation = RELATIONS[self.take(*RELATIONS)]
                right = self.expression()
                self.must(",")
                found.append(((relation, left, right), self.expression()))
            else:
                found.append((None, left))
            if self.take(")"):
                return ("where", found)
            self.must(",")

    def subscripts(self, tree):
        if not self.take("_"):
            return tree
        if self.take("{"):
            parts = [self.subscript()]
            while self.take(","):
                parts.append(self.subscript())
            self.must("}")
        else:
            kind, text = self.tokens[self.at]
            self.at += 1
            parts = [("number", text) if kind == "number" else ("name", text, ())]
        return ("element", tree, parts)

    def subscript(self):
        return None if self.take(":") else self.expression()

    def derivative(self):
        if self.take("∂"):
            above = self.derivative()
        elif self.sign() == "(":
            above = self.primary()
        else:
            above = self.subscripts(self.called(self.name()))
        self.must("/")
        self.must("∂")
        below, stacked = self.target()
        if above[0] == "call" and above[1][1] == "vec":
            above, stacked = above[3][0], True
        return ("partial", above, below, stacked)

    def target(self):
        if self.sign() == "vec" and self.sign(1) == "(":
            self.at += 2
            tree = self.subscripts(self.name())
            self.must(")")
            return tree, True
        if self.take("("):
            tree = self.subscripts(self.name())
            self.must(")")
            return tree, False
        return self.subscripts(self.name()), False
