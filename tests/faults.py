#!/usr/bin/env python3
"""Refuses memory to the program, one request after the other, and looks what it says.

Every row of faults/runs.py is a command on a small input, or a call of the library.  It is run once as it is, then with its N-th request
for memory refused, and with all requests from the N-th on refused (tests/faults/refuse.c).  The program must then end with status 3, one
message and no verdict; or, where it could do without, print exactly what it prints otherwise.  An old file
at --output stays whole.  A crash, another status, or a report that differs is a failure.

Without --all a part of the requests is refused: the first ones, the last ones, and others evenly spread.  `./dev test faults` refuses them all:
in one run where a row has one thread and writes no file, each in a copy of the process (tests/faults/each.c), and else in a run for each.
Prints TAP, a test point for each row.
"""

import argparse
import os
import pathlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "faults"))
import runs  # noqa: E402
import share  # noqa: E402

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
        return runs.run(command, row, self.folder, slip, environment, 100000 if refused.startswith("each") else 600)


def complaint(usual, found, messages, server=False):
    """What is wrong with this outcome, or None.  A server goes on, and tells it where it was asked."""
    status, out, errors, files, left = found
    if found == usual:
        return None
    if status < 0:
        return f"killed by signal {-status}: {errors[-200:]}"
    if "(null)" in errors or "(null)" in out:
        return "prints (null)"
    if server and status == usual.status and "memory" in out:
        return None
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


# Where a copy of the process would share what it must have alone: files that are written, programs that are run.
SHARING = ("--output", "--report", "--fix", "--pages", "--jobs", "class", "exec")


def in_copies(harness, row, usual, inputs):
    """Refuses every request in one run: how many requests and copies, and what went wrong."""
    onwards = "" if row.words[0] == "host" else "+"
    with tempfile.TemporaryDirectory(dir=harness.folder) as folder:
        report = pathlib.Path(folder, "r")
        original = harness.run(row, "each" + onwards, str(report))
        if original != usual:
            return 0, 0, [("the run itself", f"is not as it was: {original.status} {original.errors[-200:]!r}")]
        said = []
        for number, status in enumerate(pathlib.Path(folder, "r.outcomes").read_text(encoding="ascii").split()):
            out, errors = (pathlib.Path(folder, f"r.{number}.{name}").read_text(encoding="utf-8", errors="replace")
                           for name in ("out", "err"))
            found = usual._replace(status=int(status), out=runs.VARIES.sub("", out), errors=errors)
            said.append(complaint(usual, found, inputs, row.words[0] == "lsp"))
        copies = [line.split() for line in pathlib.Path(folder, "r.each").read_text(encoding="ascii").splitlines()]
        count = int(report.read_text(encoding="ascii"))
    wrong = [(number + ("+" if after == "1" else ""), said[int(outcome)]) for number, after, outcome in copies]
    if len(copies) != count * (1 + len(onwards)):
        wrong.append(("all", f"{len(copies)} copies of {count} requests"))
    return count, len(copies), [(what, why) for what, why in wrong if why]


def chosen(count, everything):
    if everything or count <= 10:
        return list(range(1, count + 1))
    spread = {1 + k * count // 6 for k in range(6)}
    return sorted(set(range(1, 4)) | set(range(count - 1, count + 1)) | spread)


def judge(harness, row, everything, pool):
    usual = harness.run(row, "0")
    inputs = max(1, sum(word.endswith((".deriv", ".md", ".py", ".ipynb")) for word in row.words))
    if everything and row.threads == "1" and not set(SHARING) & set(row.words):
        return in_copies(harness, row, usual, inputs)
    with tempfile.NamedTemporaryFile(dir=harness.folder) as report:
        harness.run(row, "0", report.name)
        count = int(pathlib.Path(report.name).read_text(encoding="utf-8") or "0")
    # Where not even a reserve is left FLINT ends the process; a program says so first, a library in a host cannot.
    onwards = ("",) if row.words[0] == "host" else ("", "+")
    tasks = [f"{number}{sign}" for number in chosen(count, everything) for sign in onwards]
    if row.words[0] == "lsp":  # which goes on, so that what was refused has many ways to be forgotten
        tasks = sorted({*tasks, *(str(number) for number in range(2, count + 1, 2))})
    outcomes = pool.map(lambda refused: (refused, complaint(
        usual, harness.run(row, refused), inputs, row.words[0] == "lsp")), tasks)
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
    if not arguments.all and not arguments.only:
        rows = share.of(rows, 10, "faults", runs.name_of)
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
