#!/usr/bin/env python3
"""Checks that a report does not tell how many ranks made it.

Each row of SAME is a command.  Under mpirun with 1, 2 and 4 ranks it must print what one process alone
prints, byte for byte but for the seconds that it took, and end with the same status.  Further points are
about ranks that die, which must end all of them with status 3 and without a report, and about memory.
Prints TAP; where there is no mpirun, or the program is built without MPI, nothing but that.
"""

import argparse
import math
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import tap

ROOT = pathlib.Path(__file__).resolve().parent.parent

SAME = {
    "small": ["net", "3 - 4 tanh - 1 sigmoid", "--parameters", "all"],
    "deep": ["net", "5 - 8 gelu - 8 gelu - 8 elu - 4 sigmoid", "--samples", "9", "--parameters", "all"],
    "wider than a product": ["net", "30 - 150 tanh - 70 relu - 10 softmax", "--samples", "6"],
    "one sample": ["net", "40 - 50 relu - 30 tanh - 5 softmax", "--samples", "1"],
    "saturated": ["net", "6 - 9 sigmoid - 7 tanh - 3 softmax", "--weight-scale", "40", "--samples", "6"],
    "kinks": ["net", "5 - 7 relu - 6 leaky_relu - 3 identity, squared", "--input-scale", "0"],
    "proofs": ["net", "5" + 24 * " - 6 sigmoid" + " - 3 softmax", "--samples", "6"],
    "through dA": ["net", "20 - 30 relu - 9 tanh - 4 softmax", "--route", "dA", "--weight-scale", "20"],
    "a sample": ["net", "60 - 80 relu - 50 tanh - 10 softmax", "--sample", "7", "--samples", "16"],
    "directions": ["net", "20 - 30 relu - 5 softmax", "--directions", "3", "--samples", "6"],
    "directions of a file": ["grads", "3 - 4 tanh - 1 sigmoid", str(ROOT / "examples/two_layer.npz"), "--directions", "2"],
    "data": ["net", "4 - 8 tanh - 3 softmax", "--data", str(ROOT / "examples/iris.csv")],
    "a sign": ["net", "20 - 30 tanh - 20 relu - 5 softmax", "--inject", "sign W[2]"],
    "rows and columns": ["net", "20 - 30 relu - 30 tanh - 5 softmax", "--inject", "transposed W[2]"],
    "one entry": ["net", "20 - 30 relu - 5 softmax", "--inject", "entry W[1](25,3) 1e-4"],
    "one block": ["net", "20 - 30 relu - 5 softmax", "--only", "W[2]"],
    "jacobians": ["net", "2 - 3 tanh - 1 sigmoid", "--show-jacobians"],
    "planted mistakes": ["net", "4 - 5 relu - 3 softmax", "--power"],
    "a file": ["grads", "3 - 4 tanh - 1 sigmoid", str(ROOT / "examples/two_layer.npz")],
    "a file that is wrong": ["grads", "3 - 4 tanh - 1 sigmoid", str(ROOT / "examples/two_layer_slip.npz")],
    "a file in float32": ["grads", "3 - 4 tanh - 1 sigmoid", str(ROOT / "examples/two_layer_torch.npz")],
    "a program": ["exec", "--", "python3", str(ROOT / "examples/exec_python.py"), "slip"],
    "a verb that is not dealt": ["trace", "3 - 4 tanh - 1 sigmoid"],
    "a spec that is wrong": ["net", "3 - 4 tanhh - 1 sigmoid"],
}

# Four outputs, each two units in the last place beside its target; a folder takes the place of the word.
FIT = "FIT"
SAME["nothing to be seen"] = ["grads", "3 - 5 tanh - 4 identity, half-squared", FIT]

