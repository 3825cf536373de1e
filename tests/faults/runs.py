"""Small inputs, and every verb and format on them: what is run with a fault, over and over.

A row is a command line; what it reads lies in a folder of its own.  Those that start threads have more than one
order in which requests come, so a row of one thread is the rule.
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

DERIVATION = """title "Small"
given W : 2 x 3
given x : 3 x 1
given y : 2 x 1
size n in 2..3
given u[i] : n x 1 for i = 1..2
let φ(t) = t*tanh(t)
let a = tanh(W*x)
let J = 1/2*sum((a - y) .* (a - y))
write δ for ∂J/∂a
claim "delta" δ = a - y
claim "weights" ∂J/∂W = (δ .* (1 - a.*a))*x
refute ∂J/∂x = W'*δ
claim u[1]'*u[2] = u[2]'*u[1]
claim φ'(x) = tanh(x) + x .* (1 - tanh(x).*tanh(x))
shape W*x : 2 x 1
"""

HOLDS = """given A : 3 x 3
claim (A*A)' = A'*A'
refute A*A' = A'*A
claim "on a kink" relu'(0) <= 1
"""

NOTE = """# Layers

$$Z^{[1]} = W^{[1]} X + b^{[1]}$$
$$A^{[1]} = g(Z^{[1]})$$
$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$$
$$dW^{[2]} = \\frac{1}{m} dZ^{[2]} A^{[1]T}$$
$$dW^{[1]} = \\frac{1}{m} dZ^{[1]} X$$
"""

CODE = """import numpy as np
Z1 = W1 @ X + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = 1 / (1 + np.exp(-Z2))
dZ2 = A2 - Y
dW2 = 1/m * dZ2 @ A1.T
db2 = 1/m * np.sum(dZ2, axis=1, keepdims=True)
"""

NOTEBOOK = json.dumps({"cells": [
    {"cell_type": "markdown", "metadata": {}, "source": ["Let $x + x = 2x$.\n"]},
    {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": ["y = x + x\n"]}],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

# Half the sum of the squares of two parameters.
PROGRAM = """import json, sys
for line in sys.stdin:
    request = json.loads(line)
    theta = request.get("theta")
    answer = {"theta": [1.5, -0.25]} if request["op"] == "describe" else \\
        {"loss": sum(t * t for t in theta) / 2} if request["op"] == "loss" else {"grad": theta}
    print(json.dumps(answer), flush=True)
