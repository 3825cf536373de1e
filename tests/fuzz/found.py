#!/usr/bin/env python3
"""What ./dev fuzz has found since the last ./dev clean, if it was run: a test point for each target, which fails where an
input is left on which it stopped.

    found.py SOURCE    (TAP)

The input becomes a seed, tests/fuzz/seeds/TARGET/NAME, and its cause is mended.  FUZZ_BROKEN says with which status ./dev fuzz
ended where it could not even build its targets.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402


def main():
    source = pathlib.Path(sys.argv[1])
    tally = source / "build-fuzz" / "tally.tsv"
    if not tally.exists() and os.environ.get("FUZZ_BROKEN"):
        return tap.report([("./dev fuzz builds its targets", "it ended with status " + os.environ["FUZZ_BROKEN"])])
    if not tally.exists():
        print("1..0 # SKIP nothing has been fuzzed here; ./dev fuzz does it")
        return 0
    executions = {}
    for line in tally.read_text(encoding="utf-8").splitlines():
        name, _, count, _ = line.split("\t")
        executions[name] = executions.get(name, 0) + int(count)
    points = []
    for name, count in sorted(executions.items()):
        found = (source / "build-fuzz" / "found").glob(name + "-*")
        left = sorted(path.name for path in found if "-slow-unit-" not in path.name)  # which a busy machine makes of any
        problem = "it stopped at build-fuzz/found/" + ", ".join(left) if left else None
        points.append(("%s: %d executions" % (name, count), problem if count or problem else "it could not be run"))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
