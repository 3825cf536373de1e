#!/usr/bin/env python3
"""Checks that the documentation shows what the program prints.

Every ```console block of README.md, docs/*.md and examples/README.md is a transcript: "$ " begins a
command, "> " continues it, and what follows up to the next command is its output.  Commands that
begin with backproof are run, and so are cat and cp in a block that has one, each block in a directory
of its own that has the project's examples/ beside it; `echo $?` after one shows its exit status.  Other commands (building, installing) are
for the reader only.  How parts of an output can be left open is said in transcript.py.
"""

import argparse
import os
import pathlib
import re
import sys

import transcript

FENCE = re.compile(r"( *)```console\s*")
FILES = ("cat", "cp")  # what shows or makes a file
LINKED = ("examples", "derivations", "tests")


def parse_document(path, relative):
    """A case for each console block that has something to run."""
    lines = transcript.read_lines(path)
    cases = []
    position = 0
    while position < len(lines):
        fence = FENCE.fullmatch(lines[position])
        position += 1
        if not fence:
            continue
        indent = fence.group(1)
        end = position
        while end < len(lines) and lines[end].strip() != "```":
            end += 1
        case = transcript.Case("%s:%d" % (relative, position), path, lines)
        if end == len(lines):
            case.error = "%s:%d: the console block is not closed" % (relative, position)
        case.steps = parse_block(lines, position, end, indent)
        if case.steps or case.error:
            cases.append(case)
        position = end + 1
    return cases


def parse_block(lines, position, end, indent):
    def text(number):
        return lines[number][len(indent) :] if lines[number].startswith(indent) else lines[number]

    steps = []
    while position < end:
        if not text(position).startswith("$ "):
            position += 1
            continue
        command = [text(position)[2:]]
        position += 1
        while position < end and text(position).startswith("> "):
            command.append(text(position)[2:])
            position += 1
        step = transcript.Step("\n".join(command), position)
        step.indent = indent
        while position < end and not text(position).startswith("$ "):
            position += 1
        step.end = position
        step.expected = [text(number) for number in range(step.begin, step.end)]
        # A blank line before the next command belongs to the page, not to the output.
        while position < end and step.expected and step.expected[-1] == "":
            step.expected.pop()
            step.end -= 1
        steps.append(step)
    return with_statuses(steps)


def with_statuses(steps):
    """The steps to run: backproof's and what handles files for it, and an `echo $?` that follows one,
    rewritten to remember it."""
    if not any(step.command.split()[:1] == ["backproof"] for step in steps):
        return []
    chosen = []
    previous = None
    for step in steps:
        if step.command.split()[:1] == ["backproof"]:
            step.command += "\n__status=$?\necho $__status > .status\n( exit $__status )"
            chosen.append(step)
            previous = step
        elif step.command.strip() == "echo $?" and previous:
            step.command = "cat .status"
            chosen.append(step)
        else:
            previous = None
            if step.command.split()[0] in FILES:
                chosen.append(step)
    return chosen


def read_documents(source):
    source = pathlib.Path(source)
    paths = [source / "README.md", *sorted((source / "docs").glob("*.md"))]
    paths.append(source / "examples" / "README.md")
    cases = []
    for path in paths:
        if path.is_file():
            cases += parse_document(path, path.relative_to(source).as_posix())
    return cases


def observe(_step, lines, status):
    """The output alone; but a crash is never what a page shows."""
    return lines + (["(ended with status %d)" % status] if status > 3 else [])


def main():
    parser = argparse.ArgumentParser(description="Runs the documentation's examples; prints TAP.")
    transcript.add_common_arguments(parser)
    arguments = parser.parse_args()
    source = pathlib.Path(arguments.source).resolve()

    def prepare(folder):
        for name in LINKED:
            if (source / name).is_dir():
                os.symlink(source / name, pathlib.Path(folder, name))

    return transcript.run_main(arguments, read_documents(source), observe, prepare)


if __name__ == "__main__":
    sys.exit(main())
