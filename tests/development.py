#!/usr/bin/env python3
"""Checks that docs/development.md describes the sources that are there.

1. Every file of the project that a page of it names exists.
2. The drawing of the house shows every folder of src, each once.
3. The journeys: each is a list of functions that some data passes, one a line,

       1. `bp_lexer_next` in `lang/token.c`: what it does

   and each function is defined in the file that is named, and called from the file of a step before
   it.  The heading of a journey names its folders in order (lang → model → judge), and the list
   passes through exactly these, in this order.

4. What docs/robustness.md says that something is shown by is there: a test, a point of it, a golden
   case, a function, a verb of ./dev.

The rules are tried on a page that breaks each of them first.  Prints TAP.
"""

import argparse
import pathlib
import re
import sys

import tap

NAMED = re.compile(r"`((?:src/|tests/|bench/|docs/|derivations/|examples/)?[\w-]+(?:/[\w.-]+)*/?)`")
STEP = re.compile(r"^ *\d+\. `(\w+)` in `([\w/]+\.[ch])`", re.MULTILINE)
FOLDERS = re.compile(r"\w+(?= →)|(?<=→ )\w+")
SUFFIXES = (".c", ".h", ".py", ".md", ".json", ".build", ".txt", ".tsv", ".case", ".place", ".deriv")


def sections(page, level):
    """(heading, text) of every section of that level."""
    parts = re.split(r"^%s (.+)$" % ("#" * level), page, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2]))


def exists(source, name):
    """A path from the top or from src; a bare name of a file counts where src or tests has one."""
    places = [source / name, source / "src" / name]
    if any(place.exists() for place in places):
        return True
    return "/" not in name and any(next((source / top).rglob(name), None) for top in ("src", "tests"))


def missing_names(source, page):
    for name in sorted(set(NAMED.findall(page))):
        if name.endswith(SUFFIXES) and "NAME" not in name and not exists(source, name):
            yield name


def house_of(page):
    return dict(sections(page, 2))["The house"]


def drawing_complaints(source, page):
    drawing = re.search(r"```text\n(.*?)```", house_of(page), re.DOTALL)
    if not drawing:
        yield "there is no drawing of the house"
        return
    for folder in sorted(path.name for path in (source / "src").iterdir() if path.is_dir()):
        count = len(re.findall(r"(?<![\w/.-])%s(?![\w/.-])" % folder, drawing.group(1)))
        if count != 1:
            yield "%s stands %d times in the drawing" % (folder, count)


def defines(text, function):
    """Whether the text has a definition of the function: its name and parameters, then a brace."""
    pattern = r"^[\w][\w *]*[ *]%s\([^;{}]*\)\s*\{" % function
    return re.search(pattern, text, re.MULTILINE) is not None


def mentions(text, function):
    """Whether the text calls the function, or hands it on, elsewhere than in its definition."""
    body = re.sub(r"^[\w][\w *]*[ *]%s\(" % function, "", text, flags=re.MULTILINE)
    return re.search(r"\b%s\b" % function, body) is not None


def is_reached(source, function, before):
    """From a file of the steps before it: by its name, or by the row of a table that they use."""
    files = [source / "src" / name for name in before]
    texts = [path.read_text(encoding="utf-8") for path in files if path.exists()]
    headers = [path.with_suffix(".h") for path in files if path.with_suffix(".h").exists()]
    texts += [path.read_text(encoding="utf-8") for path in headers if "_ROW" in path.read_text()]
    return any(mentions(text, function) for text in texts)


def journey_complaints(source, heading, text):
    passed, before = [], []
    steps = STEP.findall(text)
    if len(steps) < 4:
        yield "only %d steps" % len(steps)
    for function, name in steps:
        path = source / "src" / name
        if not path.exists() or not defines(path.read_text(encoding="utf-8"), function):
            yield "%s is not defined in src/%s" % (function, name)
        elif before and name.split("/")[0] not in ("cli", "report"):
            if not is_reached(source, function, before):
                yield "%s is not called from any step before it" % function
        before.append(name)
        folder = name.split("/")[0]
        if not passed or passed[-1] != folder:
            passed.append(folder)
    said = FOLDERS.findall(heading)
    if said != passed:
        yield "the heading says %s, the steps %s" % (" ".join(said), " ".join(passed))


def journeys(page):
    text = dict(sections(page, 2)).get("Four journeys", "")
    return sections(text, 3)


