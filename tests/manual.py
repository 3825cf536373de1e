#!/usr/bin/env python3
"""Checks the manual page against the program, in both directions.

Every option that a verb lists under --help must be described, and nothing may be described that the
program does not have.  Prints TAP, one test point for each verb and one for each direction.
"""

import argparse
import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*[a-z])")
COMMON = {"help", "usage", "version"}  # every program has these


def printed(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout


def verbs_of(page):
    """The sub-sections of COMMANDS."""
    section = page.split(".SH COMMANDS", 1)[-1].split("\n.SH ", 1)[0]
    return re.findall(r"^\.SS (\w+)", section, re.MULTILINE)


def main():
    parser = argparse.ArgumentParser(description="Compares the manual page with the program.")
    parser.add_argument("--program", required=True)
    parser.add_argument("page")
    arguments = parser.parse_args()
    page = pathlib.Path(arguments.page).read_text(encoding="utf-8")
    page = re.sub(r"\\f[A-Z]", "", page).replace("\\-", "-")
    verbs = verbs_of(page)
    overview = printed([arguments.program, "--help"])
    described = set(OPTION.findall(page)) - COMMON

    results = []
    known = set()
    for verb in verbs:
        options = set(OPTION.findall(printed([arguments.program, verb, "--help"]))) - COMMON
        known |= options
        missing = ["--" + name for name in sorted(options - described)]
        if not options:
            missing = ["'%s --help' lists no option at all" % verb]
        results.append(("every option of %s is in the manual" % verb, missing))
    results.append(("the manual describes no other option", sorted(described - known)))
    unnamed = [verb for verb in verbs if not re.search(r"\b%s\b" % verb, overview)]
    results.append(("every command of the manual exists", unnamed))

    print("TAP version 13\n1..%d" % len(results))
    for number, (name, complaints) in enumerate(results, 1):
        print("%sok %d - %s" % ("not " if complaints else "", number, name))
        for complaint in complaints:
            print("# " + complaint)
    return 1 if any(complaints for _, complaints in results) else 0


if __name__ == "__main__":
    sys.exit(main())
