#!/usr/bin/env python3
"""Checks the manual page against the program, in both directions.

Every option that a verb lists under --help must be described, nothing may be described that the
program does not have, and a default that --help gives must be the page's.  Prints TAP, two test
points for each verb and one for each direction.
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


def help_of(text):
    """The options of --help, each with its explanation on one line."""
    entries = {}
    name = None
    for line in text.splitlines():
        start = re.match(r" {2,6}(?:-\S, )?--([a-z][a-z-]*)", line)
        if start:
            name = start.group(1)
            entries[name] = line
        elif name and line.startswith(" " * 20):
            entries[name] += " " + line.strip()
        else:
            name = None
    return entries


def entries_of(page, verb):
    """The descriptions that hold for a verb: its own and those of the shared options."""
    own = page.split("\n.SS %s\n" % verb, 1)[-1]
    own = re.split(r"\n\.S[SH] ", own, maxsplit=1)[0]
    shared = "".join(
        part for part in page.split("\n.SH ")[1:] if part.startswith("OPTIONS FOR ")
    )
    entries = {}
    for entry in re.split(r"\n\.TP\n", own + "\n" + shared):
        head, _, text = entry.partition("\n")
        for name in OPTION.findall(head):
            entries.setdefault(name, text)
    return entries


def wrong_defaults(page, verb, listing):
    """Options whose default in --help, or a number in it, the page does not give."""
    complaints = []
    entries = entries_of(page, verb)
    for name, text in help_of(listing).items():
        default = re.search(r"\(default:? ([^)]*)\)", text)
        if not default:
            continue
        words = default.group(1).split()
        wanted = {words[0].strip(",;:")} | set(re.findall(r"\b\d+(?:\.\d+)?\b", default.group(1)))
        found = set(re.findall(r"[\w.]*\w", entries.get(name, "")))
        missing = sorted(wanted - found) + (["default"] if "default" not in found else [])
        if missing:
            complaints.append("--%s: --help says '%s', the page lacks %s" % (
                name, default.group(0), ", ".join(missing)))
    return complaints


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
        listing = printed([arguments.program, verb, "--help"])
        options = set(OPTION.findall(listing)) - COMMON
        known |= options
        missing = ["--" + name for name in sorted(options - described)]
        if not options:
            missing = ["'%s --help' lists no option at all" % verb]
        results.append(("every option of %s is in the manual" % verb, missing))
        results.append(
            ("the defaults of %s are those of the manual" % verb,
             wrong_defaults(page, verb, listing)))
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
