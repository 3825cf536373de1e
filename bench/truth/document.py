"""The declarations of a block, read for the oracle.

A network line is spelled out into the sizes, givens and lets that the documentation lists for it.
"""

import re

import oracle
import syntax
import values


class Document:
    """What a block declares."""

    def __init__(self, declarations):
        self.sizes, self.givens, self.lets, self.formulas, self.written = {}, [], {}, {}, {}
        self.names, self.functions = set(), {"d", "where"} | set(values.ELEMENTWISE) | set(values.WHOLE)
        self.numerator, self.vary, self.directions = False, None, {}
        for text in declarations:
            self.declare(text)

    def declare(self, text):
        word, _, rest = text.partition(" ")
        getattr(self, "declare_" + word)(rest.strip())

    def declare_note(self, rest):
        pass

    declare_title = declare_source = declare_note

    def declare_layout(self, rest):
        self.numerator = rest == "numerator"

    def declare_vary(self, rest):
        self.vary = None if rest == "all" else [self.parse(name).name() for name in rest.split(",")]

    def parse(self, text):
        return syntax.Parser(text, self.functions)

    def expression(self, text):
        parser = self.parse(text)
        tree = parser.whole()
        parser.done()
        return tree

    def split_ranges(self, text):
        body, ranges = re.split(r"\s+for\s+(?=\w+\s*=)", text, maxsplit=1), []
        if len(body) == 2:
            parser = self.parse(body[1])
            ranges = parser.ranges()
            parser.done()
        return body[0], ranges

    def declare_size(self, rest):
        name, _, span = rest.partition(" in " if " in " in rest else "=")
        low, _, high = span.partition("..")
        tree = self.parse(name).name()
        self.names.add(tree[1])
        self.sizes[(tree[1], *(int(index[1]) for index in tree[2]))] = (int(low), int(high or low))

    def declare_given(self, rest):
        rest, ranges = self.split_ranges(rest)
        names, _, kind = rest.partition(":")
        kind, _, domain = (part.strip() for part in kind.strip().partition(" in "))
        parser, found = self.parse(names), []
        while not found or parser.take(","):
            found.append(parser.name())
        self.names.update(name[1] for name in found)
        if kind == "function":
            self.functions.update(name[1] for name in found)
            shape = kind
        else:
            shape = [] if kind == "number" else [self.expression(part) for part in kind.split(" x ")]
        self.givens += [(name, shape, domain, ranges) for name in found]

    def declare_let(self, rest):
        rest, ranges = self.split_ranges(rest)
        head, _, body = rest.partition("=")
        call = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", head)
        if call:
            self.functions.add(call.group(1))
            letters = [letter.strip() for letter in call.group(2).split(",")]
            self.formulas[call.group(1)] = (letters, self.expression(body))
            return
        name = self.parse(head).name()
        tree = self.expression(body)
        self.names.add(name[1])
        if tree[0] == "name" and tree[1] in self.functions:
            self.functions.add(name[1])
        self.lets.setdefault(name[1], []).insert(0, (name[2], ranges, tree))

    def declare_write(self, rest):
        head, _, body = rest.partition(" for ")
        name = self.parse(head).name()
        self.names.add(name[1])
        self.written[name[1]] = (name[2], self.expression(body))

    def declare_network(self, rest):
        layers, *settings = [part.strip() for part in rest.split(",")]
        sizes = [part.split() for part in layers.split(" - ")]
        samples = next((s.split()[0] for s in settings if s.endswith("samples")), "1")
        count = len(sizes) - 1
        for l, part in enumerate(sizes):
            self.declare("size n[%d] = %s" % (l, part[0]))
        self.declare("size L = %d" % count)
        if samples.isdigit():
            self.declare("size m = " + samples)
        last = sizes[-1][1]
        if "cross-entropy" not in settings or last not in ("softmax", "sigmoid"):
            raise syntax.Unreadable("only the cross-entropy of a sigmoid or softmax is known here")
        self.declare("given X : n[0] x m")
        self.declare("given Y : n[%d] x m in %s" % (count, "onehot" if last == "softmax" else "{0, 1}"))
        self.declare("given W[l] : n[l] x n[l-1] for l = 1..L")
        self.declare("given b[l] : n[l] for l = 1..L")
        self.declare("let A[0] = X")
        for l, part in enumerate(sizes[1:], 1):
            self.declare("let g[%d] = %s" % (l, part[1]))
            self.declare("let Z[%d] = W[%d]*A[%d] + b[%d]" % (l, l, l - 1, l))
            self.declare("let A[%d] = %s(Z[%d])" % (l, part[1], l))
        loss = "Y ⊙ log(A[L])" + (" + (1 - Y) ⊙ log(1 - A[L])" if last == "sigmoid" else "")
        self.declare("let loss = -colsum(%s)" % loss)
        self.declare("let J = mean(loss)")

    def varies(self, key):
        if self.vary is None:
            return True
        return any(key[0] == name[1] for name in self.vary)
