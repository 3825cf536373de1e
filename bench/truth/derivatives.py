"""Derivatives to be held against the oracle, drawn anew for every seed: blocks whose lines say `D = 0`.

Nothing is claimed by them; tests/derivatives_mpmath.py asks what the program computes for D.  Each class has
templates in which these stand for what is drawn: $F a smooth function, $K one with a kink, $H one that
saturates, $C a decimal number, $N a large one, $G(...) a formula of one number.  The classes are about gradients, Jacobians,
differentials and derivatives of derivatives to the third order, through whatever the language has; and about
places where a difference quotient goes wrong: beside a kink, in waves far shorter than any step, where units
saturate.
"""

import pathlib
import random
import re

import decks

try:
    import formulas
except ImportError:  # there is no SymPy, hence no class of random trees
    formulas = None

SMOOTH = ["sin", "cos", "tanh", "sigmoid", "softplus", "silu", "gelu", "exp"]
SATURATING = ["sigmoid", "tanh", "softplus", "silu", "gelu"]
KINKED = ["relu", "abs", "leaky_relu", "elu"]
SCALAR = ["sin(%s)", "tanh(%s)", "exp(-(%s)^2)", "log(1 + (%s)^2)", "(%s)^2", "(%s)^3", "sqrt(1 + (%s)^2)",
          "sigmoid(%s)", "1/(2 + sin(%s))", "(%s)"]  # fmt: skip

MATRICES = [
    "given A, B : 2 x 2",
    "given C : 3 x 3",
    "given S : 3 x 3 in spd",
    "given T : 2 x 2 in spd",
    "given x, y : 3",
    "given Z : 3 x 2",
    "given s, t : number",
    "given p : 3 in positive",
]
FAMILY = [
    "size n[0] in 1..3",
    "size n[1] in 1..3",
    "size n[2] in 1..2",
    "size m in 1..3",
    "given X : n[0] x m",
    "given Y : n[2] x m",
    "given W[l] : n[l] x n[l-1] for l = 1..2",
    "given b[l] : n[l] for l = 1..2",
    "let A[0] = X",
    "let Z[l] = W[l]*A[l-1] + b[l] for l = 1..2",
]
DRAWN = [
    "given g, h : function",
    "given x, y : number",
    "given v : 2",
    "given A : 2 x 2",
    "let f(t) = g(h(t))",
    "let k(t) = t*g(t) - h(t)^2",
]

KINKS = ["given e : number in {$EDGES}", "given a, q : number", "given v : 2"]
WAVES = ["given x, y : number", "given v : 2", "let w(t) = sin($N*t) + t^2"]
SATURATED = ["given z : number in {$ENDS}", "given x : number in (0.5, 1.5)", "given v : 2", "given A : 2 x 2"]

