#!/usr/bin/env python3
"""What strangers could send to burst the program: nothing grows faster than n log n before a limit says so.

    hostile.py PROGRAM [NAME]    writes each input in three sizes, each four times the one before, and runs it (TAP)

A row of the table is a way to blow up.  Its three runs must end by themselves with one of the exit statuses of the
program, within the time and memory that it was given, and either in proportion (eight times the time and memory for four
times the text, where it can be measured at all) or with a message that names a limit.  Time is what the processor spends, which
does not hang on what else the machine does.
"""

import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import share  # noqa: E402
import tap  # noqa: E402

SECONDS, MEMORY = 2, 256 << 20
SLACK_SECONDS, SLACK_MEMORY = 3, 192 << 20  # to start, to end one call of a library, to write; libraries and stacks
NOISE = 0.25  # seconds below which nothing is compared
ROOM, NOISE_ROOM = 16 << 20, 24 << 20  # bytes of a program that has nothing to do, and those below which nothing is compared
GROWTH = 8  # n log n for four times as much is at most 4.6 at these sizes; the rest is noise
SQUARE, CUBE = 30, 120  # the same where n is a size, and the matrices themselves have n² numbers, or a product n³
LIMIT = re.compile(r"limit|too (deep|long|large|many|big)|(?<!explain )at most|longer than|larger than|deeper|more than(?! truncation)|shorter|never "
                   r"comes to an end|memory ran out|time ran out|time was up")


def towers(n):
    return "given x : number\nlet a0 = x\n" + "".join(f"let a{k} = a{k - 1}*a{k - 1} + x\n" for k in range(1, n)) + \
        f"claim a{n - 1} = a{n - 1}\n"


def functions(n):
    return "given x : number\nlet f0(t) = t + 1\n" + \
        "".join(f"let f{k}(t) = f{k - 1}(f{k - 1}(t))\n" for k in range(1, n)) + f"claim f{n - 1}(x) = x\n"


def sums(n):
    open_ = "".join(f"sum_{{i{k}=1..2}} (" for k in range(n))
    return "given x : 999\nclaim " + open_ + "x_{" + "+".join(f"i{k}" for k in range(n)) + "}" + ")" * n + " = 1\n"


def derivatives(n):
    return "given x : number\nclaim " + "∂(" * n + "exp(x*x)" + ")/∂x" * n + " = exp(x)\n"


def forks(n):
    """A derivative at the end of a chain each step of which uses the one before it twice."""
    return ("import numpy as np\nclass N:\n  def __init__(self):\n    self.W1 = np.zeros((3, 4))\n    self.b1 = np.zeros((1, 4))\n"
            "  def forward(self, X):\n    self.z1 = X @ self.W1 + self.b1\n    self.a1 = np.tanh(self.z1)\n    return self.a1\n"
            "  def backward(self, X, y):\n    q0 = self.a1 * 2\n" + "".join(f"    q{k} = q{k - 1} * q{k - 1} + q{k - 1}\n" for k in range(1, n + 1)) +
            f"    r = q{n} + self.a1\n    dW1 = X.T @ (r * (1 - self.a1**2))\n    db1 = np.sum(r, axis=0, keepdims=True)\n"
            "    self.W1 -= 0.1 * dW1\n    self.b1 -= 0.1 * db1\n")