# Logistic regression next to a perfect fit, where right code has lost its digits, and is looked at farther away; and a layer of
# ReLU units whose weights are all 0, where kinks cross, and it is looked at beside the point.  With a word behind it, each is wrong.
ANSWER = """
for line in sys.stdin:
    request = json.loads(line)
    theta = request.get("theta")
    print(json.dumps({"theta": T} if request["op"] == "describe" else
                     {"loss": loss(theta)} if request["op"] == "loss" else {"grad": grad(theta)}), flush=True)
"""
PROGRAMS = {"FIT.py": """
import json, math, sys
X, Y, T = [[0.5, -0.25], [0.75, 0.5], [-0.5, 0.125]], [1, 1, 0], [60.0, 20.0]
times = -1 if len(sys.argv) > 1 else 1
def score(t, x):
    return sum(a * b for a, b in zip(t, x))
def loss(t):
    right = [score(t, x) if y else -score(t, x) for x, y in zip(X, Y)]
    return sum(math.log1p(math.exp(-r)) for r in right) / 3
def grad(t):
    off = [1 / (1 + math.exp(-score(t, x))) - y for x, y in zip(X, Y)]
    return [times * sum(d * x[j] for d, x in zip(off, X)) / 3 for j in range(2)]
""" + ANSWER, "CROSSING.py": """
import json, sys
X, Y = [[0.5, -0.25, 0.75], [0.75, 0.5, -0.5], [-0.5, 0.125, -0.25], [-0.25, -0.75, 0.875]], [1.5, -1, 0.5, 0.75]
T, steep = [0.0] * 9 + [0.8, -0.6, 0.5], 50 if len(sys.argv) > 1 else 1
def scores(t, x):
    return [sum(t[3 * i + j] * x[j] for j in range(3)) for i in range(3)]
def off(t, x, y):
    return sum(t[9 + i] * max(z, 0) for i, z in enumerate(scores(t, x))) - y
def loss(t):
    return sum(off(t, x, y) ** 2 / 2 for x, y in zip(X, Y)) / 4
def grad(t):
    g = [0.0] * 12
    for x, y in zip(X, Y):
        for i, z in enumerate(scores(t, x)):
            g[9 + i] += off(t, x, y) / 4 * max(z, 0)
            for j in range(3):
                g[3 * i + j] += off(t, x, y) / 4 * t[9 + i] * (steep if steep > 1 or z > 0 else 0) * x[j]
    return g
""" + ANSWER}
for program in PROGRAMS:
    SAME["a program, " + program] = ["exec", "--", "python3", program]
    SAME["a program, wrong, " + program] = ["exec", "--", "python3", program, "slip"]

# Two parameters; on one rank the program ends after a few answers.
DYING = """
import json, os, sys
for number, line in enumerate(sys.stdin):
    request = json.loads(line)
    if number > 6 and os.environ.get("OMPI_COMM_WORLD_RANK") == "1":
        sys.exit("that was all")
    theta = request.get("theta")
    print(json.dumps({"theta": [1.5, -0.25]} if request["op"] == "describe" else
                     {"loss": sum(t * t for t in theta) / 2} if request["op"] == "loss" else {"grad": theta}), flush=True)
"""

SECONDS = re.compile(rb', [0-9.]+ s$|"seconds": ?[0-9.e+-]+', re.MULTILINE)
LARGE = ["net", "600 - 900 relu - 10 softmax", "--samples", "2", "--quiet"]


def environment():
    """Without what fills freed memory: mpirun 4.1 itself reads some of it when a rank ends all."""
    kept = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"}
    return dict(kept, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                OPENBLAS_NUM_THREADS="1", LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1")


def run(words, ranks=0):
    """Status, output and messages, of one process alone where ranks is 0."""
    launcher = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    result = subprocess.run(launcher + words, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), check=False)
    return result.returncode, SECONDS.sub(b"", result.stdout).replace(b"\r", b""), result.stderr.decode(errors="replace")


def write_npy(path, rows):
    """An array of float32, as NumPy stores it."""
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (len(rows), len(rows[0]))
    header = header.ljust(117) + "\n"
    numbers = [number for row in rows for number in row]
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack("<%df" % len(numbers), *numbers))


def product(one, other):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*other)] for row in one]


def write_fit(folder):
    """A network of two layers whose gradient is smaller than its rounding, and that of a code that rounds otherwise, in float32."""
    draw, inputs, hidden, outputs, samples = random.Random(1), 3, 5, 4, 6
    x, w1, w2 = ([[draw.randrange(-2**20, 2**20) / 2.0**20 for _ in range(columns)] for _ in range(rows)]
                 for rows, columns in ((inputs, samples), (hidden, inputs), (outputs, hidden)))
    a1 = [[math.tanh(z) for z in row] for row in product(w1, x)]
    a2 = product(w2, a1)
    y, other = ([[value * (1 + draw.choice((-1, 1)) * 2.0**-22) for value in row] for row in a2] for _ in range(2))
    d2 = [[(p - q) / samples for p, q in zip(*rows)] for rows in zip(other, y)]
    d1 = [[d * (1 - a * a) for d, a in zip(*rows)] for rows in zip(product(list(zip(*w2)), d2), a1)]
    ones = [[1.0] * samples]
    arrays = {"X": x, "Y": y, "W1": w1, "b1": [[0.0]] * hidden, "W2": w2, "b2": [[0.0]] * outputs,
              "dW1": product(d1, list(zip(*x))), "db1": product(d1, list(zip(*ones))),
              "dW2": product(d2, list(zip(*a1))), "db2": product(d2, list(zip(*ones)))}
    for name, rows in arrays.items():
        write_npy(pathlib.Path(folder, name + ".npy"), rows)


