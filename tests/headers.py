#!/usr/bin/env python3
"""Checks that every header under src compiles alone, twice in a row, and all of them together.

A header that leans on what its user happened to include before breaks in the hands of the next
user; one without a guard breaks when it is included twice, and two that give one name to two things can
never be used by the same source.  Prints TAP, a test point for each header and one for all.
"""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys

# A template is included several times with macros set, so it has no guard; it must say who includes
# it, and is compiled there.
GUARD = re.compile(r"^#ifndef \w+_H\b", re.MULTILINE)
TEMPLATE = re.compile(r"\A/\*.*?(includer defines|Included by).*?\*/", re.DOTALL)

LONGEST_COMPLAINT = 20  # lines; the first error of a header says most

WARNINGS = ["-std=gnu17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]


def package_flags(packages):
    """What pkg-config says is needed to find the headers of other libraries."""
    flags = []
    for package in packages:
        result = subprocess.run(
            ["pkg-config", "--cflags", package], capture_output=True, text=True, check=False
        )
        flags += result.stdout.split()
    return flags


def is_template(header):
    text = header.read_text(encoding="utf-8")
    return not GUARD.search(text) and TEMPLATE.match(text) is not None


def compile_header(compiler, source, headers):
    names = [header.relative_to(source).as_posix() for header in headers]
    name = names[0] if len(names) == 1 else "every header"
    text = "".join('#include "%s"\n' % each for each in names) * 2
    command = [*compiler, *WARNINGS, "-I", str(source), "-x", "c", "-"]
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return name, result.returncode == 0, result.stderr


def main():
    parser = argparse.ArgumentParser(description="Compiles every header of src by itself.")
    parser.add_argument("source", help="the folder src")
    parser.add_argument("--packages", default="gsl openblas jansson libutf8proc")
    parser.add_argument("compiler", nargs=argparse.REMAINDER, help="-- cc and its options")
    arguments = parser.parse_args()
    compiler = [word for word in arguments.compiler if word != "--"] or ["cc"]
    compiler += package_flags(arguments.packages.split())
    source = pathlib.Path(arguments.source)
    headers = sorted(path for path in source.rglob("*.h") if not is_template(path))
    groups = [[header] for header in headers] + [headers]

    print("TAP version 13\n1..%d" % len(groups))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda group: compile_header(compiler, source, group), groups)
        for number, (name, good, messages) in enumerate(results, 1):
            manner = "alone" if number <= len(headers) else "together with all the others"
            print("%sok %d - %s compiles %s" % ("" if good else "not ", number, name, manner))
            failed += not good
            for line in messages.splitlines()[:LONGEST_COMPLAINT]:
                print("# " + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
