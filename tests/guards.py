#!/usr/bin/env python3
"""Takes guards out of the program, one by one, and looks whether a test sees it.

    guards.py --source SOURCE                          each guard stands where this table says (a part of the suite)
    guards.py --source SOURCE --copy FOLDER            a copy of the project is built there, again for each guard, and
                                                       the test of docs/robustness.md that shows it must fail

A test that has never failed shows nothing.  A row is the guard, in words; the places that are changed, each a file with a
text that stands in it once and what it becomes; and the test, with the part of it that is run.  `./dev test guards` does all of it
in build-guards; that takes as long as the tests that are run.  Prints TAP.
"""

import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys

import tap

Guard = collections.namedtuple("Guard", "name places test part")

DERIVATION, BUDGET = "src/cli/derivation.c", "src/base/budget.c"

GUARDS = [
    Guard("what is used lies below the file", [
        (DERIVATION, "bool inside = whole && (lies_below(whole, home) || is_allowed(whole));\n  free(home);\n  free(whole);\n  if (hidden)",
         "bool inside = true;\n  free(home);\n  free(whole);\n  if (hidden)")], "cases", "safe/use-elsewhere"),
    Guard("what is used stays", [(DERIVATION, "return \"it is no file that stays\";", "return NULL;")], "cases", "safe/use-elsewhere"),
    Guard("a link to what is no derivation", [(DERIVATION, "return other;", "return false && other;")], "cases", "safe/links"),
    Guard("a link out of a student's folder", [(DERIVATION, "return !nowhere && !inside;", "return false && !nowhere && !inside;")], "classroom", None),
    Guard("a folder that is a link, where a pattern meets it", [(DERIVATION, "found = link_leads_out(part);", "found = false && link_leads_out(part);")],
          "classroom", None),
    Guard("inputs are known", [("src/cli/output.c", "  if (stat(path, &status) == 0 && S_ISREG(status.st_mode))\n    bp_output_protect(",
                                "  if (false && stat(path, &status) == 0 && S_ISREG(status.st_mode))\n    bp_output_protect(")],
          "cases", "safe/output-is-read-elsewhere"),
    Guard("no input is an output", [("src/cli/output.c", "inputs.list[inputs.count++].number = number;", "inputs.list[inputs.count].number = number;")],
          "cases", "safe/output-is-input"),
    Guard("closed streams are filled", [("src/cli/main.c", "for (int i = 0; i <= STDERR_FILENO; i++)\n    if (fcntl",
                                         "for (int i = 0; i < 0; i++)\n    if (fcntl")], "surroundings", "closed streams"),
    Guard("a signal is asked for, and a timer is behind it", [
        (DERIVATION, "return bp_interrupt_signal() != 0; }", "return false; }"),
        ("src/cli/terminal.c", "bp_interrupt_signal() || bp_budget_over_by_now()", "bp_budget_over_by_now()"),
        ("src/cli/interrupt.c", "setitimer(ITIMER_PROF, &timer, NULL);", "(void)timer;")], "surroundings", "work that is ended"),
    Guard("a refusal is told to the budget", [(BUDGET, "{\n  if (budget)\n    end(budget, BP_BUDGET_NO_MEMORY);", "{\n  if (budget && false)\n    end(budget, BP_BUDGET_NO_MEMORY);")],
          "faults", "verify holds.deriv"),
    Guard("large sizes are not compared", [("src/model/size.c", "!__builtin_mul_overflow(a, b, &product);\n  *beyond = *beyond || !fits;",
                                            "!__builtin_mul_overflow(a, b, &product);")], "cases", "lang/sizes-beyond"),
    Guard("what libxml2 could not write", [("src/report/markup.c", "return failed || ferror(out) ? -1 : 0;", "return 0 * (failed || ferror(out));")],
          "faults", "verify --format junit"),
    Guard("formulas of a spreadsheet", [("src/report/csv/csv.c", "strchr(\"=+-@\\t\\r\", first)", "strchr(\"+-@\\t\\r\", first)")], "hostile-texts", "a formula"),
    Guard("what a member of an archive claims", [("src/data/npz.c", "stat.size > MOST_INFLATION * stat.comp_size + MOST_INFLATION", "false")],
          "cases", "grads/hostile"),
    Guard("descriptors of ours", [("src/cli/exec/child.c", "pipe2(pipes->input, O_CLOEXEC) == 0", "pipe2(pipes->input, 0) == 0")], "exec", None),
    Guard("threads have a stack, and know how much of it is left", [
        ("src/base/parallel.c", "BP_STACK_BYTES) == 0 &&", "BP_STACK_BYTES / 32) == 0 &&"),
        ("src/base/stack.c", "return state == NOT_TOLD || (here", "return state != NOT_ASKED || (here")], "cases", "lang/hostile-chain"),
    Guard("interrupted calls are made again", [("src/cli/file/stream.c", "return result < 0 && errno == EINTR", "return false && result < 0 && errno == EINTR")],
          "system-calls", "verify --report junit"),
    Guard("text that grows doubles its room", [("src/base/growing.c", "2 * (growing->length + more) + LEAST_ROOM", "growing->length + more + 1")],
          "hostile", "written down"),
    Guard("not all sizes are told", [("src/judge/point.c", "MOST_SIZES = 40 }", "MOST_SIZES = 40000000 }")], "hostile", "sizes"),
    Guard("a network has a limit of time where none is given", [("src/cli/options.c", "static const double USUAL = 3600;", "static const double USUAL = 0;")],
          "cases", "verify/time-limit"),
    Guard("what a program answers has a limit for all of it", [("src/cli/exec/crew.c", "if (crew->time_limit > 0 &&", "if (false && crew->time_limit > 0 &&")],
          "cases", "verify/time-limit"),
    Guard("notes of one kind are few", [("src/model/model.c", "MOST_TOLD = 20 }", "MOST_TOLD = 2000000 }")], "hostile", "what names stand for"),
]


