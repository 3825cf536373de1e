#!/usr/bin/env python3
"""Notes that are right, and the same notes with one formula wrong: nothing wrong may hold, nothing right fail.

A note of adverse/ is right as it stands.  Behind some of its lines stand comments <!-- wrong: LINE -->, each with a
line that may stand in the place of the one above: a sign, a transpose, a factor, an index or an order is another.
Every such line is put in alone, with all others right, so whatever reading is chosen is chosen by right lines; a
formula that was put in must not hold, and no other one may fail.

    adverse.py PROGRAM [--table]        TAP; with --table how many are named, a line each note
"""

import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import share  # noqa: E402
import tap  # noqa: E402
from judged import claims_of  # noqa: E402

WRONG = re.compile(r"<!-- wrong: (.*) -->$")


def read(path):
    """The lines of a right note, and what may stand in the place of which: (index, line)."""
    lines, wrong = [], []
    for line in path.read_text("utf-8").splitlines():
        match = WRONG.match(line)
        if match:
            place = len(lines) - 1
            while not lines[place]:
                place -= 1
            wrong.append((place, match.group(1)))
            line = ""
        lines.append(line)
    return lines, wrong


def problem_of(program, path, folder, counts, table):
    """What the program says wrongly of a note, or None."""
    lines, wrong = read(path)
    claims = claims_of(program, "\n".join(lines) + "\n", folder / "note.md")
    right = {(line, text) for line, text, _ in claims}
    for line, text, verdict in claims:
        counts["right"] += 1
        counts["holding"] += verdict == "holds"
        if verdict in ("fails", "malformed"):
            return "line %d: %s is right, and %s" % (line, text, verdict)
    for place, other in share.of(wrong, 1 if table else 20, path.stem):
        text = "\n".join(lines[:place] + [other] + lines[place + 1:]) + "\n"
        counts["wrong"] += 1
        named = False
        for line, formula, verdict in claims_of(program, text, folder / "note.md"):
            changed = line == place + 1 and (line, formula) not in right
            if changed and verdict == "holds":
                return "line %d: %s is wrong, and holds" % (line, formula)
            if not changed and verdict in ("fails", "malformed"):
                return "line %d: %s is right, and %s beside %s" % (line, formula, verdict, other)
            named = named or (changed and verdict in ("fails", "malformed"))
        counts["named"] += named
        if not named:
            counts["open"].append("%d: %s" % (place + 1, other))
    return None


def main():
    program, table, points = sys.argv[1], "--table" in sys.argv[2:], []
    with tempfile.TemporaryDirectory() as name:
        for path in share.of(sorted((HERE / "adverse").glob("*.md")), 6, "adverse", lambda path: path.stem):
            counts = {"right": 0, "holding": 0, "wrong": 0, "named": 0, "open": []}
            points.append((path.stem, problem_of(program, path, pathlib.Path(name), counts, table)))
            if table:
                print("# %-18s %3d right, %3d hold; %3d wrong, %3d named" % (
                    path.stem, counts["right"], counts["holding"], counts["wrong"], counts["named"]))
                for line in counts["open"]:
                    print("#    open", line)
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