# Of the first order, of the second, of the third.
MATRIX_LINES = [
    [
        "∂($G(log(det(S))))/∂S", "∂($G(det(C)))/∂C", "∂tr(inv(S)*C)/∂S", "∂($G(x'*inv(S)*y))/∂S",
        "∂($G(norm(C*x - y)))/∂C", "∂vec(inv(A))/∂vec(A)", "∂vec(A*T*A')/∂vec(A)", "∂softmax(x)/∂x",
        "∂sum(Z ⊙ log(softmax(C*Z)))/∂C", "∂(x/norm(x))/∂x", "∂(x*y'*x)/∂x", "∂tr(A*B*A^3)/∂A",
        "∂($G(tr(A'*B)/tr(T)))/∂T", "∂$F(C*x)/∂x", "∂sum($F(A*B))/∂A", "∂vec(A ⊗ B)/∂vec(B)",
        "∂rowsum($F(Z))/∂Z_{:,1}", "∂($G(mean(Z'*C*Z)))/∂Z", "∂sum(diag($F(x))*C*diag(y))/∂x",
        "∂sum(p .^ 1.5 ./ (1 + p))/∂p", "∂log(sum(exp(C*x)))/∂x", "d($G(det(A*B)))", "d(inv(A + 3*I(2)))",
        "d(softmax(Z))", "d(C*x + $F(y))", "d(log(det(S)) + norm(x))", "∂(sum_{i=1..3} $G(x_i)*y_i)/∂x",
        "∂(sum_{i=1..3, j=1..2} C_{i,j}*Z_{i,j}^2)/∂C", "∂($G(x_1*x_2/(1 + x_3^2)))/∂x_2", "∂($G(s*t))/∂s",
        "∂((inv(T)*A*T)_{1,2})/∂T", "(∂($G(det(C)))/∂C)_{2,3}", "∂sqrt(x'*S*x)/∂x", "∂($G(norm(A*B)^2))/∂B",
    ],
    [
        "∂(∂log(det(T))/∂T)/∂T", "∂(∂($G(det(A)))/∂A)/∂A", "∂(∂($G(x'*S*x))/∂x)/∂x", "∂(∂norm(x)/∂x)/∂x",
        "∂(∂log(sum(exp(x)))/∂x)/∂x", "∂(∂tr(inv(T)*A)/∂T)/∂T", "∂(∂sum(softmax(x) ⊙ y)/∂x)/∂x",
        "d(∂($G(det(A)))/∂A)", "d(d($G(s*t)))", "∂(∂($G(s*t))/∂s)/∂t", "d(d(x'*C*x))", "∂(d(norm(A)))/∂A",
        "∂(x'*(∂($G(x'*y))/∂x))/∂y", "∂(∂sum($F(A*B))/∂A)/∂B",
    ],
    [
        "∂(∂(∂log(det(T))/∂T)/∂T)/∂T_{1,2}", "∂(∂(∂($G(s*t))/∂s)/∂t)/∂s", "∂(∂(∂norm(x)/∂x)/∂x)/∂x_1",
        "∂(∂(∂($G(det(A)))/∂A)/∂A_{1,1})/∂A_{2,2}", "∂(∂(∂log(sum(exp(x)))/∂x)/∂x_2)/∂x_1",
        "d(d(d($G(s*t))))", "∂(∂(∂(1/(x'*x))/∂x_1)/∂x_2)/∂x_3",
        "∂(∂(∂(inv(T)_{1,1})/∂T_{1,1})/∂T_{2,2})/∂T_{1,2}",
    ],
]  # fmt: skip
FAMILY_LINES = [
    [
        "∂J/∂W[l]", "∂J/∂b[l]", "∂J/∂Z[l]", "∂J/∂A[1]", "∂A[2]/∂Z[2]", "∂vec(Z[2])/∂vec(W[1])", "d(J)",
        "d(A[2])", "∂J/∂X_{:,1}", "∂J/∂W[2]_{1,1}", "∂(J at W[1] = 2*W[1])/∂W[2]",
    ],
    [
        "∂(∂J/∂W[2])/∂b[1]", "d(∂J/∂W[1])", "∂(∂J/∂b[2])/∂W[2]", "d(d(J))",
    ],
    [
        "∂(∂(∂J/∂W[2]_{1,1})/∂W[1]_{1,1})/∂b[1]", "d(∂(∂J/∂b[2])/∂b[2])",
    ],
]  # fmt: skip
DRAWN_LINES = [
    [
        "g'(x)", "f'(x)", "k'(y)", "∂g(x*y)/∂x", "∂sum(g(A*v))/∂A", "∂$F(g(x) + y)/∂x", "g'(A)", "d(h(x*y))",
        "∂g'(x)/∂y + g'(x*y)",
    ],
    [
        "g''(x)", "f''(x)", "k''(y)", "∂g'(x*y)/∂x", "∂(∂g(x*y)/∂x)/∂y", "∂(∂sum(g(A*v))/∂v)/∂v",
        "d(f'(x*y))",
    ],
    [
        "g'''(x)", "f'''(x)", "k'''(y)", "∂g''(x*y)/∂y", "∂(∂g'(x*y)/∂x)/∂y",
    ],
]  # fmt: skip
KINK_LINES = [
    [
        "∂$K(e)/∂e", "$K'(e)", "∂max(e, $C*e)/∂e", "∂min(e^2, e)/∂e", "∂where(e > 0, $G(e), $C*e)/∂e",
        "∂$K(a*(e + q))/∂a", "∂sum($K(e*ones(2) + v))/∂v", "d(max(abs(e), $C*e^2))", "∂$K(1 + e - a/a)/∂e",
        "∂sqrt(abs(e))/∂e", "∂log(e^2)/∂e", "∂($K(e)*$F(a))/∂a", "∂max($K(e), a)/∂e",
    ],
    [
        "$K''(e)", "∂(∂($K(e)*e^2)/∂e)/∂e", "∂(∂where(e > 0, $G(e), e^3)/∂e)/∂e", "∂(∂max(e*a, e*a^2)/∂e)/∂a",
    ],
    [
        "∂$K''(e)/∂e", "∂(∂(∂(abs(e)^3)/∂e)/∂e)/∂e",
    ],
]  # fmt: skip
WAVE_LINES = [
    [
        "∂sin($N*x)/∂x", "∂(x^3 + 0.000001*sin($N*x))/∂x", "∂($G(cos($N*x)*y))/∂x", "∂exp(sin($N*x))/∂x",
        "d(sin($N*x*y))", "∂sum(sin($N*v))/∂v", "∂sigmoid(cos($N*x))/∂x", "∂softmax(sin($N*v))/∂v",
        "w'($N*x)",
    ],
    [
        "∂(∂(x^3 + 0.000001*sin($N*x))/∂x)/∂x", "∂(∂(sin($N*x)*$F(y))/∂x)/∂y", "w''(x)",
    ],
    [
        "∂(∂(∂(x^3 + 0.000001*sin($N*x))/∂x)/∂x)/∂x", "w'''(x)",
    ],
]  # fmt: skip
SATURATED_LINES = [
    [
        "$H'(z)", "∂$H(z*x)/∂x", "∂softmax(z*v)/∂v", "∂log(softmax(z*v))/∂v", "∂sum($H(z*(A*v)))/∂A",
        "$H'(z)*$H'(-z)", "∂exp(-z*x^2)/∂x", "d($H(z*x)*$H(-z*x))", "∂(1/(1 + exp(z*x)))/∂x",
        "∂log(1 + exp(-z*x))/∂x",
    ],
    [
        "$H''(z)", "∂(∂$H(z*x)/∂x)/∂x", "∂(∂log(sum(exp(z*v)))/∂v)/∂v", "∂$H'(z*x)/∂x",
    ],
    [
        "$H'''(z)", "∂(∂(∂$H(z*x)/∂x)/∂x)/∂x",
    ],
]  # fmt: skip

