#!/usr/bin/env python3
"""Programs that are right, and the same programs with one line wrong: nothing wrong may hold, nothing right fail.

A program of code/ is right as it stands. Behind some of its lines stand comments `# wrong: LINE`, each with a line that
may stand in the place of the one above. Every such line is put in alone, with all others right. Then

  * no line of the right program may fail,
  * the line that was put in must not hold, and no line that is right may fail that does not use what is wrong,
  * and a mistake is named where the line that was put in fails, and seen where only one that uses it does.

    planted.py PROGRAM [--table] [NAME]     TAP; with --table how many are named, a line each program
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

WRONG = re.compile(r"\s*# wrong: (.*)$")


def read(path):
    """The lines of a right program, and what may stand in the place of which: (index, line)."""
    lines, wrong = [], []
    for line in path.read_text("utf-8").splitlines():
        match = WRONG.match(line)
        if match:
            place = len(lines) - 1
            indent = len(lines[place]) - len(lines[place].lstrip())
            wrong.append((place, " " * indent + match.group(1)))
        else:
            lines.append(line)
    return lines, wrong


def measure(program, path, folder):
    """What is said of the program and its wrong copies, with the problems that there are."""
    lines, wrong = read(path)
    wrong = share.of(wrong, 30, path.stem)
    claims = claims_of(program, "\n".join(lines) + "\n", folder / "program.py")
    counts = {"right": len(claims), "holding": sum(verdict == "holds" for _, _, verdict in claims),
              "wrong": len(wrong), "named": 0, "seen": 0, "told": [], "problems": []}
    for line, text, verdict in claims:
        if verdict == "fails":
            counts["problems"].append("line %d: %s is right, and fails" % (line, text))
        elif verdict != "holds":
            counts["told"].append("line %d: %s is %s" % (line, text, verdict))
    for place, other in wrong:
        text = "\n".join(lines[:place] + [other] + lines[place + 1:]) + "\n"
        found = claims_of(program, text, folder / "program.py", refused=True)
        here = [verdict for line, _, verdict in found if line == place + 1]
        if "fails" in here:
            counts["named"] += 1
            extra = [line for line, _, verdict in found if verdict == "fails" and line != place + 1]
            if extra:
                counts["told"].append("also fails: %s beside %d: %s" % (extra, place + 1, other.strip()))
            continue
        if any(verdict == "fails" for _, _, verdict in found):
            counts["seen"] += 1
            word = "seen at %s" % [line for line, _, verdict in found if verdict == "fails"]
        else:
            word = "open (%s)" % ", ".join(here or ["no claim"])
        if "holds" in here or (found and all(verdict == "holds" for _, _, verdict in found)):
            counts["problems"].append("line %d: %s is wrong, and holds" % (place + 1, other.strip()))
        counts["told"].append("%s: %d: %s" % (word, place + 1, other.strip()))
    return counts


def main():
    program, table, points = sys.argv[1], "--table" in sys.argv[2:], []
    only = [word for word in sys.argv[2:] if not word.startswith("-")]
    total = dict.fromkeys(("right", "holding", "wrong", "named", "seen"), 0)
    with tempfile.TemporaryDirectory() as name:
        for path in share.of(sorted((HERE / "code").glob("*.py")), 6, "planted", lambda path: path.stem):
            if only and path.stem not in only:
                continue
            counts = measure(program, path, pathlib.Path(name))
            points.append((path.stem, "; ".join(counts["problems"]) or None))
            for key in total:
                total[key] += counts[key]
            if table:
                print("# %-18s %3d claims, %3d hold; %3d wrong, %3d named, %3d seen" % (
                    path.stem, counts["right"], counts["holding"], counts["wrong"], counts["named"], counts["seen"]))
                for line in counts["told"]:
                    print("#   ", line)
    print("# all: %(right)d claims, %(holding)d hold; %(wrong)d wrong, %(named)d named, %(seen)d seen" % total)
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
