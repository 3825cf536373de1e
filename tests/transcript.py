"""Commands beside the output they should give: running them, comparing, accepting what changed.

A transcript is a text file in which some lines are commands and the lines after each are its
expected output.  Golden cases (run_cases.py) and the console blocks of the documentation
(run_doc_examples.py) are both transcripts; only where commands begin and end is different.  So a
reader for either format yields Steps, each knowing which lines of the file it owns, and everything
else is here.

Parts of an output that differ between machines are left open in the expected text: "…" stands for
anything within its line, and a line "[...]" stands for any number of lines.

One routine, reconcile(), serves both for judging and for accepting: it lays the actual output
beside the expected lines and gives back the expected text corrected with as few edits as possible.
A step passes when there was nothing to correct, a failure is shown as the difference between the
two, and accepting writes the corrected text; so what a failure shows is exactly what accepting
would do, and elisions survive wherever they still fit.
"""

import concurrent.futures
import difflib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

GAP = "[...]"
ELLIPSIS = "…"
NO_NEWLINE = "\\ no newline at end of output"

EDIT = 1 << 20  # cost of a changed line; a line absorbed by a gap costs 1, to keep gaps short
LARGEST_TABLE = 4_000_000  # cells of the alignment; beyond it, the rest is replaced as a whole
LARGEST_OUTPUT = 4 << 20
MOST_WORK = 600  # seconds of processor time for one process: what hangs ends, and nothing depends on the clock

# What a run may inherit: where programs are, and what sanitizers and coverage need.
INHERITED = re.compile(r"PATH|LD_LIBRARY_PATH|[A-Z]+SAN_OPTIONS|GCOV_\w+|LLVM_PROFILE_FILE")


class TranscriptError(Exception):
    """A transcript that cannot be read; the text is "file:line: what is wrong"."""


class Step:
    """A command, the lines it is expected to print, and the lines of the file that say so."""

    def __init__(self, command, begin):
        self.command = command
        self.begin = begin  # lines [begin, end) of the file hold the expectation
        self.end = begin
        self.expected = []
        self.indent = ""


class Case:
    """Steps that run one after the other in a directory of their own."""

    def __init__(self, name, path, lines):
        self.name = name
        self.path = pathlib.Path(path)
        self.lines = lines  # the whole file, without line ends
        self.files = {}  # name -> text, put into the directory first
        self.steps = []
        self.error = None  # why the transcript cannot be run
        self.missing = []  # programs that it needs and that are not here: it is skipped


class Outcome:
    def __init__(self, case):
        self.case = case
        self.corrections = []  # (step, corrected lines) where the two differ
        self.problem = None  # a reason that accepting cannot mend
        self.seconds = 0.0

    @property
    def passed(self):
        return not self.corrections and not self.problem


# Comparing


def line_pattern(line):
    """A compiled pattern for a line with elisions, or None for a line without."""
    if ELLIPSIS not in line:
        return None
    return re.compile(".*".join(re.escape(part) for part in line.split(ELLIPSIS)))


class Expectation:
    """Expected lines, prepared for matching."""

    def __init__(self, lines):
        self.lines = lines
        self.gap = [line.strip() == GAP for line in lines]
        self.pattern = [line_pattern(line) for line in lines]

    def fits(self, i, text):
        if self.pattern[i]:
            return self.pattern[i].fullmatch(text) is not None
        return self.lines[i] == text

    def matches(self, actual):
        """Whether all of `actual` fits; the usual glob algorithm with one point of return."""
        i = j = 0
        last_gap = resume = None
        while j < len(actual):
            if i < len(self.lines) and self.gap[i]:
                last_gap, resume = i, j
                i += 1
            elif i < len(self.lines) and self.fits(i, actual[j]):
                i += 1
                j += 1
            elif last_gap is not None:
                resume += 1
                i, j = last_gap + 1, resume
            else:
                return False
        return all(self.gap[i:])


def reconcile(expected, actual):
    """Returns (agrees, corrected): the expected lines with the fewest edits that make them fit."""
    expectation = Expectation(expected)
    if expectation.matches(actual):
        return True, list(expected)

    # What agrees at the front needs no table.
    head = 0
    while (
        head < min(len(expected), len(actual))
        and not expectation.gap[head]
        and expectation.fits(head, actual[head])
    ):
        head += 1
    rest, output = expected[head:], actual[head:]
    if (len(rest) + 1) * (len(output) + 1) > LARGEST_TABLE:
        return False, expected[:head] + output
    return False, expected[:head] + align(Expectation(rest), output)


