#!/usr/bin/env python3
"""Golden cases: runs the commands in tests/cases/**/*.case and compares what they print.

A case is read from the top like a page:

    Prose: what this case is about and why. Any line outside the parts below is prose.

    --- file tiny.csv
    1,2,0
    3,4,1
    ---
    $ backproof net "2 - 1 sigmoid" --data tiny.csv
    > --seed 7
    expected output, standard output and standard error together
    took …
    [...]
    ? 0

A command is run by bash in a new directory that holds the files; "> " continues it on the next
line (with a line break, as in a terminal; end the line with a backslash to go on in the same
command).  Its expectation ends with "? " and the exit status.  All commands of a case share the
directory.  $SOURCE is the top folder of the project.  How parts can be left open is said in
transcript.py.  A command without a "? " line is one whose output is still to be recorded with
--accept.

A line "requires: NAME..." among the prose names programs without which the case is skipped.
"""

import argparse
import pathlib
import re
import shutil
import sys

import share
import transcript

STATUS = re.compile(r"\? \d+")
REQUIRES = re.compile(r"requires: (.+)")


def parse_case(path, lines, name):
    case = transcript.Case(name, path, lines)
    position = 0
    try:
        while position < len(lines):
            line = lines[position]
            if line.startswith("--- file "):
                position = parse_file(case, position)
            elif line.startswith("$ "):
                position = parse_step(case, position)
            elif REQUIRES.fullmatch(line):
                names = REQUIRES.fullmatch(line).group(1).split()
                case.missing += [name for name in names if not shutil.which(name)]
                position += 1
            elif STATUS.fullmatch(line):
                raise complaint(case, position, "an exit status without a command before it")
            else:
                position += 1
        if not case.steps:
            raise complaint(case, 0, "no command; write one as a line that begins with '$ '")
    except transcript.TranscriptError as error:
        case.error = str(error)
    return case


def complaint(case, position, text):
    return transcript.TranscriptError("%s:%d: %s" % (case.path.name, position + 1, text))


def parse_file(case, position):
    """--- file NAME, its lines, ---"""
    name = case.lines[position][len("--- file ") :].strip()
    if not name or name.startswith("/") or ".." in pathlib.PurePosixPath(name).parts:
        raise complaint(case, position, "a file needs a name inside the directory of the case")
    try:
        end = case.lines.index("---", position + 1)
    except ValueError:
        raise complaint(case, position, "the file is not closed by a line '---'") from None
    case.files[name] = "".join(line + "\n" for line in case.lines[position + 1 : end])
    return end + 1


def parse_step(case, position):
    """$ command, > more of it, the output, ? status"""
    lines = case.lines
    command = [lines[position][2:]]
    position += 1
    while position < len(lines) and lines[position].startswith("> "):
        command.append(lines[position][2:])
        position += 1
    step = transcript.Step("\n".join(command), position)
    case.steps.append(step)
    if position == len(lines) or lines[position].startswith("$ "):
        return position  # nothing recorded yet
    while position < len(lines) and not STATUS.fullmatch(lines[position]):
        position += 1
    if position == len(lines):
        if any(lines[step.begin :]):
            raise complaint(case, step.begin - 1, "no '? status' line ends this command's output")
        position -= 1  # blank lines only: nothing recorded yet
    step.end = position + 1
    step.expected = lines[step.begin : step.end]
    return step.end


def read_cases(folder):
    folder = pathlib.Path(folder)
    cases = []
    for path in sorted(folder.rglob("*.case")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            cases.append(parse_case(path, transcript.read_lines(path), name))
        except UnicodeDecodeError:
            case = transcript.Case(name, path, [])
            case.error = "%s: is not valid UTF-8" % path.name
            cases.append(case)
    return cases


def observe(_step, lines, status):
    return lines + ["? %d" % status]


def main():
    parser = argparse.ArgumentParser(description="Runs the golden cases and prints TAP.")
    transcript.add_common_arguments(parser)
    parser.add_argument("--cases", help="folder of the cases (SOURCE/tests/cases)")
    parser.add_argument("names", nargs="*", help="only cases whose name contains one of these")
    arguments = parser.parse_args()
    folder = arguments.cases or pathlib.Path(arguments.source, "tests", "cases")
    cases = read_cases(folder)
    if arguments.names:
        cases = [case for case in cases if any(name in case.name for name in arguments.names)]
    elif share.SANITIZED:  # which take thrice as long; every case has run plainly
        cases = share.of(cases, 9, "cases", lambda case: case.name)
    return transcript.run_main(arguments, cases, observe)


if __name__ == "__main__":
    sys.exit(main())
