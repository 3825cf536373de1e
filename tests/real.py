#!/usr/bin/env python3
"""The table of real code, of the one package that every build has.

    real.py --source SOURCE --program PROGRAM --library LIBRARY

`./dev bench real` needs packages that tests do not, and nobody runs it often: a member of an options struct that it
did not know of let it call nothing right, and that stood for days.  So GSL's part runs here: it must find what
is wrong in GSL, catch what it plants, and go on from where a run was stopped.  Skipped without NumPy or mpmath.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

PYTHONS = [sys.executable, "/usr/bin/python3"]


def python():
    """An interpreter that has both."""
    for name in PYTHONS:
        command = [name, "-c", "import mpmath, numpy"]
        if os.path.exists(name) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return name
    return None


def main():
    parser = argparse.ArgumentParser()
    for name in ("source", "program", "library"):
        parser.add_argument("--" + name, type=pathlib.Path, required=True)
    chosen, interpreter = parser.parse_args(), python()
    if not interpreter:
        print("1..0 # SKIP no Python with NumPy and mpmath")
        return 0

    def run(*words):
        command = [interpreter, chosen.source / "bench" / "real.py", "--program", chosen.program]
        command += ["--library", chosen.library, "--jobs", "1", "--only", "gsl", "1", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    with tempfile.TemporaryDirectory() as folder:
        first = run("--keep", folder, "--to", "12")
        whole = run("--keep", folder)
        again = run("--keep", folder)
    planted = re.search(r"backproof, all +(\d+) +0 +(\d+) +0\n", whole.stdout)
    goes_on = "1 of 12:" not in whole.stderr and " of " not in again.stderr
    points = [
        ("some cases", None if first.returncode == 0 and "12 of 12:" in first.stderr else first.stderr + first.stdout),
        ("all cases", None if whole.returncode == 0 else whole.stderr[-500:] + whole.stdout[-2000:]),
        ("the find is seen", None if "GSL, confirmed" in whole.stdout else whole.stdout[-2000:]),
        ("what is planted is caught", None if planted and int(planted[2]) > 200 else whole.stdout[-2000:]),
        ("it goes on from where it stopped", None if goes_on else again.stderr[-500:]),
        ("and says the same", None if whole.stdout.splitlines()[:5] == again.stdout.splitlines()[:5] else again.stdout),
    ]
    return tap.report([(name, problem and problem.replace("\n", "\n# ")) for name, problem in points])


if __name__ == "__main__":
    sys.exit(main())
