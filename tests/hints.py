#!/usr/bin/env python3
"""The table of mistakes in docs/hints.md: made from src/hint/edit/edit.h, tests/hints.txt and the program.

Each kind of edit must have an example in tests/hints.txt, and the first hint that the program gives
for its last line must be of that kind.  A kind that ends in + is a pair.  The page shows what the
program says, so it cannot say anything else.  With --accept it is written; otherwise a test point
fails when it is not up to date.  Prints TAP.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

INTRODUCTION = """\
# What backproof says about a wrong line

<!-- Made by tests/hints.py from src/hint/edit/edit.h and tests/hints.txt; `./dev accept` makes it anew. -->

For a line that fails, `backproof verify` tries small edits of the formula. What it offers holds in
shapes and numbers at points, and with sizes, that it was not found with; the nearest edits come
first, and what puts nothing in comes before what does. Where nothing small mends the line it says
so. An edit that would only repeat the other side is not offered, and none repeats a column or a row
under ⊙, or reads a `*` element by element, unless the line or a definition does so.

Before the lines come the conventions. Where all failing lines of a file, two at least, would hold
if a name meant something else, and no other line would fail, that is said once, above the lines and
what mends each of them:

- `dZ` of the mean J where the formulas are about the summed losses, or the other way round
- J with or without its 1/m, a squared loss with or without its 1/2
- samples as rows, weights as n_in x n_out, or both
- derivatives in numerator layout

Next come definitions. Where lines fail because of one `let` that they use, and one edit of it mends
them all without breaking a line that holds, the edit is shown at the first of them, and the others
are marked as its consequences.

For networks (`backproof net`) the wrong gradient is compared with what known mistakes give; see
[numerics.md](numerics.md) and `backproof net --help`.

`backproof verify --fix` writes the mended file beside the original. In the JSON report each hint
has its edits as places and texts, and the kind from the table; see [json.md](json.md).

## Kinds of edits

Of two edits both kinds must be near: a pair is as far as both together, and pairs are looked for
only where no single edit helps.

| kind | distance | what is said | wrong | holds with |
|---|---|---|---|---|
"""


def kinds_of(path):
    """(name, distance, sentence) of every row of BP_EDITS and BP_GAPS."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    tables = re.findall(r"^#define BP_(?:EDITS|GAPS)\(X\).*$", text, flags=re.M)
    rows = re.findall(r'X\((\w+),\s*(\d+),\s*((?:"[^"]*"\s*)+)\)', "".join(tables))
    return [(name, distance, "".join(re.findall(r'"([^"]*)"', sentence)))
            for name, distance, sentence in rows]


def examples_of(path):
    """Name to the text of each block."""
    found = {}
    for block in re.split(r"^\[", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, text = block.split("]\n", 1)
        found[name] = text.strip() + "\n"
    return found


def claim_of(program, text):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BACKPROOF")}
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "example.deriv")
        file.write_text(text, encoding="utf-8")
        result = subprocess.run([program, "verify", "--format", "json", str(file)],
                                capture_output=True, env=environment)
    if not result.stdout:
        sys.exit("backproof verify said nothing:\n" + result.stderr.decode(errors="replace"))
    return json.loads(result.stdout)["reports"][0]["claims"][-1]


def code(text):
    return "`" + text.replace("|", "\\|") + "`"


def problem_of(name, claim):
    """What is wrong with an example, or None."""
    if claim["verdict"] != "fails":
        return "the line %s" % claim["verdict"]
    if not claim["hints"]:
        return "there is no hint"
    kinds = [edit["kind"] for edit in claim["hints"][0]["edits"]]
    return None if name in kinds else "the first hint is of kind " + ", ".join(kinds)


def row(name, distance, claim):
    hint = claim["hints"][0] if claim["hints"] else {"sentence": "", "mended": ""}
    sentence = hint["sentence"].replace("|", "\\|")
    return "| `%s` | %s | %s | %s | %s |" % (
        name, distance, sentence, code(claim["text"]), code(hint["mended"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True)
    parser.add_argument("--accept", action="store_true")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    kinds = kinds_of(options.source / "src/hint/edit/edit.h")
    examples = examples_of(options.source / "tests" / "hints.txt")
    points, lines = [], []
    for name, distance, _ in kinds:
        if name not in examples:
            points.append((name, "tests/hints.txt has no example"))
            continue
        claim = claim_of(program, examples[name])
        points.append((name, problem_of(name, claim)))
        lines.append(row(name, distance, claim))
    for name in examples:
        if name not in [kind[0] for kind in kinds]:
            points.append((name, "there is no such kind"))
    text = INTRODUCTION + "\n".join(lines) + "\n"
    target = options.source / "docs" / "hints.md"
    if options.accept:
        target.write_text(text, encoding="utf-8")
        return 0
    same = target.is_file() and target.read_text(encoding="utf-8") == text
    points.append(("docs/hints.md is up to date", None if same else "run ./dev accept"))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
