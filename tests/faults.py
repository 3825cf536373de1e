#!/usr/bin/env python3
"""Refuses memory to the program, one request after the other, and looks what it says.

Every row of faults/runs.py is a command on a small input, or a call of the library.  It is run once as it is, then with its N-th request
for memory refused, and with all requests from the N-th on refused (tests/faults/refuse.c).  The program must then end with status 3, one
message and no verdict; or, where it could do without, print exactly what it prints otherwise.  An old file
at --output stays whole.  A crash, another status, or a report that differs is a failure.

Without --all a part of the requests is refused: the first ones, the last ones, and others evenly spread.  `./dev test faults` refuses them all.  Prints TAP, a test point for each row.
"""

import argparse
import os
import pathlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "faults"))
import runs  # noqa: E402

class Harness:
    def __init__(self, arguments, folder):
        self.program, self.library, self.host = (str(pathlib.Path(path).resolve()) for path in (
            arguments.program, arguments.library, arguments.host))
        self.source, self.folder, self.sanitized = arguments.source, folder, arguments.sanitized

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
        slip = pathlib.Path(self.source, "examples", "two_layer_slip.npz").resolve()
        command = [self.host, *row.words[1:]] if row.words[0] == "host" else [self.program, *runs.words_of(row)]
        return runs.run(command, row, self.folder, slip, environment)


def complaint(usual, found, messages):
    """What is wrong with this outcome, or None."""
    status, out, errors, files, left = found
    if found == usual:
        return None
    if status < 0:
        return f"killed by signal {-status}: {errors[-200:]}"
    if "(null)" in errors or "(null)" in out:
        return "prints (null)"
    if status != 3:
        return f"status {status} in place of {usual.status} or 3; {errors[-160:]!r} {out[-160:]!r}"
    if not 1 <= errors.count("error: ") <= messages:
        return f"{errors.count('error: ')} messages: {errors[-300:]!r}"
    if "memory" not in errors and usual.status != 3:
        return f"says nothing of memory: {errors[-200:]!r}"
    if set(left) - set(usual.left):
        return f"leaves {set(left) - set(usual.left)}"
    if any(text != wanted and not runs.whole(text) for text, wanted in zip(files, usual.files)):
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
    inputs = max(1, sum(word.endswith((".deriv", ".md", ".py", ".ipynb")) for word in row.words))
    # Where not even a reserve is left FLINT ends the process; a program says so first, a library in a host cannot.
    onwards = ("",) if row.words[0] == "host" else ("", "+")
    tasks = [f"{number}{sign}" for number in chosen(count, everything) for sign in onwards]
    outcomes = pool.map(lambda refused: (refused, complaint(usual, harness.run(row, refused), inputs)), tasks)
    wrong = [(refused, said) for refused, said in outcomes if said]
    return count, len(tasks), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--host", required=True, help="faults/host.c, built")
    parser.add_argument("--source", required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--only", help="rows whose command has this in it")
    arguments = parser.parse_args()
    rows = [row for row in runs.RUNS + runs.CALLS if not arguments.only or arguments.only in runs.name_of(row)]
    everything = arguments.all or os.environ.get("BACKPROOF_FAULTS") == "all"
    print(f"1..{len(rows)}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        harness = Harness(arguments, folder)
        for number, row in enumerate(rows, 1):
            count, tried, wrong = judge(harness, row, everything, pool)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {runs.name_of(row)}: "
                  f"{count} requests, {tried} refusals")
            for refused, said in wrong[:6]:
                print(f"# {refused}: {said}")
            if len(wrong) > 6:
                print(f"# and {len(wrong) - 6} more")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