"""

TEMPLATE = 'given A : 3 x 3\nrequire "twice" 2\n'
STUDENT = 'given A : 3 x 3\nclaim "twice" A + A = %d*A\n'

CSV = "1,2,0\n2,1,1\n0.5,-1,0\n"
NETWORK = "2 - 2 tanh - 1 sigmoid"

FILES = {
    "small.deriv": DERIVATION, "holds.deriv": HOLDS, "note.md": NOTE, "code.py": CODE, "book.ipynb": NOTEBOOK,
    "data.csv": CSV, "program.py": PROGRAM, "old.txt": "old", "old.xml": "old", "template.deriv": TEMPLATE,
    "class/a.deriv": STUDENT % 2, "class/b.deriv": STUDENT % 3,
    "user.deriv": 'use "holds.deriv"\nclaim A + A = 2*A\n',
}

REPORTS = ("old.txt", "old.xml")  # what a run may replace, whole


def message(**content):
    body = json.dumps(dict(content, jsonrpc="2.0"))
    return "Content-Length: %d\r\n\r\n%s" % (len(body.encode()), body)


URI = "file:///nowhere/a.deriv"
EDITOR = (message(id=1, method="initialize", params={"capabilities": {}})
          + message(method="textDocument/didOpen",
                    params={"textDocument": {"uri": URI, "version": 1, "text": HOLDS + "claim A = 2*A\n"}})
          + message(id=2, method="textDocument/documentSymbol", params={"textDocument": {"uri": URI}})
          + message(id=3, method="textDocument/hover",
                    params={"textDocument": {"uri": URI}, "position": {"line": 1, "character": 7}})
          + message(id=4, method="shutdown") + message(method="exit"))

Row = collections.namedtuple("Row", "words stdin threads", defaults=("", "1"))

GRADIENT = ("text", "json", "csv", "junit", "tap", "sarif", "github", "markdown", "html")

RUNS = (
    [Row(("verify", "--format", form, "small.deriv")) for form in GRADIENT]
    + [Row(("net", NETWORK, "--inject", "sign W[1]", "--format", form)) for form in GRADIENT]
    + [Row(words) for words in (
        ("verify", "holds.deriv"),
        ("verify", "--quiet", "holds.deriv", "small.deriv"),
        ("verify", "--report", "junit:old.xml", "--output", "old.txt", "holds.deriv"),
        ("verify", "note.md"),
        ("verify", "code.py", "book.ipynb"),
        ("verify", "user.deriv"),
        ("verify", "linked.deriv"),
        ("verify", "--only", "delta", "--replay", "small.deriv"),
        ("verify", "--fix", "class/b.deriv"),
        ("explain", "small.deriv:weights"),
        ("explain", "small.deriv"),
        ("explain", "--format", "html", "--output", "old.txt", "holds.deriv:2"),
        ("explain", "note.md"),
        ("trace", "small.deriv"),
        ("trace", NETWORK),
        ("trace", "--format", "markdown", NETWORK),
        ("trace", "--format", "html", NETWORK),
        ("read", "note.md"),
        ("read", "code.py"),
        ("read", "note.md", "--output", "old.txt"),
        ("new", NETWORK),
        ("new", NETWORK, "--output", "new.deriv"),
        ("class", "class", "--template", "template.deriv"),
        ("class", "class", "--format", "html", "--output", "old.txt"),
        ("class", "class/a.deriv", "--format", "gradescope"),
        ("class", "class", "--pages", "pages"),
        ("net", NETWORK),
        ("net", NETWORK, "--data", "data.csv", "--format", "json"),
        ("net", "2 - 2 relu - 2 softmax", "--power"),
        ("train", NETWORK, "--data", "data.csv", "--steps", "3", "--check-every", "2"),
        ("train", NETWORK, "--data", "data.csv", "--steps", "3", "--format", "html"),
        ("grads", "3 - 4 tanh - 1 sigmoid", "slip.npz"),
        ("grads", "3 - 4 tanh - 1 sigmoid", "slip.npz", "--format", "html", "--output", "old.txt"),
        ("exec", "--", "python3", "-ISE", "program.py"),
        ("exec", "--jobs", "2", "--format", "json", "--", "python3", "-ISE", "program.py"),
        ("help", "install"),
        ("help", "softmax"),
        ("--help",),
        ("verify", "--help"),
        ("net", "--help"),
        ("verify", "--formt", "json", "small.deriv"))]
    + [Row(("verify", "-"), DERIVATION), Row(("lsp", "--stdio"), EDITOR),
       Row(("verify", "small.deriv", "holds.deriv", "class/b.deriv"), "", "3"),
       Row(("net", "3 - 4 tanh - 1 sigmoid", "--samples", "5"), "", "3")])

# What a program that uses the library asks of it (host.c).
CALLS = ([Row(("host", "derivation", form)) for form in GRADIENT] + [Row(("host", "network", form)) for form in GRADIENT]
         + [Row(("host", "gradient", form)) for form in GRADIENT]
         + [Row(("host", call)) for call in ("float", "jacobian", "multimin", "multiroot", "multifit", "odeiv2", "function")])

WITH_THREADS = ("verify", "net", "train", "grads", "class")


def words_of(row):
    """The command line: options before what is run."""
    verb, *rest = row.words
    if verb not in WITH_THREADS or "--help" in rest:
        return [verb, *rest]
    return [verb, "--threads", row.threads, *rest]


def name_of(row):
    return " ".join(row.words) + (f" with {row.threads} threads" if row.threads != "1" else "")


Found = collections.namedtuple("Found", "status out errors files left")

# What differs from run to run: how long it took, which is not said where it was short.
VARIES = re.compile(r'("seconds": ?|SECONDS=)[0-9.e+-]+| time="[0-9.e+-]+"|"execution_time": ?[0-9.e+-]+'
                    r"|in [0-9.]+ (ms|s)\b|[,;]? ?[0-9.]+ s\b|(?<=evaluations)[^\n]*")


def link_outside(place):
    """A link to what lies beside the folder."""
    (place.parent / "outside.deriv").write_text(HOLDS, encoding="utf-8")
    (place / "linked.deriv").symlink_to("../outside.deriv")


def run(command, row, folder, slip, environment, seconds=600):
    """What a command does in a fresh folder with the inputs of all rows; its streams are files outside."""
    with tempfile.TemporaryDirectory(dir=folder) as around:
        place = pathlib.Path(around, "place")
        for name, text in FILES.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.copy(slip, place / "slip.npz")
        link_outside(place)
        streams = [pathlib.Path(around, name) for name in ("stdin", "stdout", "stderr")]
        streams[0].write_bytes(row.stdin.encode())
        with open(streams[0], "rb") as given, open(streams[1], "wb") as out, open(streams[2], "wb") as errors:
            done = subprocess.run(command, cwd=place, env=environment, stdin=given, stdout=out, stderr=errors,
                                  timeout=seconds, check=False)
        out, errors = (path.read_text(encoding="utf-8", errors="replace") for path in streams[1:])
        files = tuple((place / name).read_text(encoding="utf-8", errors="replace") for name in REPORTS)
        left = tuple(sorted(str(path.relative_to(place)) for path in place.rglob("*")))
    return Found(done.returncode, VARIES.sub("", out), errors, tuple(VARIES.sub("", text) for text in files), left)


def whole(text):
    """Whether a report at the place of the old one is complete, or has not been touched.  A text report of a file that cannot be
    read is empty: what there is to say goes to standard error."""
    return text in ("", "old") or text.rstrip().endswith(("</testsuites>", "</html>", ".", "*X'"))