def same(program, words):
    """None, or how a report with several ranks differs from that of one process."""
    with tempfile.TemporaryDirectory() as folder:
        write_fit(folder)
        for name, text in PROGRAMS.items():
            pathlib.Path(folder, name).write_text(text, encoding="utf-8")
        return same_as_alone(program, [folder if word == FIT else str(pathlib.Path(folder, word)) if word in PROGRAMS else word for word in words])


def same_as_alone(program, words):
    options = ["--threads", "1"] if words[0] in ("net", "grads") else []
    formats = [[]] if words[0] == "trace" or "--show-jacobians" in words or "--power" in words else [[], ["--format", "json"]]
    for form in formats:
        command = [program, words[0], *options, *form, *words[1:]]
        alone = run(command)
        for ranks in (1, 2, 4):
            dealt = run(command, ranks)
            if dealt[:2] != alone[:2]:
                return "%d ranks, %s: status %d instead of %d, %s" % (
                    ranks, form or "text", dealt[0], alone[0], first_difference(alone[1], dealt[1]) or dealt[2][:300].replace("\n", " "))
            if alone[0] == 3 and dealt[2].count("backproof: error") + dealt[2].count(": error: ") < 1:
                return "%d ranks: no message" % ranks
    return None


def library(trial):
    """None, or how the result of the public call differs, or that its work was not dealt."""
    alone = run([trial, "alone"])
    report, calls = alone[1].rsplit(b"\n", 2)[0], int(alone[1].split()[-4])
    if alone[0] != 1:
        return "status %d of one process" % alone[0]
    for ranks in (1, 2, 4):
        status, output, _ = run([trial], ranks)
        here = int(output.split()[-4])
        if status != 1 or output.rsplit(b"\n", 2)[0] != report:
            return "%d ranks: status %d, %s" % (ranks, status, first_difference(report, output.rsplit(b"\n", 2)[0]))
        if not here <= calls / ranks + 50:
            return "%d ranks: %d of %d evaluations on the first" % (ranks, here, calls)
    return None


def first_difference(one, other):
    for a, b in zip(one.splitlines() + [b""], other.splitlines() + [b""]):
        if a != b:
            return "%r instead of %r" % (b[:200], a[:200])
    return None


def dying(program):
    """A program that ends on one rank ends all, with a message and without a report."""
    with tempfile.TemporaryDirectory() as folder:
        script, report = pathlib.Path(folder, "dying.py"), pathlib.Path(folder, "report.json")
        script.write_text(DYING, encoding="utf-8")
        status, output, messages = run(
            [program, "exec", "--format", "json", "--output", str(report), "--", "python3", str(script)], 2)
        left = sorted(path.name for path in pathlib.Path(folder).iterdir())
    if status != 3 or output:
        return "status %d, output %r" % (status, output[:200])
    if "dying.py" not in messages or "that was all" not in messages:
        return "no message of it: %r" % messages[:400]
    return None if left == ["dying.py"] else "there is %s" % left


def killed(program):
    """A rank that is killed ends all, without a report."""
    words = [program, "net", "784 - 300 tanh - 100 tanh - 10 softmax", "--samples", "32", "--threads", "1"]
    shell = 'if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then "$@" & sleep 0.2; kill -9 $!; wait $!; kill -9 $$; else exec "$@"; fi'
    status, output, messages = run(["sh", "-c", shell, "sh", *words], 2)
    return None if status != 0 and not output and messages else "status %d, output %r" % (status, output[:200])


def memory(program):
    """Ranks but the first have their own rows alone: with four, much less than one process has."""
    timed = [sys.executable, "-c", "import resource, subprocess, sys\n"
             "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", program, *LARGE]
    alone = int(run(timed)[1])
    dealt = sorted(int(line) for line in run(timed, 4)[1].split())
    nothing = sorted(int(line) for line in run(timed[:-len(LARGE)] + ["net", "2 - 2 tanh", "--quiet"], 4)[1].split())
    own, of_one = dealt[0] - nothing[0], alone - nothing[0]
    return None if own < 0.5 * of_one else "%d KiB of one rank of four beside %d KiB of one process" % (own, of_one)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--trial", nargs="?", help="tests/trials/ranks.c; none where it is built without MPI")
    options = parser.parse_args()
    if not options.trial or not shutil.which("mpirun"):
        print("1..0 # SKIP %s" % ("there is no mpirun" if options.trial else "built without MPI (-Dmpi=enabled)"))
        return 0
    points = [(name, same(options.program, words)) for name, words in SAME.items()]
    points.append(("a call of the library", library(options.trial)))
    points += [(check.__doc__.split(":")[0].rstrip("."), check(options.program)) for check in (dying, killed, memory)]
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
