#!/usr/bin/env python3
"""Checks the rules of the house that no compiler knows.

1. A file of src stands in a folder that has a row in the table of docs/development.md, and includes
   only what that row names: whole folders, or single headers of one.  The page is the one source of
   these rules, so what people read and what is enforced cannot differ.
2. Other libraries are known to the folders alone whose row names them.
3. Only cli prints, opens files, reads the environment, starts processes or exits; the library reads
   bytes and writes to streams that it is given, so that it can run inside other programs.
4. No path of somebody's machine is built into the program.
5. A room inside of a folder includes of that folder only what its own row names, and no circle leads
   through it: what it includes does not come back to it.
6. Every source is built, so none is under no compiler's eyes.
7. Rooms stay small enough to be known: a source has so many lines at most, a level of a folder so
   many files (a source and its header are one) and so many lines.

Comments and string literals are blanked first, so that a sentence about printf is no violation.
Prints TAP, one test point for each folder and rule.
"""

import argparse
import pathlib
import re
import sys
import tempfile

TOP = "cli"  # the folder that may include and call everything

# Names of other libraries as the table has them, and the headers by which they are known.
LIBRARIES = {
    "mpi": r"mpi\.h",
    "flint": r"(flint/|acb|arb|arf|fmpz|mag\.h)",
    "gsl": r"gsl/",
    "openblas": r"(open)?cblas",
    "utf8proc": r"utf8proc",
    "jansson": r"jansson",
    "libxml2": r"libxml/",
    "libzip": r"zip\.h",
    "sleef": r"sleef",
}

CALLS = (
    "printf vprintf puts putchar perror exit _exit _Exit quick_exit abort assert getenv "
    "secure_getenv setenv putenv fopen freopen fdopen open openat creat tmpfile mkstemp fork vfork "
    "system popen posix_spawn posix_spawnp execl execlp execle execv execvp execve signal sigaction "
    "raise kill dup dup2 pipe setlocale isatty"
).split()
FORBIDDEN = [
    (re.compile(r"(?<![\w.>])%s\s*\(" % name), name + "()") for name in CALLS
] + [(re.compile(r"(?<![\w.>])%s\b" % name), name) for name in ("stdout", "stderr", "stdin")]
# These by a pointer either: only format(printf, 1, 2) may say the name.
FORBIDDEN += [
    (re.compile(r"(?<![\w.>])(?<!format\()%s\b(?!\s*\()" % name), name)
    for name in ("printf", "vprintf", "puts", "putchar", "_exit", "abort", "fork")
]

# Macros that run in the test program of whoever includes them.
HOSTS = {"api/backproof_check.h"}

MOST_LINES = 600
MOST_FILES = 16
MOST_LEVEL_LINES = 6000

SUFFIXES = (".c", ".h", ".def", ".inc")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
HIDDEN_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[^<"\s]', re.MULTILINE)
MACHINE_PATH = re.compile(
    r'"(?:[^"\\\n]|\\.)*?(?<![\w.~)])/(?:home|root|usr|opt|tmp|var|etc|mnt|srv)/'
)
TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.DOTALL)


def blank(text, strings=True):
    """The text without comments (and strings), every line still in its place."""

    def replace(match):
        token = match.group()
        if token[0] in "\"'" and not strings:
            return token
        return re.sub(r"[^\n]", " ", token)

    return TOKENS.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class House:
    """The table of docs/development.md: a row for each folder, lowest first."""

    ROW = re.compile(r"^\| `([\w/]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|\s*$", re.MULTILINE)
    ROOM = re.compile(r"^\| `(\w+/\w+)` \|([^|]*)\|\s*$", re.MULTILINE)

    def __init__(self, page):
        section = page[page.index("## The house") :].split("\n## ")[0]
        self.folders, self.libraries = {}, {}
        self.rooms = {name: set(re.findall(r"`([^`]+)`", row)) for name, row in self.ROOM.findall(section)}
        for name, _, allowed, libraries in self.ROW.findall(section):
            self.folders[name] = set(re.findall(r"`([^`]+)`", allowed))
            self.libraries[name] = set(re.findall(r"`([^`]+)`", libraries))
        assert self.folders, "the table of folders in docs/development.md has no rows"

    def complaints(self):
        """What is wrong with the table itself: an unknown name, or a row that includes upwards."""
        below = []
        for name, allowed in self.folders.items():
            for other in sorted(allowed):
                if other.split("/")[0] not in below:
                    yield "%s may include %s, which is no row above it" % (name, other)
            for library in sorted(self.libraries[name] - LIBRARIES.keys()):
                yield "%s may know %s, for which tests/layering.py has no header" % (name, library)
            below.append(name)

    def may_include(self, folder, header):
        other = header.split("/")[0]
        if folder == TOP or folder == other:
            return True
        return other in self.folders[folder] or header in self.folders[folder]

    def may_know(self, folder, header):
        known = [name for name, pattern in LIBRARIES.items() if re.match(pattern, header)]
        return not known or bool(self.libraries[folder] & set(known))


