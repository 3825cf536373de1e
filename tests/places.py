#!/usr/bin/env python3
"""How many places a new thing touches: adds one of each in a copy of the sources, builds it, uses it.

tests/places/NAME.place is a golden case (see run_cases.py) of a program that does not exist yet.
Beside files, commands and what they print it has the places where the sources are changed:

    kind: An elementwise function
    places: 1 row, 1 block

    --- row in src/num/function.c after: ROW(gelu
        ROW(softsign, ...),
    ---
    --- block in src/num/function.c before: /* ---- the table
    static double softsign(double z) { return z / (1 + fabs(z)); }
    ---
    --- file src/report/toy.c
    ...
    ---
    --- broken in src/num/function.c: ROW(softsign, "softsign", BP_SMOOTH, => ROW(softsign, BP_SMOOTH,

"row" and "block" go before or after the only line that contains the words behind the colon, "line"
is for the list of sources in a meson.build, "file" is a new source.  `places:` must be what is
there, and every file that is touched must be named by the paragraph of docs/development.md that
begins with the kind, so that the page tells the truth.  "broken" takes something out of what was
added, `=>` between the words before and after: then that file must no longer compile.

Everything is added to one copy, so there is one build; the commands of each case run with it.
Prints TAP.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import run_cases
import tap
import transcript

EDIT = re.compile(r"--- (row|block|line) in (\S+) (before|after): (.+)")
SOURCE = re.compile(r"--- file ((?:src|docs)/\S+)")
BROKEN = re.compile(r"--- broken in (\S+): (.+) => ?(.*)")
HEAD = re.compile(r"(kind|places): (.+)")
LEFT_OUT = re.compile(r"build(-[\w-]+)?|\.git|__pycache__|\.cache")


class Place:
    """An addition to the sources."""

    def __init__(self, sort, path, where, anchor, text):
        self.sort, self.path, self.where, self.anchor, self.text = sort, path, where, anchor, text

    def apply(self, copy):
        path = copy / self.path
        if self.sort == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        found = [k for k, line in enumerate(lines) if self.anchor in line]
        if len(found) != 1:
            raise transcript.TranscriptError(
                "%s: %d lines contain %r; one was expected" % (self.path, len(found), self.anchor))
        at = found[0] + (self.where == "after")
        lines[at:at] = self.text
        path.write_text("".join(lines), encoding="utf-8")


class Recipe:
    """What a .place file says: a case, and what has to be added before it can be run."""

    def __init__(self, path):
        self.name = path.stem
        self.kind = self.promised = None
        self.places, self.broken = [], []
        lines = transcript.read_lines(path)
        position = 0
        while position < len(lines):
            line = lines[position]
            edit, source = EDIT.fullmatch(line), SOURCE.fullmatch(line)
            broken, head = BROKEN.fullmatch(line), HEAD.fullmatch(line)
            if edit or source:
                end = lines.index("---", position + 1)
                text = [each + "\n" for each in lines[position + 1 : end]]
                if edit:
                    sort, name, where, anchor = edit.groups()
                    self.places.append(Place(sort, name, where, anchor, text))
                else:
                    self.places.append(Place("file", source.group(1), "", "", "".join(text)))
                position = end
            elif broken:
                self.broken.append(broken.groups())
            elif head and head.group(1) == "kind":
                self.kind = head.group(2)
            elif head:
                self.promised = head.group(2)
            position += 1
        # To the runner of cases the places are prose, but for new sources, which it would write.
        self.case = run_cases.parse_case(path, lines, self.name)
        for place in self.places:
            self.case.files.pop(place.path, None)

    def count(self):
        """ "1 row, 2 blocks": what is added, in the order of first mention."""
        counts = collections.Counter(place.sort for place in self.places)
        return ", ".join("%d %s%s" % (n, sort, "" if n == 1 else "s") for sort, n in counts.items())

    def unnamed(self, page):
        """Files that are touched and not named by the paragraph of the page."""
        paragraphs = [p for p in page.split("\n\n") if p.startswith("**%s**" % self.kind)]
        if len(paragraphs) != 1:
            return ["no paragraph begins with **%s**" % self.kind]
        named = set(re.findall(r"`(?:src/)?([\w./]+)`", paragraphs[0]))
        touched = {place.path for place in self.places}
        return sorted(path for path in touched if not is_named(path, named))


def is_named(path, named):
    """By its path below src, by a folder above it, or as a list of sources beside a named place."""
    short = path.removeprefix("src/")
    parents = [parent.as_posix() for parent in pathlib.PurePosixPath(short).parents][:-1]
    return short in named or any(p in named or p + "/" in named for p in parents) or (
        short.endswith("meson.build") and any(n.startswith(parents[0]) for n in named))


def copy_tree(source, copy):
    """The project without what is built and without its tests."""

    def left_out(folder, names):
        top = pathlib.Path(folder) == source
        return [n for n in names if LEFT_OUT.fullmatch(n) or (top and n in ("tests", "bench"))]

    shutil.copytree(source, copy, ignore=left_out)
    for name in ("tests", "bench"):
        (copy / name).mkdir()
        (copy / name / "meson.build").write_text("")


def run(command, folder=None):
    result = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, errors="replace")
    return result.returncode, result.stdout + result.stderr


def build(meson, copy):
    """None, or what went wrong."""
    folder = copy / "build"
    options = ["--buildtype=plain", "-Dtests=disabled", "-Dbench=disabled", "-Ddocs=disabled"]
    status, output = run([meson, "setup", str(folder), str(copy), *options])
    if status == 0:
        status, output = run(["ninja", "-C", str(folder), "src/cli/backproof"])
    return None if status == 0 else "\n".join(output.splitlines()[-40:])


def is_read_by(entry, path, wanted):
    """Whether the command of the build compiles that source, or one that includes that header."""
    source = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
    include = '#include "%s"\n' % path.removeprefix("src/")
    return source == wanted or (path.endswith(".h") and include in source.read_text(encoding="utf-8"))


def compiles(copy, path):
    """Whether it still compiles, by the commands that built it: the source, or a header itself and
    all that include it."""
    wanted = (copy / path).resolve()
    commands = json.loads((copy / "build/compile_commands.json").read_text(encoding="utf-8"))
    lines = [(e["command"], e["directory"]) for e in commands if is_read_by(e, path, wanted)]
    if path.endswith(".h"):
        any_other = commands[0]["command"].replace(commands[0]["file"], "-x c %s" % wanted)
        lines.append((any_other, commands[0]["directory"]))
    results = [run(["bash", "-c", line + " -fsyntax-only"], folder)[0] for line, folder in lines]
    return all(status == 0 for status in results)


def broken_points(recipe, copy):
    """Test points: without the words, the source must not compile."""
    for path, words, instead in recipe.broken:
        source = copy / path
        text = source.read_text(encoding="utf-8")
        name = "%s: %s does not compile without %r" % (recipe.name, path, words)
        if text.count(words) != 1:
            yield name, "%r stands there %d times" % (words, text.count(words))
            continue
        source.write_text(text.replace(words, instead), encoding="utf-8")
        yield name, "it compiles" if compiles(copy, path) else None
        source.write_text(text, encoding="utf-8")


def place_points(recipe, page):
    count = recipe.count()
    problem = None if count == recipe.promised else "it is: " + count
    yield "%s: places to touch are %s" % (recipe.name, recipe.promised), problem
    unnamed = recipe.unnamed(page)
    yield "%s: docs/development.md names them" % recipe.name, ", ".join(unnamed) or None


def case_point(outcome):
    recipe = outcome.case
    name = "%s: what was added works" % recipe.name
    if outcome.passed:
        return name, None
    lines = [outcome.problem] if outcome.problem else []
    lines += transcript.difference(outcome, recipe.path.name)
    return name, "\n# ".join(lines)


def check(recipes, source, meson, accepts):
    page = (source / "docs/development.md").read_text(encoding="utf-8")
    points = [point for recipe in recipes for point in place_points(recipe, page)]
    with tempfile.TemporaryDirectory(prefix="places-") as folder:
        copy = pathlib.Path(os.path.realpath(folder), "copy")
        copy_tree(source, copy)
        try:
            for recipe in recipes:
                for place in recipe.places:
                    place.apply(copy)
            problem = build(meson, copy)
        except transcript.TranscriptError as error:
            problem = str(error)
        points.append(("a copy with all of them builds", problem and problem.replace("\n", "\n# ")))
        if problem:
            return points
        program = copy / "build/src/cli/backproof"
        runner = transcript.Runner(program, source, 60, run_cases.observe)
        for recipe in recipes:
            outcome = runner.run(recipe.case)
            if accepts:
                transcript.accept([outcome], source, lambda name: True, sys.stderr)
            points.append(case_point(outcome))
            points += broken_points(recipe, copy)
    return points


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default=".", help="top folder of the project")
    parser.add_argument("--meson", default="meson", help="the program meson")
    parser.add_argument("--accept", action="store_true", help="write what is printed now")
    parser.add_argument("names", nargs="*", help="only these recipes")
    arguments = parser.parse_args()
    source = pathlib.Path(arguments.source).resolve()
    recipes = [Recipe(path) for path in sorted((source / "tests/places").glob("*.place"))]
    if arguments.names:
        recipes = [recipe for recipe in recipes if recipe.name in arguments.names]
    return tap.report(check(recipes, source, arguments.meson, arguments.accept))


if __name__ == "__main__":
    sys.exit(main())