# name, smallest n, a function from n to the text, the file's name with the place in it, the words before it; how much four
# times as much takes
DERIV = ["verify", "--time-limit", str(SECONDS), "--memory-limit", f"{MEMORY >> 20}MiB"]
EXPLAIN = ["explain", *DERIV[1:]]
TABLE = [
    ("brackets", 400, lambda n: "given x : number\nclaim " + "(" * n + "x" + ")" * n + " = x\n", "a.deriv", DERIV),
    ("open brackets", 4000, lambda n: "given x : number\nclaim " + "(" * n + "x = x\n", "a.deriv", DERIV),
    ("signs", 4000, lambda n: "given x : number\nclaim " + "-" * n + "x = x\n", "a.deriv", DERIV),
    ("transposes", 4000, lambda n: "given x : 2 x 2\nclaim x" + "'" * n + " = x\n", "a.deriv", DERIV),
    ("a long sum", 2000, lambda n: "given x : number\nclaim " + "x + " * n + f"x = {n + 1}*x\n", "a.deriv", DERIV),
    ("a sum of elements", 1000, lambda n: "given x, y : n\nclaim " + "x_{i} + " * n + "x = 1\n", "a.deriv", DERIV),
    ("a sum of parts", 1000, lambda n: "given x, y : n\nclaim " + "x_1 + " * n + "x = 1\n", "a.deriv", DERIV),
    ("a sum of pairs", 500, lambda n: "given x, y : n\nclaim " + "δ_{ij} + " * n + "x = 1\n", "a.deriv", DERIV),
    ("raised letters", 2000, lambda n: "given x, y : n\nclaim " + "x^" * n + "x = 1\n", "a.deriv", DERIV),
    ("a sum of derivatives", 500, lambda n: "given x, y : n\nclaim " + "d x / d y + " * n + "x = 1\n", "a.deriv", DERIV),
    ("sums of letters", 1000, lambda n: "given x, y : n\nclaim " + "sum_{j} " * n + "x = 1\n", "a.deriv", DERIV),
    ("a sum of softmax", 300, lambda n: "given x, y : n\nclaim " + "softmax(x)_i + " * n + "x = 1\n", "a.deriv", DERIV),
    ("lines of undeclared names", 2000, lambda n: "dW = 1/m * dZ * A^T\n" * n, "a.txt", DERIV),
    ("claims of a declared name", 2000, lambda n: "given W : 2 x 3\nclaim dW = W * dZ\n" + "claim W * dW = dZ * W\n" * n, "a.deriv", DERIV),
    ("givens on a line", 1000, lambda n: "given x, y : n\n" + "given " * n + "\nclaim x = x\n", "a.deriv", DERIV),
    ("shapes on a line", 2000, lambda n: "given x, y : n\n" + "x : n " * n + "\nclaim x = x\n", "a.deriv", DERIV),
    ("a long product", 300, lambda n: "given X : 3 x 3\nclaim " + "X*" * n + "X = X\n", "a.deriv", DERIV),
    ("a long chain", 300, lambda n: "given x : number\nclaim x" + " = x" * n + "\n", "a.deriv", DERIV),
    ("powers of powers", 8, lambda n: "given x : number\nclaim " + "(" * n + "x" + "^9)" * n + " = x\n", "a.deriv",
     DERIV),
    ("kron of kron", 3, lambda n: "given A : 3 x 3\nclaim " + "kron(A, " * n + "A" + ")" * n + " = A\n", "a.deriv",
     DERIV),
    ("a square of squares", 8, towers, "a.deriv", DERIV),
    ("functions of functions", 5, functions, "a.deriv", DERIV),
    ("sums in sums", 2, sums, "a.deriv", DERIV),
    ("derivatives in derivatives", 1, derivatives, "a.deriv", DERIV),
    ("a family", 20000, lambda n: f"given x[l] : number for l = 1..{n}\nclaim x[l] = x[l] for l = 1..{n}\n", "a.deriv",
     DERIV),
    ("a recursion", 200, lambda n: f"given x : number\nlet h[0] = x\nlet h[t] = tanh(h[t-1]) for t = 1..{n}\n"
     f"claim ∂h[{n}]/∂x = 1\n", "a.deriv", DERIV),
    ("a size", 400, lambda n: f"size n = {n}\ngiven x : n\nclaim ∂(x'*x)/∂x = 2*x'\n", "a.deriv", DERIV,
     SQUARE),
    ("a Jacobian", 10, lambda n: f"size n = {n}\ngiven X : n x n\nclaim ∂(X*X)/∂X = 1\n", "a.deriv", DERIV),
    ("an inverse", 12, lambda n: f"size n = {n}\ngiven X : n x n\nclaim inv(X)*X = I(n)\n", "a.deriv", DERIV,
     CUBE),
    ("a determinant", 10, lambda n: f"size n = {n}\ngiven X : n x n\nclaim ∂det(X)/∂X = det(X)*inv(X)'\n", "a.deriv",
     DERIV, CUBE),
    ("a set", 5, lambda n: f"given y : {n} in {{0, 1}}\nclaim sum(y) <= {n}\n", "a.deriv", DERIV),
    ("decisions", 20, lambda n: f"given x : {n}\nclaim sum(relu(x)) >= 0\n", "a.deriv", DERIV),
    ("nested decisions", 6, lambda n: "given x : number\nclaim " + "".join(f"where(x > {k}, " for k in range(n)) + "1" +
     ", 0)" * n + " = 0\n", "a.deriv", DERIV),
    ("errors", 500, lambda n: "claim (\n" * n, "a.deriv", DERIV),
    ("undeclared names", 500, lambda n: "".join(f"claim a{k} = b{k}\n" for k in range(n)), "a.deriv", DERIV),
    ("failing lines", 20, lambda n: "given A, B : 2 x 2\n" + "claim A*B = B*A\n" * n, "a.deriv", DERIV),
    ("sizes", 100, lambda n: "".join(f"size a{k} in 2..3\n" for k in range(n)) + "given x : number\n" + "claim x = 2*x + 1\n" * 200, "a.deriv",
     [*DERIV, "--hints=no"]),
    ("definitions", 500, lambda n: "given x : number\n" + "".join(f"let a{k} = x + {k}\n" for k in range(n)) +
     "claim a0 = x\n", "a.deriv", DERIV),
    ("what names stand for", 2000, lambda n: "given x : number\n" + "".join(f"write v{k} for x\n" for k in range(n)) + "claim v1 = x\n",
     "a.deriv", DERIV),
    ("a long name", 20000, lambda n: "given " + "a" * n + " : number\nclaim " + "a" * n + " = 1\n", "a.deriv", DERIV),
    ("a long number", 5000, lambda n: "given x : number\nclaim x = 1" + "0" * n + "\n", "a.deriv", DERIV),
    ("a long fraction", 200000, lambda n: "given x : number\nclaim x = 0." + "1" * n + "\n", "a.deriv", DERIV),
    ("a long line", 50000, lambda n: "# " + "z" * n + "\nclaim 1 = 1\n", "a.deriv", DERIV),
    ("empty lines", 100000, lambda n: "\n" * n + "claim 1 = 1\n", "a.deriv", DERIV),
    ("layers", 40, lambda n: "network 2" + " - 2 tanh" * n + " - 1 sigmoid\nclaim dZ[1] = dZ[1]\n", "a.deriv", DERIV),
    ("a wide network", 20, lambda n: f"network {n} - {n} tanh - 1 sigmoid\nclaim ∂J/∂W[1] = ∂J/∂Z[1]*X'\n", "a.deriv",
     DERIV),
    ("a worked matrix", 20, lambda n: f"given A : {n} x {n}\nclaim A*A = A\n", "a.deriv:2", EXPLAIN, CUBE),
    ("a worked matrix on a page", 20, lambda n: f"given A : {n} x {n}\nclaim A*A = A\n", "a.deriv:2",
     [*EXPLAIN, "--format", "html"], CUBE),
    ("a worked product", 50, lambda n: "given A : 30 x 30\nclaim " + "A*" * n + "A = A\n", "a.deriv:2", EXPLAIN),
    ("a worked sum", 40, lambda n: f"given x : {n}\nclaim sum_{{i=1..{n}}} (sum_{{j=1..{n}}} (x_i*x_j)) = 1\n", "a.deriv:2", EXPLAIN, SQUARE),
    ("a worked family", 500, lambda n: f"given x[l] : 9 x 9 for l = 1..{n}\nclaim x[l] = 2*x[l] for l = 1..{n}\n", "a.deriv:2", EXPLAIN),
    ("worked definitions", 100, lambda n: "given a0 : 9 x 9\n" + "".join(f"let a{k} = a{k - 1} + a0\n" for k in range(1, n)) +
     f"claim \"last\" a{n - 1} = a0\n", "a.deriv:last", EXPLAIN),
    ("a worked kron of kron", 2, lambda n: "given A : 3 x 3\nclaim " + "kron(A, " * n + "A" + ")" * n + " = A\n", "a.deriv:2", EXPLAIN),
    ("traced lines", 200, lambda n: "given A, B : n x n\n" + "claim A*B*A = B*A*B\n" * n, "a.deriv",
     ["trace", *DERIV[1:]]),
    ("dollars", 62500, lambda n: "$" * n, "a.md", DERIV),
    ("formulas", 2000, lambda n: "$x = x$ and $y$.\n" * n, "a.md", DERIV),
    ("a note that is written down", 400, lambda n: "$x = x$ and $$y = z$$ $dW^{[1]} = dZ^{[1]}X^T$\n\n" * n, "a.md", ["read", *DERIV[1:]]),
    ("open braces", 10000, lambda n: "$x = " + "{" * n + "$", "a.tex", DERIV),
    ("braces in braces", 10000, lambda n: "$x = " + "{" * n + "x" + "}" * n + "$", "a.tex", DERIV),
    ("indices of indices", 10000, lambda n: "$x = " + "x_{" * n + "$", "a.md", DERIV),
    ("fractions of fractions", 10000, lambda n: "$x = " + "\\frac{" * n + "$", "a.md", DERIV),
    ("brackets of LaTeX", 10000, lambda n: "$x = " + "(" * n + "x" + ")" * n + "$", "a.tex", DERIV),
    ("large brackets", 10000, lambda n: "$x = " + "\\left(" * n + "x$", "a.tex", DERIV),
    ("long formulas", 2, lambda n: ("$x = " + "x_{" * 3000 + "$\n") * n, "a.md", DERIV),
    ("long sums", 2, lambda n: ("$x = " + "x + \\frac{x}{2}" * 500 + "x$\n") * n, "a.md", DERIV),
    ("environments", 10000, lambda n: "\\begin{align}" * n, "a.tex", DERIV),
    ("macros", 2000, lambda n: "".join(f"\\newcommand{{\\a{'b' * (k % 50)}}}{{x}}\n" for k in range(n)) + "$x = \\a$\n", "a.tex", DERIV),
    ("fences", 10000, lambda n: "```python\n" * n, "a.md", DERIV),
    ("backticks", 62500, lambda n: "`" * n, "a.md", DERIV),
    ("a table of Markdown", 5000, lambda n: "| $x$ " * n, "a.md", DERIV),
    ("brackets of a program", 20000, lambda n: "x = " + "(" * n + "\n", "a.py", DERIV),
    ("statements of a program", 200, lambda n: "import numpy as np\nA = X @ W\n" + "A = np.tanh(A)\n" * n + "dW = X.T @ A\n", "a.py",
     DERIV),
    ("functions of a program", 50, lambda n: "".join(f"def f{k}(x):\n    return f{k + 1}(x) + f{k + 1}(x)\n" for k in range(n)) + "y = f0(x)\n",
     "a.py", DERIV),
    ("a way back that forks", 8, forks, "a.py", DERIV),
    ("loops in loops", 4, lambda n: "import numpy as np\n" + "".join(" " * k + f"for i{k} in range(9):\n" for k in range(n)) + " " * n + "x = x + W\n",
     "a.py", DERIV),
    ("cells", 2000, lambda n: '{"nbformat": 4, "cells": [' + ", ".join(['{"cell_type": "markdown", "source": ["$x = x$"]}'] * n) + "]}", "a.ipynb",
     DERIV),
    ("lists in lists of JSON", 60000, lambda n: '{"cells": ' + "[" * n, "a.ipynb", DERIV),
    ("a sample", 5000, lambda n: "x1,x2,y1\n" + "0.5,0.25,1\n" * n, "a.csv",
     ["net", "2 - 2 tanh - 1 sigmoid", "--time-limit", str(SECONDS), "--memory-limit", f"{MEMORY >> 20}MiB", "--data"]),
    ("columns", 1000, lambda n: ",".join(f"x{k}" for k in range(n)) + "\n" + ",".join(["1"] * n) + "\n", "a.csv",
     ["net", "2 - 2 tanh - 1 sigmoid", "--time-limit", str(SECONDS), "--memory-limit", f"{MEMORY >> 20}MiB", "--data"]),
]


