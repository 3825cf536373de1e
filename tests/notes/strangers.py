#!/usr/bin/env python3
"""Notebooks and programs as they come from strangers' machines: broken, old, generated, in other dialects.

Each of them is verified for people and for programs, and mended: it ends in time and with a status that means what
happened, says what is to be said, leaves JSON that can be read, and never a verdict `holds` or `fails` on what cannot be read.

    strangers.py PROGRAM      writes the documents into a folder of its own (TAP)
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402

SECONDS = 10

FORWARD = """import numpy as np
def step(X, Y, W1, b1, W2, b2):
    m = X.shape[0]
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    loss = np.sum((Z2 - Y) ** 2) / (2 * m)
"""
BACKWARD = """    dZ2 = (Z2 - Y) / m
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dZ1 = dZ2 @ W2.T * (1 - A1 ** 2)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    return loss
"""
RIGHT = FORWARD + BACKWARD
WRONG = RIGHT.replace("A1.T @ dZ2", "A1 @ dZ2")


def notebook(cells, **more):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def code(source, **more):
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": source, **more}


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


NESTED = {"data": {"application/json": None}, "output_type": "display_data", "metadata": {}}
for _ in range(200):
    NESTED = {"data": {"application/json": NESTED}, "output_type": "display_data", "metadata": {}}

# name, its bytes, the exit statuses that are right, what must be said.
DOCUMENTS = [
    ("right.py", RIGHT.encode(), {0}, "holds"),
    ("wrong.py", WRONG.encode(), {1}, "FAILS"),
    ("syntax.py", (RIGHT + "def broken(:\n    dW = = X.T @\n").encode(), {0}, "holds"),
    ("print2.py", RIGHT.replace("    return", "    print 'loss', loss\n    exec 'x = 1'\n    return").encode(), {0}, "holds"),
    ("backticks2.py", (RIGHT + "print `loss`\nraise ValueError, 'no'\nx <> y\n").encode(), {0}, "holds"),
    ("tabs.py", RIGHT.replace("    ", "\t").encode(), {0}, "holds"),
    ("mixed.py", RIGHT.replace("    Z2", "\tZ2", 1).encode(), {0}, "holds"),
    ("crlf.py", RIGHT.replace("\n", "\r\n").encode(), {0}, "holds"),
    ("bom.py", b"\xef\xbb\xbf" + RIGHT.encode(), {0}, "holds"),
    ("latin1.py", b"# -*- coding: latin-1 -*-\n# gr\xe4dient\n" + RIGHT.encode(), {0}, "holds"),
    ("nul.py", RIGHT.encode() + b"\x00\x00dW = \x00\n", {0}, "holds"),
    ("decorated.py", RIGHT.replace("def step", "@njit(cache=True)\n@functools.wraps(f)\ndef step").encode(), {0}, "holds"),
    ("async.py", (RIGHT.replace("def step", "async def step") + "await step(X)\nasync with a as b:\n    pass\n").encode(),
     {0}, "holds"),
    ("walrus.py", RIGHT.replace("    return", "    if (n := len(X)) > 3: print(f\"{n=} {loss:.3f} {'{'}\")\n    return").encode(),
     {0}, "holds"),
    ("match.py", RIGHT.replace("    return", "    match m:\n        case 0:\n            loss = 0\n    return").encode(),
     {0}, "holds"),
    ("lambda.py", RIGHT.replace("    A1 = np.tanh(Z1)", "    f = lambda z, *a, **k: np.tanh(z)\n    A1 = f(Z1)").encode(),
     {2}, "holds"),
    ("strings.py", ("'''dW = X @ Z\n'''\nr\"\\\"dW1 = 0\"\n\"\"\"unclosed dW2 = 3\n" + RIGHT).encode(), {2}, "nothing was checked"),
    ("quotes.py", (RIGHT + "s = \"it's # no comment\" + 'a\"b' + f\"{x['dW']}\"\n").encode(), {0}, "holds"),
    ("continued.py", RIGHT.replace("dZ2 @ W2.T * (1", "dZ2 @ \\\n        W2.T * (1").encode(), {0}, "holds"),
    ("semicolons.py", RIGHT.replace("\n    dW2", "; dW2").encode(), {0}, "holds"),
    ("numbers.py", (RIGHT + "x = " + "9" * 100000 + "\ny = 1e999999999999\nz = 0x" + "F" * 5000 + "\nw = 1_000j\n").encode(),
     {0}, "holds"),
    ("recursion.py", (RIGHT + "def f(x):\n    return f(g(x))\ndef g(x):\n    return g(f(x))\ndW9 = f(X) @ g(X)\n").encode(),
     {2}, "holds"),
    ("ranges.py", (RIGHT + "for i in range(10 ** 12):\n    for j in range(-5, 10 ** 9, 0):\n        dW[i][j] += X[i][j]\n").encode(),
     {0}, "holds"),
    ("indices.py", (RIGHT + "for i in range(3):\n    dW[i, -1, ..., None] += X[99999999999999999999, i][-7][::-1]\n").encode(),
     {0}, "holds"),
    ("layers.py", b"class A:\n    def forward(self): return self.forward()\n    def backward(self, g): return self.backward(g * g)\n",
     {2}, "nothing was checked"),
    ("empty.py", b"", {2}, "nothing was checked"),
    ("notebook.py", notebook([code(RIGHT)]), {2}, "nothing was checked"),
    ("right.ipynb", notebook([text("# A"), code(RIGHT)]), {0}, "holds"),
    ("wrong.ipynb", notebook([code(WRONG.splitlines(True))]), {1}, "FAILS"),
    ("magics.ipynb", notebook([code("%matplotlib inline\n!pip install numpy\n?step\nstep??\n%%time\n" + RIGHT),
                               code("%%bash\ndW1 = rm -rf\n"), code("%load_ext autoreload")]), {0}, "holds"),
    ("order.ipynb", notebook([code("dW = X.T @ dZ\n"), code("dZ = A - Y\n"),
                              code("Z = X @ W\nA = 1 / (1 + np.exp(-Z))\n")]), {0, 2}, "cell 1, line 1"),
    ("empty-cells.ipynb", notebook([code(""), code([]), text(""), text([]), code(RIGHT)]), {0}, "holds"),
    ("outputs.ipynb", notebook([code(RIGHT, outputs=[{"output_type": "stream", "name": "stdout", "text": ["x" * 99 + "\n"] * 20000},
                                                     NESTED])]), {0}, "holds"),
    ("version3.ipynb", json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [
        {"cells": [{"cell_type": "code", "language": "python", "input": RIGHT, "outputs": []}]}]}).encode(), {3}, "nbformat"),
    ("no-cells.ipynb", b"{\"nbformat\": 4, \"metadata\": {}}", {3}, "this notebook has no cells"),
    ("types.ipynb", notebook([code(7), code({"a": "b"}), code([1, None, [RIGHT]]), 5, None, "cell", [[]], text(True)]), {3}, "the text of a cell should stand here"),
    ("cells-object.ipynb", b"{\"cells\": {\"a\": 1}, \"nbformat\": 4}", {3}, "a list of cells should stand here"),
    ("bytes.ipynb", notebook([code(RIGHT)]).replace(b"# A", b"\xff\xfe") + b"\xc3\x28", {0}, "holds"),
    ("escapes.ipynb", notebook([code(RIGHT)]).replace(b"import", b"\\ud83d\\u0000\\u00e9 import", 1), {0, 2}, "nothing was checked"),
    ("huge.ipynb", notebook([code(RIGHT, execution_count=10 ** 400)], nbformat_minor=10 ** 400), {0}, "holds"),
    ("twice.ipynb", notebook([code(WRONG)])[:-1] + b", \"cells\": [], \"cells\": 3}", {3}, "a list of cells should stand here"),
    ("list.ipynb", b"[[[[[[]]]]]]", {3}, "this is no notebook"),
    ("html.ipynb", b"<!DOCTYPE html><html><body>404</body></html>", {3}, "this is no notebook"),
]


def limit():
    multiplier = float(os.environ.get("CK_TIMEOUT_MULTIPLIER", "8" if "ASAN_OPTIONS" in os.environ else "1"))
    seconds = int(SECONDS * multiplier)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def run(program, path, *words):
    done = subprocess.run([program, "verify", *words, path.name], cwd=path.parent, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, preexec_fn=limit, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def problem_of(program, folder, name, content, statuses, said):
    path = folder / name
    path.write_bytes(content)
    status, output, errors = run(program, path, "--hints=no")
    if status not in statuses:
        return "ends with %d: %s%s" % (status, output[-300:], errors[-300:])
    if said not in output + errors:
        return "does not say \"%s\": %s%s" % (said, output[:300], errors[:300])
    if status == 3 and not errors.strip():
        return "is refused, and says nothing"
    again, report, errors = run(program, path, "--hints=no", "--format", "json")
    if again != status:
        return "ends with %d in JSON, and %d for people" % (again, status)
    if status != 3:
        json.loads(report)
    if status == 1:
        mended, _, errors = run(program, path, "--fix")
        copy = path.with_name(path.stem + ".mended" + path.suffix)
        if mended != 1 or not copy.exists() or run(program, copy, "--hints=no")[0] != 0:
            return "ends with %d when it is mended, and the copy does not hold: %s" % (mended, errors[-300:])
    return None if path.read_bytes() == content else "is changed"


def main():
    points = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content, statuses, said in DOCUMENTS:
            points.append((name, problem_of(os.path.abspath(sys.argv[1]), pathlib.Path(folder), name, content, statuses, said)))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
