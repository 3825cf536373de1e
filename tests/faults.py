#!/usr/bin/env python3
"""Refuses memory to the program, one request after the other, and looks what it says.

Every row of RUNS is a command on a small input.  It is run once as it is, then with its N-th request
for memory refused, and with all requests from the N-th on refused (tests/faults/refuse.c).  The program must then end with status 3, one
message and no verdict; or, where it could do without, print exactly what it prints otherwise.  An old file
at --output stays as it was.  A crash, another status, or a report that differs is a failure.

Without --all a part of the requests is refused: the first ones, the last ones, and others evenly spread.  `./dev test faults` refuses them all.  Prints TAP, a test point for each row.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

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

CSV = "1,2,0\n2,1,1\n0.5,-1,0\n"
NETWORK = "2 - 2 tanh - 1 sigmoid"

# command, and what sees to it that a change of the output is noticed by name
RUNS = (
    [("verify", "--format", form, "small.deriv")
     for form in ("text", "json", "csv", "junit", "tap", "sarif", "github", "markdown")]
    + [("verify", "holds.deriv"),
       ("verify", "--quiet", "holds.deriv", "small.deriv"),
       ("verify", "--report", "junit:old.xml", "--output", "old.txt", "holds.deriv"),
       ("verify", "note.md"),
       ("verify", "--only", "delta", "--replay", "small.deriv"),
       ("explain", "small.deriv:weights"),
       ("explain", "small.deriv"),
       ("trace", "small.deriv"),
       ("trace", NETWORK),
       ("trace", "--format", "json", NETWORK),
       ("read", "note.md"),
       ("net", NETWORK),
       ("net", NETWORK, "--data", "data.csv", "--format", "json"),
       ("net", NETWORK, "--inject", "sign W[1]", "--format", "junit"),
       ("net", "2 - 2 relu - 2 softmax", "--power"),
       ("train", NETWORK, "--data", "data.csv", "--steps", "3", "--check-every", "2"),
       ("grads", "3 - 4 tanh - 1 sigmoid", "slip.npz"),
       ("verify", "--help"),
       ("net", "--help"),
       ("verify", "--formt", "json", "small.deriv")])


class Harness:
    def __init__(self, program, library, folder, sanitized):
        self.program, self.library, self.folder, self.sanitized = program, library, folder, sanitized

    def run(self, row, refused, report=None):
        environment = dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1",
                           BACKPROOF_REFUSE=refused, LD_PRELOAD=self.library)
        if self.sanitized:
            environment["ASAN_OPTIONS"] = ("verify_asan_link_order=0:allocator_may_return_null=1:"
                                           "abort_on_error=1:detect_leaks=1")
            # What these lose when they are refused memory half-way is not ours.
            suppressions = pathlib.Path(self.folder, "suppressions")
            suppressions.write_text("leak:libxml2.so\nleak:libgsl.so\nleak:libzip.so\n", encoding="utf-8")
            environment["LSAN_OPTIONS"] = f"suppressions={suppressions}:print_suppressions=0"
        if report:
            environment["BACKPROOF_REFUSE_REPORT"] = report
        words = [row[0]]
        if row[0] in ("verify", "net", "train", "grads") and "--help" not in row:
            words += ["--threads", "1"]
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            for name, text in (("small.deriv", DERIVATION), ("holds.deriv", HOLDS),
                               ("note.md", NOTE), ("data.csv", CSV),
                               ("old.txt", "old"), ("old.xml", "old")):
                pathlib.Path(place, name).write_text(text, encoding="utf-8")
            os.symlink(SLIP, pathlib.Path(place, "slip.npz"))
            done = subprocess.run([self.program] + words + list(row[1:]), cwd=place,
                                  env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=300, check=False)
            files = tuple(pathlib.Path(place, name).read_text(encoding="utf-8", errors="replace")
                          for name in ("old.txt", "old.xml"))
            left = tuple(sorted(os.listdir(place)))
        out = done.stdout.decode("utf-8", "replace")
        out = re.sub(r'("seconds": ?|SECONDS=)[0-9.e+-]+| time="[0-9.e+-]+"', "", out)
        files = tuple(re.sub(r' time="[0-9.e+-]+"', '', text) for text in files)
        return done.returncode, out, done.stderr.decode("utf-8", "replace"), files, left


def complaint(usual, found, messages):
    """What is wrong with this outcome, or None."""
    status, out, errors, files, left = found
    if (status, out, errors, files, left) == usual:
        return None
    if status < 0:
        return f"killed by signal {-status}: {errors[-200:]}"
    if "(null)" in errors or "(null)" in out:
        return "prints (null)"
    if status != 3:
        return f"status {status} in place of {usual[0]} or 3; {errors[-160:]!r} {out[-160:]!r}"
    if not 1 <= errors.count("error: ") <= messages:
        return f"{errors.count('error: ')} messages: {errors[-300:]!r}"
    if "memory" not in errors and usual[0] != 3:
        return f"says nothing of memory: {errors[-200:]!r}"
    if left != usual[4]:
        return f"leaves {set(left) ^ set(usual[4])}"
    if any(text not in ("", "old", usual[3][k]) and not text.endswith(("</testsuites>\n", ".\n"))
           for k, text in enumerate(files)):
        return f"a file was cut: {files}"
    return None


def chosen(count, everything):
    if everything or count <= 20:
        return list(range(1, count + 1))
    spread = {1 + k * count // 10 for k in range(10)}
    return sorted(set(range(1, 7)) | set(range(count - 3, count + 1)) | spread)


def judge(harness, row, everything, pool):
    with tempfile.NamedTemporaryFile(dir=harness.folder) as report:
        harness.run(row, "0", report.name)
        count = int(pathlib.Path(report.name).read_text(encoding="utf-8") or "0")
    usual = harness.run(row, "0")
    inputs = max(1, sum(word.endswith(".deriv") for word in row))
    tasks = [f"{number}{onwards}" for number in chosen(count, everything) for onwards in ("", "+")]
    outcomes = pool.map(lambda refused: (refused, complaint(usual, harness.run(row, refused), inputs)), tasks)
    wrong = [(refused, said) for refused, said in outcomes if said]
    return count, len(tasks), wrong


def main():
    global SLIP
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--only", help="rows whose command has this in it")
    arguments = parser.parse_args()
    SLIP = pathlib.Path(arguments.source, "examples", "two_layer_slip.npz").resolve()
    rows = [row for row in RUNS if not arguments.only or arguments.only in " ".join(row)]
    everything = arguments.all or os.environ.get("BACKPROOF_FAULTS") == "all"
    print(f"1..{len(rows)}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        harness = Harness(str(pathlib.Path(arguments.program).resolve()),
                          str(pathlib.Path(arguments.library).resolve()), folder,
                          arguments.sanitized)
        for number, row in enumerate(rows, 1):
            count, tried, wrong = judge(harness, row, everything, pool)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {' '.join(row)}: "
                  f"{count} requests, {tried} refusals")
            for refused, said in wrong[:6]:
                print(f"# {refused}: {said}")
            if len(wrong) > 6:
                print(f"# and {len(wrong) - 6} more")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