def check(source, page):
    yield "docs/development.md draws every folder", list(drawing_complaints(source, page))
    found = journeys(page)
    yield "there are four journeys", [] if len(found) == 4 else ["there are %d" % len(found)]
    for heading, text in found:
        yield "journey: " + heading, list(journey_complaints(source, heading, text))


def shown_complaints(source, page):
    """What the last cells of the tables name, and is not there."""
    build = (source / "tests/meson.build").read_text(encoding="utf-8") + (source / "tests/fuzz/meson.build").read_text(encoding="utf-8")
    scripts = "".join(path.read_text(encoding="utf-8") for path in sorted(source.glob("tests/*.py")))
    units = "".join(path.read_text(encoding="utf-8") for path in sorted(source.glob("tests/unit/*.c")))
    verbs = (source / "dev").read_text(encoding="utf-8")
    for row in re.findall(r"^\|(?!---)(.+)\|$", page, flags=re.MULTILINE):
        shown = row.split("|")[-1]
        if shown.strip() in ("", "shown by"):
            continue
        if not re.search("`", shown):
            yield "nothing is named in: " + shown.strip()
        for name in re.findall(r"`([^`]+)`", shown):
            options = re.findall(r"'%s'" % re.escape(name.removeprefix("replay-")), build)
            if name.startswith("./dev "):
                found = re.search(r"^verb_%s\(\)" % name.split()[1], verbs, flags=re.MULTILINE) and \
                    all("'%s" % word in verbs or " %s " % word in verbs or '"%s"' % word in verbs or "== %s ]]" % word in verbs
                        for word in name.split()[2:])
            elif "/" in name:
                found = (source / name).exists() or (source / "tests/cases" / (name + ".case")).exists()
            elif "=" in name:
                found = name.split("=")[0] in scripts
            elif "_" in name and not options:
                found = "START_TEST(%s)" % name in units
            else:
                found = options or '"%s"' % name.split()[0] in (source / "tests/faults/runs.py").read_text(encoding="utf-8")
            if not found:
                yield "%s is not there" % name
        for point in re.findall(r"\*([^*]+)\*", shown):
            if '"%s' % point.rstrip(" …") not in scripts:
                yield "there is no point '%s'" % point


BAD_TABLE = """
| what | shown by |
|---|---|
| a | `nonesuch` |
| b | `cases`: `safe/nonesuch`; `no_such_function` |
| c | `surroundings`: *a point that is not there* |
| d | `./dev nonesuch` |
| e | by eye |
| f | `cases`: `safe/links`; `arena`, `./dev test faults`, *closed streams* |
"""


BAD_PAGE = """
## The house

```text
base  base
```

## Four journeys

### A: base → lang

1. `bp_nothing` in `base/arena.c`: there is no such thing
2. `bp_arena_new` in `base/arena.c`: right
3. `bp_arena_new` in `lang/token.c`: there is, but not there
4. `bp_arena_free` in `base/arena.c`: right, and not called before
5. `bp_parse` in `lang/parse.c`: there, and not called before

`src/base/nobody.c`
"""


def self_check(source):
    complaints = [line for _, lines in check(source, BAD_PAGE) for line in lines]
    wanted = ("base stands 2 times", "lang stands 0 times", "there are 1", "bp_nothing",
              "bp_arena_new is not defined in src/lang/token.c", "the heading says",
              "bp_parse is not called")
    lost = [words for words in wanted if not any(words in line for line in complaints)]
    lost += [] if list(missing_names(source, BAD_PAGE)) == ["src/base/nobody.c"] else ["nobody.c"]
    table = list(shown_complaints(source, BAD_TABLE))
    lost += [] if len(table) == 6 else ["of the six mistakes in a table: " + "; ".join(table)]
    if any("bp_arena_new is not defined in src/base" in line for line in complaints):
        lost.append("a function that is there was called missing")
    return "the rules see what they should", lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="top folder of the project")
    source = pathlib.Path(parser.parse_args().source)
    page = (source / "docs/development.md").read_text(encoding="utf-8")
    points = [self_check(source), *check(source, page)]
    shown = (source / "docs/robustness.md").read_text(encoding="utf-8")
    points.append(("what docs/robustness.md is shown by is there", list(shown_complaints(source, shown))))
    pages = [*source.glob("*.md"), *source.glob("*/*.md")]
    for path in sorted(page for page in pages if not page.parent.name.startswith("build")):
        lost = list(missing_names(source, path.read_text(encoding="utf-8")))
        points.append(("%s names files that exist" % path.relative_to(source), lost))
    return tap.report([(name, "\n# ".join(lines) or None) for name, lines in points])


if __name__ == "__main__":
    sys.exit(main())
