#!/usr/bin/env python3
"""First files, as students write them: every line is read, every mistake is found, no right line fails.

tests/first has them, written by imagination before any was tried: in the habit of NumPy, of lectures, of
books with indices, with samples as rows, with and without `write`.  A line that is wrong says so in a
comment, "# wrong: why"; every other claim must hold, and a line that says "# ok" must be one.  A mistake needs
advice: a hint, or what of the line is right; "# wrong, without advice: why" says that none is expected yet.
Nothing in a file may be an error.  Prints TAP.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

import share
import tap


def judge(program, path):
    """The report of one file."""
    command = [program, "verify", "--format", "json", path]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return json.loads(text)["reports"][0]


def marked(line, word):
    """Whether a comment of the line begins with that word, whatever sign begins a comment for its author."""
    return re.search(rf"(#|%|//)\s*({word})\b", line) is not None


def troubles(report, lines):
    """What is not as the comments say."""
    for claim in report["claims"]:
        number = claim["span"]["line"]
        line = lines[number - 1]
        wanted = "fails" if marked(line, "wrong") else "holds"
        if claim["verdict"] != wanted or claim["reason"] == "broken":
            yield f"line {number} {claim['verdict']} ({claim['reason']}), and should be: {wanted}: {line}"
        silent = not claim["hints"] and not claim["notes"]
        if wanted == "fails" and silent and "without advice" not in line:
            yield f"line {number} fails without advice: {line}"
    if report["errors"] > 0:
        yield f"{report['errors']} errors in the file"
    judged = {claim["span"]["line"] for claim in report["claims"]}
    for number, line in enumerate(lines, 1):
        if (line.startswith("claim") or marked(line, "ok|wrong")) and number not in judged:
            yield f"line {number} was not judged: {line}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True)
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    files = sorted((pathlib.Path(options.source) / "tests" / "first").glob("*.deriv"))
    points = []
    for path in share.of(files, 10, "first", lambda path: path.name):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = list(troubles(judge(options.program, str(path)), lines))
        points.append((path.name, "\n# ".join(found) or None))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