def align(expectation, actual):
    """The cheapest alignment, by dynamic programming from the end; the corrected lines."""
    rows, columns = len(expectation.lines), len(actual)
    cost = [[EDIT * (columns - j) for j in range(columns + 1)] for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        gap, below, here = expectation.gap[i], cost[i + 1], cost[i]
        here[columns] = below[columns] + (0 if gap else EDIT)
        for j in reversed(range(columns)):
            if gap:
                here[j] = min(below[j], 1 + here[j + 1])
            else:
                same = 0 if expectation.fits(i, actual[j]) else EDIT
                here[j] = min(same + below[j + 1], EDIT + below[j], EDIT + here[j + 1])

    corrected = []
    i = j = 0
    while i < rows or j < columns:
        if i == rows:
            corrected.append(actual[j])
            j += 1
        elif expectation.gap[i]:
            if cost[i][j] == cost[i + 1][j]:
                corrected.append(expectation.lines[i])
                i += 1
            else:
                j += 1
        elif j < columns and expectation.fits(i, actual[j]) and cost[i][j] == cost[i + 1][j + 1]:
            corrected.append(expectation.lines[i])
            i, j = i + 1, j + 1
        elif j < columns and cost[i][j] == EDIT + cost[i + 1][j + 1]:
            corrected.append(actual[j])
            i, j = i + 1, j + 1
        elif cost[i][j] == EDIT + cost[i + 1][j]:
            i += 1
        else:
            corrected.append(actual[j])
            j += 1
    return corrected


# Running


def clean_environment(program, source, home):
    """The same surroundings on every machine: no colours, no locale, no terminal width."""
    environment = {k: v for k, v in os.environ.items() if INHERITED.fullmatch(k)}
    if program:
        folder = str(pathlib.Path(program).resolve().parent)
        environment["PATH"] = folder + os.pathsep + environment.get("PATH", os.defpath)
    environment.update(
        HOME=str(home),
        LC_ALL="C.UTF-8",
        OPENBLAS_NUM_THREADS="1",
        SOURCE=str(source),
        TERM="dumb",
    )
    return environment


def run_command(command, folder, environment, seconds):
    """Returns (output, status); status None when the time ran out."""
    process = subprocess.Popen(
        ["bash", "-c", "ulimit -t %d; %s" % (MOST_WORK, command)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=max(seconds, 0.1))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return output, None
    status = process.returncode
    return output, status if status >= 0 else 128 - status


def output_lines(output, folder, source, link):
    """The output as lines, with this machine's directories replaced by names."""
    text = output[:LARGEST_OUTPUT].decode("utf-8", errors="backslashreplace")
    text = text.replace(str(link), "$SOURCE").replace(str(folder), "$PWD").replace(str(source), "$SOURCE")
    if not text:
        return []
    if text.endswith("\n"):
        return text[:-1].split("\n")
    return text.split("\n") + [NO_NEWLINE]


class Runner:
    """Runs cases.  `observe(step, lines, status)` turns what a command did into lines to compare."""

    def __init__(self, program, source, timeout, observe, prepare=None):
        self.program = program
        self.source = pathlib.Path(source).resolve()
        self.timeout = timeout
        self.observe = observe
        self.prepare = prepare  # called with the empty directory of each case

    def run(self, case):
        outcome = Outcome(case)
        started = time.monotonic()
        if case.error:
            outcome.problem = case.error
            return outcome
        if case.missing:
            return outcome
        with tempfile.TemporaryDirectory(prefix="case-") as folder:
            folder = os.path.realpath(folder)
            if self.prepare:
                self.prepare(folder)
            for name, text in case.files.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            self.run_steps(outcome, folder, started)
        outcome.seconds = time.monotonic() - started
        return outcome

    def run_steps(self, outcome, folder, started):
        link = pathlib.Path(folder + ".source")  # lines break alike wherever the project lies, and no quotes are needed
        link.symlink_to(self.source)
        try:
            self.run_linked_steps(outcome, folder, link, started)
        finally:
            link.unlink()

    def run_linked_steps(self, outcome, folder, link, started):
        environment = clean_environment(self.program, link, folder)
        for step in outcome.case.steps:
            left = self.timeout - (time.monotonic() - started)
            output, status = run_command(step.command, folder, environment, left)
            lines = output_lines(output, folder, self.source, link)
            if status is None:
                outcome.problem = "no end after %g seconds: %s" % (self.timeout, step.command)
                return
            actual = self.observe(step, lines, status)
            agrees, corrected = reconcile(step.expected, actual)
            if not agrees:
                outcome.corrections.append((step, corrected))

    def run_all(self, cases, workers):
        with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as pool:
            yield from pool.map(self.run, cases)


# Reporting and accepting


def corrected_file(lines, corrections):
    """All lines of a file with the corrected expectations in place."""
    result = list(lines)
    for step, corrected in sorted(corrections, key=lambda item: item[0].begin, reverse=True):
        result[step.begin : step.end] = [step.indent + line for line in corrected]
    return result


def difference(outcome, name):
    """A unified diff from what was expected to what was printed."""
    before = outcome.case.lines
    after = corrected_file(before, outcome.corrections)
    return list(difflib.unified_diff(before, after, name, name + " (now)", lineterm=""))


def tap(outcomes, count, root, hint, out=None):
    """Prints a test point for each case; returns the exit status."""
    out = out or sys.stdout
    if count == 0:
        print("1..0 # SKIP there are no cases", file=out)
        return 0
    failed = 0
    print("TAP version 13\n1..%d" % count, file=out)
    for number, outcome in enumerate(outcomes, 1):
        name = outcome.case.name.replace("#", "")
        missing = outcome.case.missing
        skipped = " # SKIP there is no " + ", ".join(missing) if missing and outcome.passed else ""
        print("%sok %d - %s%s" % ("" if outcome.passed else "not ", number, name, skipped), file=out)
        if not outcome.passed:
            failed += 1
            if outcome.problem:
                print("# " + outcome.problem, file=out)
            relative = os.path.relpath(outcome.case.path, root)
            for line in difference(outcome, relative):
                print("# " + line, file=out)
        out.flush()
    if failed:
        print("# " + hint, file=out)
    return 1 if failed else 0


def accept(outcomes, root, ask, out=None):
    """Shows each difference and writes it into its file, after `ask(name)` said yes."""
    out = out or sys.stdout
    by_path = {}
    refused = 0
    for outcome in outcomes:
        relative = os.path.relpath(outcome.case.path, root)
        if outcome.problem:
            print("%s: cannot be accepted: %s" % (relative, outcome.problem), file=out)
            refused += 1
        if outcome.passed or outcome.problem:
            continue
        print("\n".join(difference(outcome, relative)), file=out)
        out.flush()
        if ask(relative):
            lines, corrections = by_path.setdefault(
                outcome.case.path, (outcome.case.lines, [])
            )
            corrections.extend(outcome.corrections)
        else:
            refused += 1
    for path, (lines, corrections) in by_path.items():
        write_whole(path, "\n".join(corrected_file(lines, corrections)) + "\n")
    print(
        "%d file%s changed" % (len(by_path), "" if len(by_path) == 1 else "s")
        + (", %d left as they were" % refused if refused else ""),
        file=out,
    )
    return 1 if refused else 0


def write_whole(path, text):
    """Replaces a file in one step, so that an interrupt never leaves half of it."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def asker(always):
    """What to ask before accepting: a person on a terminal, otherwise nobody."""
    if always or not sys.stdin.isatty():
        return lambda name: True

    def ask(name):
        return input("accept this for %s? [y/N] " % name).strip().lower() in ("y", "yes")

    return ask


def read_lines(path):
    """The lines of a text file, without the empty one that its last line end makes."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")


def add_common_arguments(parser):
    parser.add_argument("--program", help="the backproof to test; its folder goes first in PATH")
    parser.add_argument("--source", default=".", help="top folder of the project")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--timeout", type=float, default=1800.0, help="seconds for one case, on however busy a machine")
    parser.add_argument("--accept", action="store_true", help="write what is printed now")
    parser.add_argument("--yes", action="store_true", help="do not ask before writing")


def run_main(arguments, cases, observe, prepare=None):
    """What both scripts do once they have read their cases; returns the exit status."""
    # A program that is missing would look like a hundred changed outputs.
    if arguments.program and not os.access(arguments.program, os.X_OK):
        print("1..0\nBail out! %s cannot be run; build it first" % arguments.program)
        return 1
    runner = Runner(arguments.program, arguments.source, arguments.timeout, observe, prepare)
    outcomes = runner.run_all(cases, arguments.jobs)
    if arguments.accept:
        return accept(outcomes, arguments.source, asker(arguments.yes))
    hint = "if the new output is right: ./dev accept"
    return tap(outcomes, len(cases), arguments.source, hint)