def misplaced(source, guard):
    for name, text, _ in guard.places:
        count = (source / name).read_text(encoding="utf-8").count(text)
        if count != 1:
            yield f"stands {count} times in {name}: {text!r}"


def command(test, part, build):
    """What the suite runs, or the part of it."""
    program = str(build / "src/cli/backproof")
    with_source = ["--source", ".", "--program", program]
    library = {name: str(build / "tests" / name) for name in ("librefuse.so", "libbegin.so", "fail", "host")}
    words = {
        "cases": ["run_cases.py", *with_source],
        "classroom": ["classroom.py", program],
        "exec": ["exec.py", "--program", program],
        "faults": ["faults.py", *with_source, "--library", library["librefuse.so"], "--host", library["host"]],
        "hostile": ["hostile.py", program],
        "hostile-texts": ["hostile_texts.py", program],
        "surroundings": ["surroundings.py", program],
        "system-calls": ["system_calls.py", *with_source, "--library", library["libbegin.so"], "--tool", library["fail"]],
    }[test]
    return [sys.executable, "tests/" + words[0], *words[1:], *([] if not part else [part] if test in ("cases", "hostile", "hostile-texts") else ["--only", part])]


class Copy:
    def __init__(self, source, folder):
        self.place = folder / "source"
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(source, self.place, symlinks=True, ignore=shutil.ignore_patterns("build*", ".git", "__pycache__"))
        self.build = (folder / "build").resolve()
        if not (self.build / "build.ninja").exists():
            self.do(["meson", "setup", str(self.build), str(self.place), "--buildtype=debugoptimized", "-Dtests=enabled"])
        self.compile()

    def do(self, words):
        return subprocess.run(words, cwd=self.place, capture_output=True, check=True)

    def compile(self):
        tools = ["librefuse.so", "libbegin.so", "fail", "host"]
        self.do(["ninja", "-C", str(self.build), "src/cli/backproof", *("tests/" + name for name in tools)])

    def without(self, guard):
        """What the test says with the guard taken out; None where it fails, as it should."""
        kept = {name: (self.place / name).read_text(encoding="utf-8") for name, _, _ in guard.places}
        try:
            for name, text, other in guard.places:
                (self.place / name).write_text(kept[name].replace(text, other), encoding="utf-8")
            self.compile()
            done = subprocess.run(command(guard.test, guard.part, self.build), cwd=self.place, capture_output=True, check=False, text=True,
                                  env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
            seen = "\nnot ok" in "\n" + done.stdout
            return None if seen else f"{guard.test} does not see it: status {done.returncode}, {(done.stdout + done.stderr)[-300:]}"
        except subprocess.CalledProcessError as error:
            return f"it cannot be built: {error.stdout.decode()[-300:]}"
        finally:
            for name, text in kept.items():
                (self.place / name).write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--copy", type=pathlib.Path)
    parser.add_argument("--only", default="", help="guards whose name has this in it")
    options = parser.parse_args()
    guards = [guard for guard in GUARDS if options.only in guard.name]
    problems = ["; ".join(misplaced(options.source, guard)) or None for guard in guards]
    if options.copy:
        copy = Copy(options.source.resolve(), options.copy)
        problems = [problem or copy.without(guard) for guard, problem in zip(guards, problems)]
    return tap.report([(guard.name, problem) for guard, problem in zip(guards, problems)])


if __name__ == "__main__":
    sys.exit(main())