def include_complaints(house, folder, path, text):
    plain = blank(text, strings=False)
    for match in HIDDEN_INCLUDE.finditer(plain):
        yield "%s:%d: say which header is included" % (path, line_of(text, match.start()))
    for match in INCLUDE.finditer(plain):
        form, name = match.groups()
        where = "%s:%d" % (path, line_of(text, match.start()))
        if ".." in name or (form == "<" and name.split("/")[0] in house.folders):
            yield '%s: write a header of src as "folder/name.h"' % where
        elif form == "<":
            if not house.may_know(folder, name):
                yield "%s: %s must not know <%s>" % (where, folder, name)
        elif "/" not in name:
            if (folder, name) != ("api", "backproof.h"):
                yield '%s: write "%s/%s" instead of "%s"' % (where, folder, name, name)
        elif not house.may_include(folder, name):
            below = ", ".join(sorted(house.folders[folder])) or "nothing"
            yield "%s: %s stands below %s and may include %s" % (where, folder, name, below)


def own_includes(source, folder):
    """What files of a folder include of the same folder: (room, unit, where, header) of each.  A room is
    the folder itself or one inside of it; a unit is a file of the folder itself, a source with its
    header, or a whole room inside of it."""
    for path in sorted(p for p in (source / folder).rglob("*") if p.suffix in SUFFIXES):
        name = path.relative_to(source)
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(blank(text, strings=False)):
            header = match.group(2)
            if header.startswith(folder + "/"):
                where = "%s:%d" % (name, line_of(text, match.start()))
                yield name.parent.as_posix(), unit_of(name), where, header


def unit_of(name):
    name = pathlib.PurePath(name)
    return "/".join(name.parts[:2]) if len(name.parts) > 2 else name.with_suffix(".*").as_posix()


def room_complaints(house, source, folder):
    for path in sorted(p for p in (source / folder).rglob("*") if p.is_dir()):
        name = path.relative_to(source).as_posix()
        if name not in house.rooms:
            yield "src/%s has no row in the table of rooms" % name
    after = {}
    for room, unit, where, header in own_includes(source, folder):
        home = pathlib.PurePath(header).parent.as_posix()
        if unit != unit_of(header):
            after.setdefault(unit, set()).add(unit_of(header))
        if room in house.rooms and home != room and not {home, header} & house.rooms[room]:
            below = ", ".join(sorted(house.rooms[room])) or "nothing"
            yield "%s: of its own folder %s may include %s" % (where, room, below)
    for room in sorted(unit for unit in after if unit in house.rooms):
        way = circle(after, room)
        if way:
            yield "%s comes back to itself: %s" % (room, " -> ".join(way))


def circle(after, start):
    """A way from there back to there, or None."""
    ways, seen = [[start]], set()
    for way in ways:
        for unit in sorted(after.get(way[-1], ())):
            if unit == start:
                return way + [unit]
            if unit not in seen:
                seen.add(unit)
                ways.append(way + [unit])
    return None


def call_complaints(_house, folder, path, text):
    if folder == TOP or pathlib.PurePath(path).as_posix() in HOSTS:
        return
    plain = blank(text)
    for pattern, name in FORBIDDEN:
        for match in pattern.finditer(plain):
            where = "%s:%d" % (path, line_of(text, match.start()))
            yield "%s: %s is for cli; return a status or write to a given stream" % (where, name)


def path_complaints(_house, _folder, path, text):
    for match in MACHINE_PATH.finditer(blank(text, strings=False)):
        where = "%s:%d" % (path, line_of(text, match.start()))
        yield "%s: a path of one machine is written into the program" % where


RULES = (
    ("includes only what stands below it", include_complaints),
    ("leaves the terminal, files and processes to cli", call_complaints),
    ("knows no path of one machine", path_complaints),
)