def limit():
    """Of the child, for what its own limit does not reach."""
    seconds = int((SECONDS + SLACK_SECONDS + 1) * multiplier())
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def multiplier():
    return float(os.environ.get("CK_TIMEOUT_MULTIPLIER", "8" if "ASAN_OPTIONS" in os.environ else "1"))


def run(program, words, path, place=""):
    """Exit status, seconds of processor, bytes, and all that was said."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen([program, *words, path.name + place], cwd=path.parent, stdout=said, stderr=subprocess.STDOUT,
                                 preexec_fn=limit)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10, text


def names_limit(text):
    """Whether a limit is told; what is told of a line that fails names none."""
    return LIMIT.search(" ".join(text.split()))


def problems(rows, growth):
    """What is wrong with the runs of one way to blow up: (n, status, seconds, bytes, text)."""
    found = []
    for n, status, seconds, size, text in rows:
        limited = names_limit(text)
        if status not in (0, 1, 2, 3):
            found.append(f"{n}: ended with {status}")
        if seconds > (SECONDS + SLACK_SECONDS) * multiplier():
            found.append(f"{n}: took {seconds:.1f} s")
        if size > MEMORY + SLACK_MEMORY and "ASAN_OPTIONS" not in os.environ:
            found.append(f"{n}: took {size >> 20} MiB")
        if len(text) > 4 << 20:
            found.append(f"{n}: said {len(text)} bytes")
        if status == 2 and not text.strip():
            found.append(f"{n}: said nothing")
        if seconds > (SECONDS + 1) * multiplier() and not limited:
            found.append(f"{n}: reached the limit and did not say so")
    for before, after in zip(rows, rows[1:]):
        if after[2] > NOISE + growth * before[2] and not names_limit(after[4]):
            found.append(f"{before[0]} to {after[0]}: {before[2]:.2f} s to {after[2]:.2f} s")
        if (after[3] - ROOM > NOISE_ROOM + growth * max(0, before[3] - ROOM) and not names_limit(after[4])
                and "ASAN_OPTIONS" not in os.environ):
            found.append(f"{before[0]} to {after[0]}: {before[3] >> 20} MiB to {after[3] >> 20} MiB")
    return found


def main():
    program = os.path.abspath(sys.argv[1])
    table = [row for row in TABLE if sys.argv[2] in row[0]] if len(sys.argv) > 2 else share.of(TABLE, 12, "hostile", lambda row: row[0])
    print(f"1..{len(table)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, least, text, file, words, *growth) in enumerate(table, 1):
            rows = []
            file, colon, place = file.partition(":")
            for n in (least, 4 * least, 16 * least):
                path = pathlib.Path(folder, file)
                path.write_text(text(n), encoding="utf-8")
                rows.append((n, *run(program, words, path, colon + place)))
            wrong = problems(rows, *growth or [GROWTH])
            figures = ", ".join(f"{n}: {seconds:.2f} s {size >> 20} MiB ({status})"
                                for n, status, seconds, size, _ in rows)
            print(f"# {name}: {figures}")
            for line in wrong:
                print(f"# {line}")
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)


if __name__ == "__main__":
    main()
