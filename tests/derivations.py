#!/usr/bin/env python3
"""The ledger of the source documents against derivations/, and the table in derivations/README.md.

tests/ledger.tsv names every formula of the source documents with the verdict that it must get. A
line of a derivation belongs to a row when its name begins with the row's id.  What a row needs:

    holds, definition   a line that holds (a definition may be a shape as well)
    fails               a refute line that is wrong as it should be, and a claim that holds
    value               a claim with the sign of approximation
    trace               a shape line

The table is made from the report of `backproof verify`, so it cannot say what the program does not.
With --accept it is written; otherwise a test point fails when it is not up to date.  Prints TAP.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

import tap

INTRODUCTION = """\
# Derivations

<!-- Made by tests/derivations.py from `backproof verify`; `./dev accept` makes it anew. -->

Each file here is a derivation, a document and a test. `backproof verify derivations/*.deriv` judges
them all; the tables below are what it says. A refuted line is transcribed as it is printed in its
source, wrong as it is; what holds instead stands beside it.
"""

FORMULA_WIDTH = 110


def report_of(program, files, folder):
    command = [program, "verify", "--format", "json", *files]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BACKPROOF")}
    result = subprocess.run(command, cwd=folder, capture_output=True, env=environment)
    if not result.stdout:
        sys.exit("backproof verify said nothing:\n" + result.stderr.decode(errors="replace"))
    return json.loads(result.stdout)


def identity(claim):
    return (claim["name"] or "").split(" ")[0]


def words(claim):
    return " ".join((claim["name"] or "").split(" ")[1:])


def code(text):
    """A formula as Markdown code in a table cell."""
    if len(text) > FORMULA_WIDTH:
        text = text[: FORMULA_WIDTH - 1] + "…"
    fence = "``" if "`" in text else "`"
    return fence + text.replace("|", "\\|") + fence


def verdict_of(claim):
    if claim["kind"] == "refute" and claim["verdict"] == "holds":
        return "wrong (%s)" % claim["reason"]
    if claim["verdict"] == "holds" and claim["notes"]:
        return "holds; " + "; ".join(claim["notes"])
    return claim["verdict"]


def correction(claims, index):
    """The claim that follows a refuted line and belongs to the same row."""
    refuted = claims[index]
    for later in range(index + 1, len(claims)):
        if claims[later]["kind"] == "claim" and identity(claims[later]) == identity(refuted):
            return later
    return None


def table(report, numbered):
    claims = report["claims"]
    head = ["row", "line"] if numbered else ["line"]
    yield "| %s | formula | verdict | what holds instead |" % " | ".join(head)
    yield "|%s" % ("---|" * (len(head) + 3))
    used = set()
    for index, claim in enumerate(claims):
        if index in used:
            continue
        instead = ""
        if claim["kind"] == "refute" and numbered:
            found = correction(claims, index)
            if found is not None:
                used.add(found)
                instead = code(claims[found]["text"])
        cells = [identity(claim), words(claim)] if numbered else [claim["name"] or ""]
        cells = [cell.replace("|", "\\|") for cell in cells]
        yield "| %s | %s | %s | %s |" % (
            " | ".join(cells), code(claim["text"]), verdict_of(claim), instead)


def readme(report):
    yield INTRODUCTION
    yield "| file | about | lines | hold | wrong as printed | fail | undecided |"
    yield "|---|---|---|---|---|---|---|"
    for file in report["reports"]:
        name = pathlib.PurePath(file["file"]).name
        yield "| [%s](%s) | %s | %d | %d | %d | %d | %d |" % (
            name, name, file["title"], file["lines"], file["holds"], file["refuted"],
            file["fails"], file["undecided"])
    yield "| all | | %d | %d | %d | %d | %d |" % tuple(
        report[key] for key in ("lines", "holds", "refuted", "fails", "undecided"))
    for file in report["reports"]:
        name = pathlib.PurePath(file["file"]).name
        yield "\n## %s: %s\n" % (name, file["title"])
        yield from table(file, name[0].isdigit())


def rows_of(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, verdict = line.split("\t")
            yield name, verdict


def missing(verdict, claims):
    """What the row lacks, or None."""
    kinds = collections.Counter(c["kind"] for c in claims if c["verdict"] == "holds")
    bad = [c for c in claims if c["verdict"] != "holds"]
    if bad:
        return "line %d: %s" % (bad[0]["span"]["line"], bad[0]["verdict"])
    if not claims:
        return "no line of derivations/ has this id"
    if "fails" in verdict and not kinds["refute"]:
        return "nothing refuted"
    if "trace" in verdict and not kinds["shape"]:
        return "no shape line"
    if "value" in verdict and not any("≈" in c["text"] for c in claims):
        return "no line with ≈"
    if verdict.split()[0] in ("holds", "fails") and not kinds["claim"]:
        return "no claim that holds"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True)
    parser.add_argument("--accept", action="store_true")
    options = parser.parse_args()
    files = sorted(str(p.relative_to(options.source))
                   for p in (options.source / "derivations").glob("*.deriv"))
    program = str(pathlib.Path(options.program).resolve())
    report = report_of(program, files, options.source)
    text = "\n".join(readme(report)) + "\n"
    target = options.source / "derivations" / "README.md"
    if options.accept:
        target.write_text(text, encoding="utf-8")
        return 0
    claims = collections.defaultdict(list)
    for file in report["reports"]:
        for claim in file["claims"]:
            claims[identity(claim)].append(claim)
    points = [(name, missing(verdict, claims[name]))
              for name, verdict in rows_of(options.source / "tests" / "ledger.tsv")]
    points.append(("every line of derivations/ does what it should",
                   None if report["verdict"] == "holds" else report["verdict"]))
    same = target.is_file() and target.read_text(encoding="utf-8") == text
    points.append(("derivations/README.md is up to date", None if same else "run ./dev accept"))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
