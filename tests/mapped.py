#!/usr/bin/env python3
"""Checks that arrays are looked at where they lie, that this changes no number, and what happens to files that
others write to in the meantime.

The same network comes as a folder, as archives whose members lie at addresses for numbers and beside them, packed,
and through a pipe, and all reports must have the same numbers.  Files that become shorter, or are written to,
while they are looked at must end the program with a message, status 3 and without a report; a library that
is loaded before all others does that at the right moment.  Prints TAP.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import arrays
import tap

SPEC = "3 - 4 tanh - 2 sigmoid"
LARGE = 400_000  # inputs of a network whose weights are 12.8 MB


def run(program, *arguments, stdin=None, environment=None):
    return subprocess.run([program, "grads", *arguments], input=stdin, capture_output=True,
                          env=dict(os.environ, **(environment or {})))


def numbers(result):
    report = json.loads(result.stdout)
    return report["verdict"], report["loss"], report["blocks"]


def write_small(folder):
    """The network in all forms; gives what to call each, and the argument and standard input for it."""
    content = [(name + ".npy", arrays.npy(array)) for name, array in arrays.two_layers().items()]
    (folder / "arrays").mkdir()
    for name, data in content:
        (folder / "arrays" / name).write_bytes(data)
    forms = {"a folder": (folder / "arrays", None)}
    for padding in range(8):  # moves all members behind it
        data = arrays.npz([("p" * (padding + 1) + ".txt", b"")] + content)
        path = folder / ("stored%d.npz" % padding)
        path.write_bytes(data)
        forms["an archive, %d bytes on" % padding] = (path, None)
    path = folder / "packed.npz"
    path.write_bytes(arrays.npz(content, deflated=True))
    forms["a packed archive"] = (path, None)
    forms["a pipe"] = ("-", arrays.npz(content))
    return forms


def same_numbers(program, folder):
    forms = write_small(folder)
    results = {name: run(program, SPEC, str(path), "--format", "json", stdin=stdin)
               for name, (path, stdin) in forms.items()}
    expected = numbers(results["a pipe"])
    for name, result in results.items():
        problem = None
        if result.returncode != 0:
            problem = "status %d: %s" % (result.returncode, result.stderr.decode())
        elif numbers(result) != expected:
            problem = "other numbers than through a pipe"
        yield name, problem


def write_large(folder):
    """4 outputs, half of the squares of W x - y for one sample: dW = (W x - y) x'."""
    x = [1 + (k % 7) / 8 for k in range(LARGE)]
    files = {"X": x, "Y": [0.5] * 4, "b1": [0.25] * 4}
    weights = [[(k * (i + 3) % 11 - 5) / 1024 for k in range(LARGE)] for i in range(4)]
    off = [sum(w * v for w, v in zip(row, x)) + 0.25 - 0.5 for row in weights]
    folder.mkdir()
    for name, column in files.items():
        (folder / (name + ".npy")).write_bytes(arrays.npy([[v] for v in column]))
    (folder / "W1.npy").write_bytes(arrays.npy(weights))
    (folder / "dW1.npy").write_bytes(arrays.npy([[d * v for v in x] for d in off]))
    (folder / "db1.npy").write_bytes(arrays.npy([[d] for d in off]))


def changed(program, library, folder):
    spec = "%d - 4 identity, half-squared" % LARGE
    report = folder / "report.json"
    arguments = [spec, str(folder / "large"), "--directions", "1", "--format", "json", "--output", str(report)]
    whole = (folder / "large" / "W1.npy").read_bytes()
    yield "a large folder", problem_of(run(program, *arguments), 0, "", report, True)
    for name, change, message in (
            ("all of it is lost", "0", "became shorter"),
            ("only the header is left", "128", "became shorter"),
            ("the last pages are lost", str(len(whole) - 10000), "became shorter"),
            ("it is written to", "write", "was changed while it was looked at")):
        for file in ("W1.npy", "dW1.npy"):
            kept = (folder / "large" / file).read_bytes()
            result = run(program, *arguments,
                         environment={"LD_PRELOAD": library, "CHANGE": change, "FILE": "/" + file})
            (folder / "large" / file).write_bytes(kept)
            yield "%s: %s" % (file, name), problem_of(result, 3, message, report, False)


def problem_of(result, status, message, report, is_there):
    written = report.read_text() if report.exists() else ""
    found = '"blocks":[' in written and '"errors":' not in written  # else it says that nothing could be said
    report.unlink(missing_ok=True)
    left = [path.name for path in report.parent.iterdir() if path.name.startswith(".backproof")]
    text = result.stderr.decode()
    if result.returncode != status:
        return "status %d instead of %d: %s" % (result.returncode, status, text)
    if message not in text:
        return "the message does not say %r: %s" % (message, text)
    if found != is_there or left:
        return "the report is %sthere, and so are %s" % ("" if found else "not ", left)
    return None


def main():
    parser = argparse.ArgumentParser(description="Checks files of arrays that are mapped.")
    parser.add_argument("--program", required=True)
    parser.add_argument("--library", help="tests/faults/shorten.c; without it no file is changed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        points = list(same_numbers(arguments.program, folder))
        if arguments.library:
            write_large(folder / "large")
            points += changed(arguments.program, arguments.library, folder)
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
