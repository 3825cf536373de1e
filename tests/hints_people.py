#!/usr/bin/env python3
"""What is offered for lines that are wrong in the way of people, judged as a strict teacher would.

tests/hints_people has the lines: givens.txt what they stand in; holdout.txt those that nobody looked
at while the hints were improved; tuned.txt those that they were improved on; fresh.txt those that
were written at the end.  A block is

    [givens] what is confused
    - the wrong line
    + the line as it should be
    > the first hint's line          (absent where there is none)
    = natural, odd, absurd or none

natural: a teacher would say so, though perhaps not first.  odd: right, but nobody would write it so,
or it mends the symptom.  absurd: it makes a student doubt what is right.  The judgement belongs to the
line behind >: when the program offers another one, that has to be judged anew, so the test fails.  It
fails as well when the share of natural ones falls below what is wanted, when one is absurd, when a
wrong line does not fail or a right one does not hold.

--accept writes down what is offered now; what is word for word the right line is natural, what was
judged stays judged (also under another block), the rest gets a ? for a person to replace.  Prints TAP.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import share
import tap

GRADES = ("natural", "odd", "absurd", "none")
LEAST_NATURAL = {"holdout": 0.85, "tuned": 0.85, "fresh": 0.85, "confusions": 0.85,
                 "variety": 0.85, "later": 0.85, "paths": 0.85,
                 "kinds": 0.85, "unseen": 0.85, "stranger": 0.85}


class Block:
    def __init__(self, givens, kind):
        self.givens, self.kind = givens, kind
        self.wrong = self.right = self.hint = self.grade = None
        self.claims = None


def givens_of(path):
    found = {}
    for block in re.split(r"^\[", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, text = block.split("]\n", 1)
        found[name] = text.strip() + "\n"
    return found


def read(path):
    """The lines before the first block, and the blocks."""
    head, blocks = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        begins = re.match(r"\[(\w+)\] (.*)", line)
        if begins:
            blocks.append(Block(*begins.groups()))
        elif not blocks:
            head.append(line)
        elif line:
            name = {"-": "wrong", "+": "right", ">": "hint", "=": "grade"}[line[0]]
            setattr(blocks[-1], name, line[2:])
    return head, blocks


def write(path, head, blocks):
    lines = head[:]
    for block in blocks:
        lines += ["[%s] %s" % (block.givens, block.kind), "- " + block.wrong, "+ " + block.right]
        lines += ["> " + block.hint] if block.hint else []
        lines += ["= " + (block.grade or "?")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def judge(program, givens, blocks):
    """Sets the claims of every block: the right line and the wrong one, each in a file of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BACKPROOF")}
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, block in enumerate(blocks):
            for which in ("right", "wrong"):
                names.append("%d-%s.deriv" % (number, which))
                text = givens[block.givens] + "claim " + getattr(block, which) + "\n"
                pathlib.Path(folder, names[-1]).write_text(text, encoding="utf-8")
        result = subprocess.run([program, "verify", "--format", "json"] + names,
                                capture_output=True, env=environment, cwd=folder)
    if not result.stdout:
        sys.exit("backproof verify said nothing:\n" + result.stderr.decode(errors="replace"))
    found = {report["settings"]["file"]: report["claims"]
             for report in json.loads(result.stdout)["reports"]}
    for number, block in enumerate(blocks):
        block.claims = [found.get("%d-%s.deriv" % (number, which), [{}])[-1]
                        for which in ("right", "wrong")]


def bare(text):
    """Spelling aside."""
    return re.sub(r"\s+", "", text.replace("·", "*")) if text else ""


def first_hint(block):
    hints = block.claims[1].get("hints") or []
    return hints[0]["mended"] if hints else None


def accept(path, head, blocks, known):
    for block in blocks:
        hint = first_hint(block)
        if hint is None:
            block.grade = "none"
        elif bare(hint) == bare(block.right):
            block.grade = "natural"
        else:
            block.grade = known.get((block.givens, bare(block.wrong), bare(hint)), "?")
        block.hint = hint
    write(path, head, blocks)


def problem_of(block):
    if block.claims[0].get("verdict") != "holds":
        return "the right line %s" % block.claims[0].get("verdict", "is not read")
    if block.claims[1].get("verdict") != "fails":
        return "the wrong line %s" % block.claims[1].get("verdict", "is not read")
    if block.grade not in GRADES:
        return "nobody has judged this hint"
    hint = first_hint(block)
    if bare(hint) == bare(block.right):
        return None
    if bare(hint) != bare(block.hint):
        return "the first hint is now %s; judge it" % (hint or "none")
    return "absurd" if block.grade == "absurd" else None


def shares(blocks):
    return {grade: sum(block.grade == grade for block in blocks) for grade in GRADES}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--only", help="one of the files")
    options = parser.parse_args()
    folder = options.source / "tests" / "hints_people"
    givens = givens_of(folder / "givens.txt")
    program = str(pathlib.Path(options.program).resolve())
    points = []
    for name in [options.only] if options.only else list(LEAST_NATURAL):
        head, blocks = read(folder / (name + ".txt"))
        known = {(b.givens, bare(b.wrong), bare(b.hint)): b.grade for b in blocks if b.grade}
        every = blocks
        if not options.accept and not options.only:
            blocks = share.of(blocks, 12, "hints-people", lambda block: block.wrong)
        judge(program, givens, blocks)
        if options.accept:
            accept(folder / (name + ".txt"), head, blocks, known)
        points += [("%s: %s" % (name, block.wrong), problem_of(block)) for block in blocks]
        counts = shares(every)
        natural = counts["natural"] / len(every)
        text = "%s: %s of %d lines" % (name, ", ".join("%d %s" % (counts[g], g) for g in GRADES),
                                      len(every))
        points.append((text, None if natural >= LEAST_NATURAL[name] else "%.1f %% natural, wanted %.0f %%"
                       % (100 * natural, 100 * LEAST_NATURAL[name])))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
