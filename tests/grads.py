#!/usr/bin/env python3
"""The NumPy trial: code as taught, with each of the typical mistakes, through `backproof grads`.

Networks of two layers are computed with NumPy in the ways in which people write them: samples as
columns and as rows, weights one way round and the other, float32 and float64.  The right gradients
must hold; each mistake must fail, or be refused where it changes a shape, and the report must say
which mistake it is.  Prints TAP; without NumPy everything is skipped.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    np = None

# Of Debian's packages, which another python3 that stands first in PATH does not see.
SYSTEM_PYTHON = "/usr/bin/python3"
WITNESS = "BACKPROOF_GRADS_AGAIN"


def find_numpy():
    """Starts over with the system's interpreter, once."""
    if np is None and WITNESS not in os.environ and os.path.exists(SYSTEM_PYTHON):
        os.execve(SYSTEM_PYTHON, [SYSTEM_PYTHON] + sys.argv, dict(os.environ, **{WITNESS: "1"}))


# The code under test


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def columns(point, mistake=""):
    """3 - 4 tanh - 2 sigmoid with samples as columns, and a mistake if one is wanted."""
    X, Y, W1, b1, W2, b2 = (point[name] for name in ("X", "Y", "W1", "b1", "W2", "b2"))
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    A2 = sigmoid(W2 @ A1 + b2)
    dZ2 = A2 - Y
    if mistake == "loss of squares":
        dZ2 = (A2 - Y) * A2 * (1 - A2)
    if mistake == "Y - A":
        dZ2 = Y - A2
    slope = 1 - A1**2
    if mistake == "no slope":
        slope = np.ones_like(A1)
    if mistake == "slope at A":
        slope = 1 - np.tanh(A1) ** 2
    if mistake == "slope of sigmoid":
        slope = A1 * (1 - A1)
    if mistake == "slope twice":
        slope = slope**2
    dZ1 = (W2.T @ dZ2) * slope
    grads = {"dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
             "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m}
    if mistake == "z for a":
        grads["dW2"] = dZ2 @ Z1.T / m
    if mistake == "first sample only":
        grads["dW1"] = dZ1[:, :1] @ X[:, :1].T
    if mistake == "bias over the other axis":
        grads["db1"] = dZ1.sum(axis=0)[: len(b1)].reshape(-1, 1) / m
    if mistake == "bias summed over all":
        grads["db1"] = np.full_like(b1, dZ1.sum()) / m
    if mistake == "one entry":
        grads["dW1"][1, 2] *= 1.001
    return grads


def rows(point, in_out=True):
    """The same with samples as rows; weights as X @ W has them, or as PyTorch's X @ W.T."""
    X, Y, W1, b1, W2, b2 = (point[name] for name in ("X", "Y", "W1", "b1", "W2", "b2"))
    if not in_out:
        W1, W2 = W1.T, W2.T
    m = X.shape[0]
    A1 = np.tanh(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    dZ2 = A2 - Y
    dZ1 = (dZ2 @ W2.T) * (1 - A1**2)
    grads = {"dW2": A1.T @ dZ2 / m, "db2": dZ2.sum(axis=0) / m,
             "dW1": X.T @ dZ1 / m, "db1": dZ1.sum(axis=0) / m}
    if not in_out:
        grads["dW1"], grads["dW2"] = grads["dW1"].T, grads["dW2"].T
    return grads


def square(point, mistake=""):
    """3 - 3 tanh - 3 softmax, where every transpose fits."""
    X, Y, W1, b1, W2, b2 = (point[name] for name in ("X", "Y", "W1", "b1", "W2", "b2"))
    m = X.shape[1]
    A1 = np.tanh(W1 @ X + b1)
    A2 = softmax(W2 @ A1 + b2, 0)
    dZ2 = A2 - Y
    if mistake == "softmax elementwise":
        dZ2 = -Y / A2 * A2 * (1 - A2)
    back = W2 if mistake == "no transpose" else W2.T
    dZ1 = (back @ dZ2) * (1 - A1**2)
    grads = {"dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
             "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m}
    if mistake == "transposed":
        grads["dW1"] = grads["dW1"].T
    if mistake == "wrong delta":
        grads["db1"] = grads["db2"]
    if mistake == "wrong activation":
        grads["dW2"] = dZ2 @ X.T / m
    return grads


def drawn(sizes, m, dtype=float, classes=False, seed=1):
    """A point in the layout of the formulas."""
    random = np.random.default_rng(seed)
    n0, n1, n2 = sizes
    point = {"X": random.normal(size=(n0, m)), "W1": random.normal(size=(n1, n0)),
             "b1": random.normal(size=(n1, 1)), "W2": random.normal(size=(n2, n1)),
             "b2": random.normal(size=(n2, 1)), "Y": random.random(size=(n2, m)) < 0.5}
    if classes:
        point["Y"] = np.eye(n2)[:, random.integers(0, n2, size=m)]
    return {name: np.asarray(array, dtype=dtype) for name, array in point.items()}


def as_rows(point, in_out=True):
    return {"X": point["X"].T, "Y": point["Y"].T, "b1": point["b1"][:, 0], "b2": point["b2"][:, 0],
            "W1": point["W1"].T if in_out else point["W1"],
            "W2": point["W2"].T if in_out else point["W2"]}


# Running


class Trial:
    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.results = []  # (name, complaint or None)

    def run(self, spec, arrays, options=()):
        path = self.folder / "g.npz"
        np.savez(path, **arrays)
        command = [self.program, "grads", spec, str(path), "--format", "json", *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def add(self, name, complaint):
        self.results.append((name, complaint))

    def holds(self, name, spec, arrays, options=(), note="", tolerance=None):
        """The right gradient: exit status 0, every entry checked, and no hint."""
        result = self.run(spec, arrays, options)
        complaint = None
        if result.returncode != 0:
            complaint = "status %d: %s%s" % (result.returncode, result.stdout[:400], result.stderr)
        else:
            report = json.loads(result.stdout)
            visible = max(block["visible"] for block in report["blocks"])
            if note and not any(note in text for text in report["notes"]):
                complaint = "no note says '%s': %s" % (note, report["notes"])
            elif report["parameters"] == 0 or not 0 < visible < (tolerance or 1e-6):
                complaint = "visible %g of %d parameters" % (visible, report["parameters"])
        self.add(name, complaint)

    def fails(self, name, spec, arrays, expected, options=()):
        """A mistake: exit status 1, exactly these blocks, each with this in its explanation."""
        result = self.run(spec, arrays, options)
        complaint = None
        if result.returncode != 1:
            complaint = "status %d: %s%s" % (result.returncode, result.stdout[:400], result.stderr)
        else:
            blocks = json.loads(result.stdout)["blocks"]
            found = {block["name"]: block["explanation"] for block in blocks
                     if block["verdict"] != "holds"}
            if set(found) != set(expected):
                complaint = "wrong blocks are %s" % sorted(found)
            for block, words in expected.items():
                if not complaint and words not in (found[block] or ""):
                    complaint = "%s: %s" % (block, found[block])
        self.add(name, complaint)

    def refused(self, name, spec, arrays, *words, options=()):
        """What is wrong by its shape: exit status 3, a report of errors only, these words in the message."""
        result = self.run(spec, arrays, options)
        complaint = None
        judged = result.stdout and not json.loads(result.stdout).get("errors")
        if result.returncode != 3 or judged:
            complaint = "status %d: %s%s" % (result.returncode, result.stdout[:400], result.stderr)
        for word in words:
            if not complaint and word not in result.stderr:
                complaint = "'%s' is not in: %s" % (word, result.stderr)
        self.add(name, complaint)


SPEC = "3 - 4 tanh - 2 sigmoid"
EVERY = ("W[1]", "b[1]", "W[2]", "b[2]")


def right_ones(trial):
    point = drawn((3, 4, 2), 5)
    right = {**point, **columns(point)}
    trial.holds("samples as columns", SPEC, right)
    trial.holds("Fortran order", SPEC, {k: np.asfortranarray(v) for k, v in right.items()})
    trial.holds("big endian", SPEC, {k: v.astype(">f8") for k, v in right.items()})
    trial.holds("targets as bool", SPEC, {**right, "Y": point["Y"].astype(bool)})
    trial.holds("inputs as views", SPEC, {**right, "W1": np.repeat(point["W1"], 2, axis=0)[::2]})
    trial.holds("targets as int64", SPEC, {**right, "Y": point["Y"].astype(np.int64)})
    trial.holds("only the biases", SPEC, {**point, "db1": columns(point)["db1"]},
                note="not looked at")
    lines = as_rows(point)
    trial.holds("samples as rows, X @ W", SPEC, {**lines, **rows(lines)}, note="a row for each")
    torch = as_rows(point, in_out=False)
    trial.holds("PyTorch's layout", SPEC, {**torch, **rows(torch, in_out=False)}, ["--pytorch"])
    named = {**torch, **rows(torch, in_out=False)}
    for old, new in (("1", "layers.0."), ("2", "layers.2.")):
        named[new + "weight"], named[new + "bias"] = named.pop("W" + old), named.pop("b" + old)
        named[new + "weight.grad"] = named.pop("dW" + old)
        named[new + "bias.grad"] = named.pop("db" + old)
    trial.holds("PyTorch's names", SPEC, named, ["--pytorch"])
    trial.holds("a loss that is a sum", SPEC,
                {**point, **{k: 5 * v for k, v in columns(point).items()}}, ["--reduction", "sum"])
    trial.holds("a loss that is a mean over all elements", SPEC,
                {**point, **{k: v / 2 for k, v in columns(point).items()}},
                ["--reduction", "elements"])
    A1 = np.tanh(point["W1"] @ point["X"] + point["b1"])
    delta = sigmoid(point["W2"] @ A1 + point["b2"]) - point["Y"]
    trial.holds("with a delta of each sample", SPEC, {**right, "dZ2": delta})
    trial.holds("with a delta of the mean", SPEC, {**right, "delta2": delta / 5},
                note="multiplied by m")
    trial.holds("other arrays are named", SPEC, {**right, "history": np.zeros(3), "A1": A1},
                note="without a role here: history, A1")
    trial.holds("pickles that nobody needs", SPEC,
                {**right, "history": np.array([{}, None], dtype=object)})
    trial.holds("layers from 0", SPEC, {name.replace("1", "0").replace("2", "1"): array
                                        for name, array in right.items()}, note="from 0")
    one = {"X": point["X"], "y": point["Y"][:1], "W": point["W1"][:1], "b": point["b1"][:1]}
    delta = sigmoid(one["W"] @ one["X"] + one["b"]) - one["y"]
    one["dW"], one["db"] = delta @ one["X"].T / 5, delta.sum(axis=1) / 5
    trial.holds("logistic regression without numbers", "3 - 1 sigmoid", one)
    trial.holds("logistic regression in one dimension", "3 - 1 sigmoid",
                {"X": one["X"].T, "y": one["y"][0], "W": one["W"][0], "b": one["b"][0, 0],
                 "dW": one["dW"][0], "db": one["db"][0]})
    nearly = {name: array * (1 + 1e-7) for name, array in columns(point).items()}
    trial.holds("float32 by option", SPEC, {**point, **nearly}, ["--precision", "float32"],
                tolerance=1e-3)
    trial.fails("and not by option", SPEC, {**point, **nearly}, dict.fromkeys(EVERY, ""))
    single = drawn((3, 4, 2), 5, np.float32)
    trial.holds("float32", SPEC, {**single, **columns(single)}, note="float32", tolerance=1e-3)
    wide = {k: v.astype(float) for k, v in {**single, **columns(single)}.items()}
    trial.holds("float32 saved as float64", SPEC, wide, note="are float32 numbers", tolerance=1e-3)
    classes = drawn((3, 3, 3), 7, classes=True)
    soft = dict(classes, Y=softmax(classes["X"], 0))
    trial.holds("targets that are probabilities", "3 - 3 tanh - 3 softmax",
                {**soft, **square(soft)})
    trial.holds("one-hot targets", "3 - 3 tanh - 3 softmax", {**classes, **square(classes)})
    trial.holds("the numbers of classes", "3 - 3 tanh - 3 softmax",
                {**classes, **square(classes), "Y": classes["Y"].argmax(axis=0)}, note="square")


def wrong_ones(trial, dtype):
    point = drawn((3, 4, 2), 5, dtype)
    kind = np.dtype(dtype).name
    right = columns(point)

    def fails(mistake, expected, arrays=None):
        wrong = columns(point, mistake) if arrays is None else {**right, **arrays}
        assert all(array.dtype == dtype for array in wrong.values()), mistake
        trial.fails("%s, %s" % (mistake, kind), SPEC, {**point, **wrong}, expected)

    five, two, minus = dtype(5), dtype(2), dtype(-1)
    fails("no 1/m", {"W[2]": "1/m of the mean is missing"}, {"dW2": right["dW2"] * five})
    fails("no 1/m anywhere", dict.fromkeys(EVERY, "1/m of the mean is missing"),
          {name: array * five for name, array in right.items()})
    fails("1/m twice", {"b[1]": "applied twice"}, {"db1": right["db1"] / five})
    fails("sign", {"W[1]": "the sign is wrong"}, {"dW1": right["dW1"] * minus})
    fails("Y - A", dict.fromkeys(EVERY, "the sign is wrong"))
    fails("twice", {"W[2]": "factor 2 too many"}, {"dW2": right["dW2"] * two})
    fails("never written", {"W[2]": "nothing was ever written"}, {"dW2": right["dW2"] * dtype(0)})
    hidden = ("W[1]", "b[1]")
    fails("no slope", dict.fromkeys(hidden, "the factor tanh'(Z[1]) is missing"))
    fails("slope at A", dict.fromkeys(hidden, "tanh' was taken at A[1]"))
    fails("slope twice", dict.fromkeys(hidden, "a factor tanh'(Z[1]) too many"))
    fails("slope of sigmoid", dict.fromkeys(hidden, "the derivative that of σ"))
    fails("loss of squares", dict.fromkeys(EVERY, "a factor σ'(Z[2]) too many"))
    fails("z for a", {"W[2]": "Z[1] stands where BP4 needs A[1]"})
    fails("first sample only", {"W[1]": "the sum over the samples is missing"})
    fails("bias over the other axis", {"b[1]": "summed over the units"})
    fails("bias summed over all", {"b[1]": "summed over the units too"})
    fails("one entry", {"W[1]": "only entry (2,3) of W[1] is wrong"})
    trial.fails("two mistakes, " + kind, SPEC,
                {**point, **columns(point, "no slope"), "dW2": right["dW2"] * minus},
                {"W[2]": "the sign is wrong", **dict.fromkeys(hidden, "tanh'(Z[1]) is missing")})
    classes = drawn((3, 3, 3), 7, dtype, classes=True)
    for mistake, expected in (
            ("transposed", {"W[1]": "rows and columns are exchanged"}),
            ("wrong delta", {"b[1]": "the delta is that of layer 2"}),
            ("wrong activation", {"W[2]": "not X"}),
            ("no transpose", dict.fromkeys(hidden, "the transpose of W[2] is missing")),
            ("softmax elementwise", dict.fromkeys(EVERY, "only its diagonal"))):
        trial.fails("%s, %s" % (mistake, kind), "3 - 3 tanh - 3 softmax",
                    {**classes, **square(classes, mistake)}, expected)
    lines = as_rows(point)
    backward = rows(lines)
    trial.fails("rows, no 1/m, " + kind, SPEC, {**lines, **backward, "dW1": backward["dW1"] * five},
                {"W[1]": "1/m of the mean is missing"})


def wrong_shapes(trial):
    point = drawn((3, 4, 2), 5)
    right = {**point, **columns(point)}
    flat = point["b1"][:, 0]
    trial.refused("a transposed gradient", SPEC, {**right, "dW1": right["dW1"].T},
                  "dW1 is (3,4) in the file", "rows and columns exchanged")
    trial.refused("no keepdims", SPEC, {**right, "b1": point["b1"] - flat},
                  "b1 is (4,4) in the file", "keepdims=True")
    trial.refused("a bias over the wrong axis", SPEC, {**right, "db1": np.zeros((1, 5))},
                  "db1 is (1,5) in the file", "sum over the units")
    trial.refused("a bias that is dZ", SPEC, {**right, "db1": np.zeros((4, 5))}, "dZ itself")
    trial.refused("targets that broadcast", "3 - 4 tanh - 1 sigmoid",
                  {**drawn((3, 4, 1), 5), "Y": np.zeros((5, 5)), "dW1": right["dW1"]},
                  "Y is (5,5) in the file", "broadcast")
    trial.refused("another network", SPEC, {**right, "W1": np.zeros((4, 2))},
                  "W1 is (4,2) in the file; 3 - 4 tanh makes W[1] (4,3)")
    trial.refused("objects", SPEC, {**right, "W1": np.array([[1.0], None], dtype=object)},
                  "Python objects")
    trial.refused("no bias", SPEC, {k: v for k, v in right.items() if k != "b2"}, "lacks b2",
                  "it has X, ")
    trial.refused("no gradient", SPEC, point, "nothing to check")
    nan = right["dW1"].copy()
    nan[1, 2] = np.nan
    trial.refused("NaN", SPEC, {**right, "dW1": nan}, "dW1[1,2] is NaN")
    trial.refused("targets of -1", SPEC, {**right, "Y": 2 * point["Y"] - 1}, "between 0 and 1")


def example(trial, source):
    """The example of examples/, run as it stands."""
    path = trial.folder / "example.npz"
    subprocess.run([sys.executable, str(source / "examples" / "numpy_two_layer.py"), str(path)],
                   check=True)
    with np.load(path) as arrays:
        trial.holds("the example", "3 - 4 tanh - 1 sigmoid", dict(arrays))


def main():
    parser = argparse.ArgumentParser(description="NumPy code against backproof grads.")
    parser.add_argument("--source", required=True)
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    find_numpy()
    if np is None:
        print("TAP version 13\n1..0 # SKIP this Python has no NumPy")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(arguments.program, folder)
        right_ones(trial)
        for dtype in (np.float64, np.float32):
            wrong_ones(trial, dtype)
        wrong_shapes(trial)
        example(trial, pathlib.Path(arguments.source))
    print("TAP version 13\n1..%d" % len(trial.results))
    for number, (name, complaint) in enumerate(trial.results, 1):
        print("%sok %d - %s" % ("not " if complaint else "", number, name))
        for line in (complaint or "").splitlines():
            print("# " + line)
    return 1 if any(complaint for _, complaint in trial.results) else 0


if __name__ == "__main__":
    sys.exit(main())
