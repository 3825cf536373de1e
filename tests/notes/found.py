#!/usr/bin/env python3
"""Every formula of a note is found where it stands: the scanner of the program against the dense one of spans.py.

    found.py PROGRAM [--shared FOLDER]

PROGRAM is tests/note_passages.  The notes are sample.md and, where the folder beside the project is there, the public
ones and the source documents but for those that are held out.  The two scanners share nothing: one knows blocks, the other only delimiters.
"""

import argparse
import pathlib
import re
import subprocess
import sys

import spans

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tap  # noqa: E402

BARE = re.compile(r"\\begin\{((?:%s)\*?)\}(.*)\\end\{\1\}" % spans.ENVIRONMENTS, re.DOTALL)
HELD_OUT = ("45-", "47-", "50-")


def found(program, raw, latex):
    """The formulas, trimmed as spans.py trims its own: without comments and without the signs of an environment."""
    run = subprocess.run([program] + ["--tex"] * latex, input=raw, stdout=subprocess.PIPE, check=True)
    text = spans.visible(raw.decode("latin-1"), latex)
    places = []
    for line in run.stdout.decode().splitlines():
        words = line.split()
        if words[0] == "formula":
            span = spans.Span(text, int(words[1]), int(words[2]), int(words[1]))
            places.append(bare(text, span))
    return places


def bare(text, span):
    """The place of what stands in the environment that a formula is, or that of the formula."""
    match = BARE.fullmatch(text, span.begin, span.end)
    inside = spans.Span(text, *match.span(2), span.begin) if match else span
    return inside.begin, inside.end


def lacking(these, those):
    """Which of these lie in none of those."""
    return [a for a in these if not any(b[0] <= a[0] and a[1] <= b[1] for b in those)]


def compare(program, path):
    raw = path.read_bytes()
    latex = path.suffix == ".tex"
    ours = found(program, raw, latex)
    text = raw.decode("latin-1")
    theirs = [bare(text, span) for span in spans.scan(raw, latex)]
    problems = []
    for word, places in (("not found", lacking(theirs, ours)), ("none, but found", lacking(ours, theirs))):
        for begin, end in places:
            problems.append("%s:%d:%d: %s: %r" % ((path.name,) + spans.place(text, begin) + (word, text[begin:end][:60])))
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--shared", default=HERE.parents[1].parent / "shared", type=pathlib.Path)
    options = parser.parse_args()
    paths = [HERE / "sample.md"]
    for folder in ("notes", "seeds"):
        for path in sorted((options.shared / folder).glob("*.*")):
            if path.suffix in (".md", ".tex", ".txt") and path.name != "README.md" and not path.name.startswith(HELD_OUT):
                paths.append(path)
    return tap.report([("formulas of " + path.name, "\n# ".join(compare(options.program, path)) or None)
                       for path in paths])


if __name__ == "__main__":
    sys.exit(main())
