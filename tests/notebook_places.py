#!/usr/bin/env python3
"""Where the reports for programs say that the findings of a notebook stand, held against the notebook itself.

A claim's bytes must be its formula once the escapes of JSON are undone, its line and column those of these bytes, and
its name the cell and line in which the notebook, read by Python, has it.  JUnit and SARIF must say the same of what
fails, and an edit put in at its bytes must leave a notebook in which nothing but that formula differs.

    notebook_places.py PROGRAM SOURCE
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tap  # noqa: E402

OWN = ["# Two layers, “in brackets”\n", "\n",
       "$Z^{[1]} = W^{[1]} X + b^{[1]}$, $A^{[1]} = g^{[1]}(Z^{[1]})$, $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$,\n",
       "$A^{[2]} = \\sigma(Z^{[2]})$, é → 层, \"quoted\"\tand $dZ^{[2]} = A^{[2]} - Y$; \\\\ $dW^{[2]} = \\frac{1}{m} dZ^{[2]} A^{[1]}$\n",
       "$$\n", "db^{[2]} = \\frac{1}{m} \\sum dZ^{[2]}\n", "$$"]


def notebook(cells, escaped):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": cell} for cell in cells]
    value = {"cells": [{"cell_type": "raw", "metadata": {}, "source": "$a = b$"}] + cells, "metadata": {},
             "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(value, ensure_ascii=escaped, indent=1 if escaped else None)


def run(program, path, report):
    result = subprocess.run([program, "verify", "--format", report, str(path)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False)
    if result.returncode not in (0, 1, 2):
        raise ValueError(result.stderr.decode("utf-8", "replace"))
    return result.stdout.decode("utf-8")


def plain(piece):
    """Bytes of a string of JSON as what they stand for, on one line."""
    return " ".join(json.loads('"%s"' % piece.decode("utf-8")).split())


def place(raw, at):
    before = raw[:at]
    column = len(before[before.rfind(b"\n") + 1:].replace(b"\t", b" ").decode("utf-8"))
    return before.count(b"\n") + 1, column + 1


def problem_of_claim(raw, claim):
    span, cells = claim["span"], json.loads(raw)["cells"]
    piece = raw[span["begin"]:span["end"]]
    # a formula over lines of a list has the marks between its strings in it
    if b"\n" not in piece and b'", "' not in piece and plain(piece) != " ".join(claim["text"].split()):
        return "%s: at its bytes stands %r" % (claim["text"], piece)
    if span["line"] != place(raw, span["begin"])[0]:
        return "%s: stands in line %d" % (claim["text"], place(raw, span["begin"])[0])
    match = re.fullmatch(r"cell (\d+), line (\d+)", claim["name"] or "")
    if not match:
        return "%s: has no cell: %s" % (claim["text"], claim["name"])
    source = "".join(cells[int(match.group(1)) - 1]["source"])
    line = source.split("\n")[int(match.group(2)) - 1]
    if claim["text"].split()[0] not in line:
        return "%s: is not in %s" % (claim["text"], claim["name"])
    for hint in claim["hints"]:
        mended = raw
        for edit in sorted(hint["edits"], key=lambda edit: -edit["span"]["begin"]):
            begin, end = edit["span"]["begin"], edit["span"]["end"]
            mended = mended[:begin] + edit["replacement"].encode("utf-8") + mended[end:]
        try:
            changed = [one for one, other in zip(json.loads(mended)["cells"], cells) if one != other]
        except ValueError:
            return "%s: an edit breaks the notebook" % claim["text"]
        if len(changed) != 1:
            return "%s: an edit changes %d cells" % (claim["text"], len(changed))
    return None


def problem_of(program, path):
    raw = path.read_bytes()
    claims = json.loads(run(program, path, "json"))["reports"][0]["claims"]
    failing = [claim for claim in claims if claim["verdict"] == "fails"]
    if len(claims) < 3 or not failing:
        return "%d claims, of which %d fail: that is no test" % (len(claims), len(failing))
    for claim in claims:
        problem = problem_of_claim(raw, claim)
        if problem:
            return problem
    cases = [case for case in xml.etree.ElementTree.fromstring(run(program, path, "junit")).iter("testcase")
             if case.find("failure") is not None]
    told = [(re.sub(r"#\d+$", "", case.get("name").rsplit(":", 1)[1]),  # names are told apart by a number
             re.match(r"FAILS, line (\d+)", case.find("failure").text).group(1))
            for case in cases]
    if told != [(claim["name"], str(claim["span"]["line"])) for claim in failing]:
        return "JUnit says %s" % told
    results = json.loads(run(program, path, "sarif"))["runs"][0]["results"]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results if result["level"] == "error"]
    if len(regions) != len(failing):
        return "SARIF has %d results, not %d" % (len(regions), len(failing))
    for region, claim in zip(regions, failing):
        span = claim["span"]
        inside = (span["line"], span["column"]) <= (region["startLine"], region["startColumn"])
        before = (region["startLine"], region["startColumn"]) <= (span["end_line"], span["end_column"])
        if not inside or not before:
            return "SARIF has %s for what stands at %s" % (region, span)
    return None


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    points = []
    with tempfile.TemporaryDirectory() as folder:
        paths = {"the example": source / "examples" / "homework.ipynb"}
        for name, escaped in (("escapes and one line a string", True), ("UTF-8 in one line", False)):
            paths[name] = pathlib.Path(folder) / (name.split()[0] + ".ipynb")
            paths[name].write_text(notebook([OWN, "".join(OWN[2:])], escaped), "utf-8")
        for name, path in paths.items():
            points.append((name, problem_of(program, path)))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
