#!/usr/bin/env python3
"""Everything that computes in several threads, or talks with several programs, in a build with -Db_sanitize=thread.

    threads.py --source SOURCE --build BUILD    (TAP)

Each command runs with one thread and with several: ThreadSanitizer must see no race and no order of locks that could stop for
ever, and reports must be the same.  Hosts call the library from several threads of their own (tests/unit/test_host.c).
OpenBLAS, GSL and FLINT are not instrumented; the first has one thread, as in every check.  `./dev test threads` makes such a build and runs this.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "faults"))
import runs  # noqa: E402

DEEP = "6 - 8 tanh - 5 relu - 4 softplus - 3 softmax"
EXEC = ["exec", "--format", "csv", "--", sys.executable, "examples/exec_python.py"]

# What is run, and how it is told how many threads or programs to take.
COMMANDS = [
    ("--threads", ["net", DEEP, "--samples", "20", "--format", "csv"]),
    ("--threads", ["net", DEEP, "--samples", "8", "--inject", "slope-at-a dZ[1]", "--format", "json"]),
    ("--threads", ["net", "3 - 4 relu - 2 sigmoid", "--power", "--format", "csv"]),
    ("--threads", ["net", "4 - 6 gelu - 3 softmax", "--data", "examples/iris.csv", "--weight-scale", "30", "--format", "csv"]),
    ("--threads", ["net", DEEP, "--time-limit", "0.02"]),
    ("--threads", ["train", "4 - 6 tanh - 3 softmax", "--data", "examples/iris.csv", "--steps", "12", "--check-every", "4"]),
    ("--threads", ["grads", "3 - 4 tanh - 1 sigmoid", "examples/two_layer_slip.npz"]),
    ("--threads", ["verify", "examples/notes.deriv", "examples/first.deriv", "derivations/lstm.deriv", "examples/lecture.md"]),
    ("--threads", ["verify", "--format", "json", "--time-limit", "0.2", "examples/notes.deriv", "examples/lecture.md"]),
    ("--threads", ["verify", "--memory-limit", "3M", "examples/notes.deriv", "examples/first.deriv"]),
    ("--threads", ["class", "examples", "--format", "csv"]),
    ("--threads", ["run", "--quiet"]),
    ("--jobs", EXEC),
]

# Two of these end at a limit, and where is a matter of chance.
LIMITED = ("--time-limit", "--memory-limit")

SUITES = ["host", "check", "response", "probe", "judge", "library"]


class Bench:
    def __init__(self, source, build, folder):
        self.source, self.build, self.folder = source, build, folder

    def run(self, command, **more):
        """Status, output, and what is wrong according to ThreadSanitizer."""
        log = pathlib.Path(self.folder, "tsan")
        environment = dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1", CK_DEFAULT_TIMEOUT="0",
                           TSAN_OPTIONS=f"log_path={log}:exitcode=66:second_deadlock_stack=1", **more)
        done = subprocess.run(command, cwd=self.source, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False)
        warnings = []
        for path in sorted(pathlib.Path(self.folder).glob("tsan.*")):
            warnings += re.findall(r"WARNING: ThreadSanitizer.*(?:\n(?!=====).*){0,24}", path.read_text(errors="replace"))
            path.unlink()
        return done.returncode, runs.VARIES.sub("", done.stdout.decode("utf-8", "replace")), warnings

    def try_command(self, option, words):
        found = [self.run([str(self.build / "src/cli/backproof"), words[0], option, number, *words[1:]]) for number in ("1", "4", "4")]
        for status, _, warnings in found:
            if warnings:
                return "\n# ".join(warnings[0].splitlines())
            if status not in (0, 1, 2, 3):
                return f"it ended with {status}"
        if not any(word in words for word in LIMITED) and len({one[:2] for one in found}) != 1:
            return "its report depends on the number of threads"
        return None

    def try_suite(self, name):
        status, out, warnings = self.run([str(self.build / "tests" / f"test_{name}")], CK_VERBOSITY="silent",
                                         CK_TAP_LOG_FILE_NAME="-")
        if warnings:
            return "\n# ".join(warnings[0].splitlines())
        failed = [line for line in out.splitlines() if line.startswith("not ok")]
        return "; ".join(failed) or (f"it ended with {status}" if status or "ok 1" not in out else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments.source.resolve(), arguments.build.resolve(), folder)
        points = [(" ".join([*words[:6], option]), bench.try_command(option, words)) for option, words in COMMANDS]
        points += [("the suite " + name, bench.try_suite(name)) for name in SUITES]
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