def unbuilt_complaints(source, folder):
    """Sources that no list of the folder's meson.build names, and endings that nobody looks at."""
    build = source / folder / "meson.build"
    listed = build.read_text(encoding="utf-8") if build.exists() else ""
    for path in sorted((source / folder).rglob("*")):
        name = path.relative_to(source / folder).as_posix()
        if path.suffix == ".c" and "'%s'" % name not in listed and path.stem not in listed:
            yield "%s/%s is in no list of %s/meson.build" % (folder, name, folder)
        if path.is_file() and path.suffix in (".cc", ".cpp", ".C", ".cxx", ".hh", ".hpp"):
            yield "%s/%s: sources are .c and .h" % (folder, name)


def size_complaints(source, folder):
    """The measures of a folder, level by level.  A source and its header are one file, as to readers."""
    for level in [source / folder, *sorted(p for p in (source / folder).rglob("*") if p.is_dir())]:
        name, total = level.relative_to(source), 0
        files = sorted(path for path in level.iterdir() if path.suffix in SUFFIXES)
        for path in files:
            lines = path.read_text(encoding="utf-8").count("\n")
            total += lines
            if lines > MOST_LINES:
                yield "%s has %d lines; %d are enough" % (name / path.name, lines, MOST_LINES)
        count = len({path.stem for path in files})
        if count > MOST_FILES:
            yield "%s has %d files on one level; %d are enough" % (name, count, MOST_FILES)
        if total > MOST_LEVEL_LINES:
            yield "%s has %d lines on one level; %d are enough" % (name, total, MOST_LEVEL_LINES)


def check(house, source):
    """Yields (name of the test point, complaints)."""
    yield "the table of folders makes sense", list(house.complaints())
    strays = [p.name for p in source.iterdir() if p.is_file() and p.suffix in SUFFIXES]
    yield "every source stands in a folder", ["src/%s does not" % name for name in sorted(strays)]
    folders = sorted(path.name for path in source.iterdir() if path.is_dir())
    unknown = [name for name in folders if name not in house.folders]
    yield "every folder has a row in the table", ["src/%s has none" % name for name in unknown]
    for folder in (name for name in folders if name in house.folders):
        files = sorted(p for p in (source / folder).rglob("*") if p.suffix in SUFFIXES)
        texts = [(p.relative_to(source), p.read_text(encoding="utf-8")) for p in files]
        for sentence, rule in RULES:
            found = [line for path, text in texts for line in rule(house, folder, path, text)]
            yield "%s %s" % (folder, sentence), found
        yield "%s has rooms that know what is below them" % folder, list(room_complaints(house, source, folder))
        yield "%s is built as a whole" % folder, list(unbuilt_complaints(source, folder))
        yield "%s is no larger than its measures" % folder, list(size_complaints(source, folder))


SAMPLE_PAGE = """
## The house

| folder | what | may include | other libraries |
|---|---|---|---|
| `base` | low | | `utf8proc` |
| `num` | numbers | `base` | `gsl` |
| `net` | networks | `num`, `base` | `gsl` |
| `model` | one file of net | `net/spec.h`, `base` | |
| `report` | writers | `base` | |
| `cli` | top | everything | |

| room | may include of its own folder |
|---|---|
| `net/low` | |
| `net/deep` | `net/low`, `net/spec.h` |

## Next
"""

def self_check():
    """The rules must be able to fail: each of these breaks one, the rest none."""
    house = House(SAMPLE_PAGE)
    bad = [
        (include_complaints, "base", '#include "num/function.h"\n'),
        (include_complaints, "base", '#include "arena.h"\n'),
        (include_complaints, "report", "#include <gsl/gsl_matrix.h>\n"),
        (include_complaints, "num", "#include <utf8proc.h>\n"),
        (include_complaints, "base", "#include <num/function.h>\n"),
        (include_complaints, "num", '#include "num/../net/network.h"\n'),
        (include_complaints, "num", '#define H "net/network.h"\n#include H\n'),
        (include_complaints, "net", '  #  include "cli/options.h"\n'),
        (include_complaints, "model", '#include "net/network.h"\n'),
        (include_complaints, "model", '#include "num/function.h"\n'),
        (call_complaints, "net", 'void f(void) { printf("x"); }\n'),
        (call_complaints, "net", "if (bad)\n  exit (1);\n"),
        (call_complaints, "base", "fputs(text, stderr);\n"),
        (call_complaints, "net", '(printf)("x");\n'),
        (call_complaints, "net", "int (*say)(const char *) = puts;\n"),
        (call_complaints, "net", "raise(9);\n"),
        (path_complaints, "cli", 'const char *p = "/usr/share/x";\n'),
    ]
    good = [
        (include_complaints, "net", '#include "num/function.h"\n// #include "cli/main.h"\n'),
        (include_complaints, "net", '#include "net/cause/recipe.h"\n#include <gsl/gsl_blas.h>\n'),
        (include_complaints, "model", '#include "net/spec.h"\n'),
        (include_complaints, "cli", '#include "report/report.h"\n'),
        (call_complaints, "net", "/* printf(x) */ snprintf(b, n, f); bp_exit(1); s->open(s);\n"),
        (call_complaints, "net", 'fprintf(out, "exit(1)"); reopen(x); on_exit_status(2);\n'),
        (call_complaints, "cli", "exit(1);\n"),
        (call_complaints, "net", "void f(const char *, ...) __attribute__((format(printf, 1, 2)));\n"),
        (path_complaints, "net", '"and/usr/x", "m/s", "1/m"; // "/usr/bin/x"\n'),
    ]
    wrong = ["not seen: " + t for rule, folder, t in bad if not list(rule(house, folder, "x.c", t))]
    wrong += ["false alarm: " + t for rule, folder, t in good if list(rule(house, folder, "x.c", t))]
    upward = House(SAMPLE_PAGE.replace("| low | |", "| low | `num` |"))
    strange = House(SAMPLE_PAGE.replace("| `utf8proc` |", "| `libfoo` |"))
    wrong += ["not seen: a row that includes upwards"] * (not list(upward.complaints()))
    wrong += ["not seen: a library that nobody knows"] * (not list(strange.complaints()))
    wrong += ["false alarm in the table: " + line for line in house.complaints() if "cli" not in line]
    return "the rules see what they should", wrong + list(self_check_tree()) + list(self_check_rooms())