CLASSES = {
    "matrices": (MATRICES, MATRIX_LINES),
    "families": (FAMILY, FAMILY_LINES),
    "drawn": (DRAWN, DRAWN_LINES),
    "kinks": (KINKS, KINK_LINES),
    "waves": (WAVES, WAVE_LINES),
    "saturated": (SATURATED, SATURATED_LINES),
    "trees": (["given x, y, z : number"], None),
}  # fmt: skip
LINES_A_BLOCK = 8


class Filler:
    """Puts drawn pieces in place of the letters of a template."""

    def __init__(self, generator):
        self.random = generator

    def wrapped(self, text):
        """A formula in place of $G, around what stands in its brackets."""
        while "$G(" in text:
            start = text.index("$G(")
            end, depth = start + 3, 1
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            text = text[:start] + self.random.choice(SCALAR) % text[start + 3 : end - 1] + text[end:]
        return text

    def number(self):
        return "%d.%d" % (self.random.randint(0, 4), self.random.randint(1, 99))

    def large(self):
        return self.random.choice(["1000000", "411774.5", "12345678901.5", "1000000000000", "1000000000000000"])

    def edges(self):
        """Just beside a kink at 0, and some farther away."""
        far = [self.random.choice(["", "-"]) + "0.%s1" % ("0" * n) for n in self.random.sample(range(0, 40), 5)]
        return ", ".join(far)

    def ends(self):
        return ", ".join(self.random.sample(["95", "40", "800", "20", "300", "-95", "-30", "-800", "2000"], 4))

    def filled(self, template):
        draw = {
            "F": lambda: self.random.choice(SMOOTH),
            "K": lambda: self.random.choice(KINKED),
            "H": lambda: self.random.choice(SATURATING),
            "C": self.number,
            "N": self.large,
            "EDGES": self.edges,
            "ENDS": self.ends,
        }
        return re.sub(r"\$([A-Z]+)", lambda match: draw[match.group(1)](), self.wrapped(template))


def tree_line(generator, order):
    """A random formula of three numbers, differentiated by some of them."""
    depth = generator.choice([2, 3, 3]) if order < 3 else 2
    text = formulas.Builder(generator, formulas.NUMBERS).tree(depth).text
    for _ in range(order):
        text = "∂(%s)/∂%s" % (text, generator.choice("xyz"))
    return text


def block_of(name, seed, number):
    """Some lines of a class; in a family the functions of the layers are drawn, too."""
    generator = random.Random("%s %s %d" % (seed, name, number))
    declarations, orders = CLASSES[name]
    filler = Filler(generator)
    if name == "families":
        declarations = declarations + [
            "let A[l] = %s(Z[l]) for l = 1..2" % generator.choice(SMOOTH[:-1] + KINKED),
            generator.choice(["let J = sum((A[2] - Y) ⊙ (A[2] - Y))", "let J = mean(log(1 + exp(-Y ⊙ A[2])))",
                              "let J = norm(A[2] - Y)", "let J = sum_{i=1..m} (A[2]_{1,i} - Y_{1,i})^2"]),
        ]  # fmt: skip
    declarations = [filler.filled(text) for text in declarations]
    block = decks.Block(pathlib.Path(name + ".txt"), "true", 1, declarations, [])
    block.order = [(i, text) for i, text in enumerate(declarations, 1)]
    for i in range(LINES_A_BLOCK):
        order = generator.choice([1, 1, 1, 2, 2, 3])
        text = tree_line(generator, order) if orders is None else filler.filled(generator.choice(orders[order - 1]))
        line = decks.Line(len(declarations) + 1 + i, text + " = 0", str(order), "")
        block.lines.append(line)
        block.order.append((line.number, line))
    return block


def blocks(seed, count):
    """At least COUNT lines, the classes in turn."""
    names = [name for name in CLASSES if name != "trees" or formulas]
    return [block_of(names[i % len(names)], seed, i // len(names)) for i in range(-(-count // LINES_A_BLOCK))]