def self_check_rooms():
    """Rooms inside of a folder: complaints that each of these trees must have, or none."""
    cases = (
        ({"net/deep/a.c": "net/low/b.h net/spec.h", "net/check.c": "net/deep/a.h net/spec.h"}, 0),
        ({"net/deep/a.c": "net/network.h"}, 1),  # of its folder, and in no row
        ({"net/low/b.c": "net/deep/a.h"}, 1),  # the lower room upwards
        ({"net/deep/a.c": "net/spec.h", "net/spec.h": "net/deep/a.h"}, 1),  # straight back
        ({"net/deep/a.c": "net/spec.h", "net/spec.c": "net/x.h", "net/x.h": "net/deep/a.h"}, 1),
        ({"net/other/a.c": ""}, 1),  # a room without a row
    )
    for files, wanted in cases:
        with tempfile.TemporaryDirectory() as name:
            for path, headers in files.items():
                (pathlib.Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
                lines = ['#include "%s"\n' % header for header in headers.split()]
                (pathlib.Path(name) / path).write_text("".join(lines))
            found = list(room_complaints(House(SAMPLE_PAGE), pathlib.Path(name), "net"))
            if len(found) != wanted:
                yield "rooms: %d complaints in place of %d about %s" % (len(found), wanted, files)


def self_check_tree():
    """The rules about whole trees, on one that breaks each of them."""
    with tempfile.TemporaryDirectory() as name:
        source = pathlib.Path(name)
        for folder in ("base", "attic", "num/deep"):
            (source / folder).mkdir(parents=True)
        (source / "stray.c").write_text("")
        (source / "base/long.c").write_text("x\n" * (MOST_LINES + 1))
        for number in range(MOST_FILES + 1):
            (source / "num" / ("f%d.c" % number)).write_text("x\n" * 400)
        (source / "num/deep/up.c").write_text('#include "net/spec.h"\n')
        results = dict(check(House(SAMPLE_PAGE), source))
        for point in (
            "every source stands in a folder",
            "every folder has a row in the table",
            "base is no larger than its measures",
            "base is built as a whole",
            "num includes only what stands below it",
        ):
            if not results[point]:
                yield "not seen in a tree: " + point
        if len(results["num is no larger than its measures"]) != 2:
            yield "not seen in a tree: too many files on a level, or too many lines"


def main():
    parser = argparse.ArgumentParser(description="Checks the layering of src and prints TAP.")
    parser.add_argument("source", help="the folder src")
    parser.add_argument("page", help="docs/development.md, with the table of folders")
    arguments = parser.parse_args()
    house = House(pathlib.Path(arguments.page).read_text(encoding="utf-8"))
    results = [self_check(), *check(house, pathlib.Path(arguments.source))]
    print("TAP version 13\n1..%d" % len(results))
    for number, (name, complaints) in enumerate(results, 1):
        print("%sok %d - %s" % ("not " if complaints else "", number, name))
        for complaint in complaints:
            print("# " + complaint.rstrip().replace("\n", "\n# "))
    return 1 if any(complaints for _, complaints in results) else 0


if __name__ == "__main__":
    sys.exit(main())
