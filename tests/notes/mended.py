#!/usr/bin/env python3
"""What --fix leaves alone, and whether it mends: the bytes of all notes and programs of ours that have mends.

The mended copy must be the note with the bytes of edits replaced that the report tells, and nothing else; every line that
was mended must hold in it, or be no claim any more, and no line that held may fail.  Edits that are left out are told.

    mended.py PROGRAM [NAME...]     TAP; only documents whose name has one of the words
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))
import adverse  # noqa: E402
import planted  # noqa: E402
import share  # noqa: E402
import tap  # noqa: E402

WRONG = {"fails", "malformed"}

# Formulas whose brackets tell what was meant.
TORN = """# A note

Forward: $Z^{[1]} = W^{[1]} X + b^{[1]}$, $A^{[1]} = \\tanh(Z^{[1]})$, $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$,
$A^{[2]} = \\sigma(Z^{[2]})$.

- the output $dZ^{[2]} = A^{[2]} - Y$
- $dW^{[2]} = \\frac{1}{m dZ^{[2]} A^{[1]T}$
- $db^{[2]} = \\frac{1}{m} \\sum_{i=1}^m dZ^{[2](i)}$
- $dZ^{[1]} = W^{[2]T} dZ^{[2]} \\odot \\left(1 - (A^{[1]})^2)$
- $dW^{[1]} = \\frac{1}{m} dZ^{[1]} X^T
"""


# Derivatives of a loss that has its own name, in brackets that grow.
FRACTIONS = """Forward pass: $z^{(1)} = W^{(1)} x + b^{(1)}$, $a^{(1)} = \\sigma(z^{(1)})$, $\\hat y = W^{(2)} a^{(1)} + b^{(2)}$,
and the loss is $L = \\frac12 \\|\\hat y - y\\|^2$.
\\begin{align}
\\frac{\\partial L}{\\partial \\hat y} &= \\hat y - y \\\\
\\frac{\\partial L}{\\partial W^{(2)}} &= (\\hat y - y) a^{(1)\\top} \\\\
\\frac{\\partial L}{\\partial a^{(1)}} &= W^{(2)} (\\hat y - y) \\\\
\\frac{\\partial L}{\\partial W^{(1)}} &= x \\left(\\frac{\\partial L}{\\partial z^{(1)}}\\right)^\\top \\\\
\\frac{\\partial L}{\\partial b^{(1)}} &= 2\\frac{\\partial L}{\\partial z^{(1)}}
\\end{align}
"""

BARE = ("bare", "bare-layers", "bare-softmax")


def documents():
    """(name, bytes) of all: notes as they are, those of running text and programs with a wrong line put in."""
    for name in BARE:
        lines, wrong = adverse.read(HERE / "adverse" / (name + ".md"))
        for k, (place, other) in enumerate(wrong):
            yield "%s-%d.md" % (name, k), ("\n".join(lines[:place] + [other] + lines[place + 1:]) + "\n").encode()
    for folder in ("fresh", "held", "later", "second"):
        for path in sorted((HERE / folder).iterdir()):
            yield folder + "-" + path.name, path.read_bytes()
    for path in sorted((HERE / "code").glob("*.py")):
        lines, wrong = planted.read(path)
        if wrong:
            place, other = wrong[0]
            yield path.name, ("\r\n".join(lines[:place] + [other] + lines[place + 1:]) + "\r\n").encode()
    yield "fractions.tex", FRACTIONS.encode()
    yield "torn.md", TORN.encode()
    yield "torn-crlf.md", b"\xef\xbb\xbf" + TORN.replace("\n", "\r\n").encode()


def judged(program, path, *words):
    run = subprocess.run([program, "verify", "--format", "json", *words, path.name], cwd=path.parent, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode not in (0, 1, 2):
        return None
    return [claim for report in json.loads(run.stdout)["reports"] for claim in report["claims"]]


def verdict_of(claim):
    return "malformed" if claim["kind"] == "malformed" else claim["verdict"]


def edits_of(claims):
    """The edits of the first hint of each line that is wrong, each once, in their order."""
    found = {}
    for claim in claims:
        hints = claim["hints"] if verdict_of(claim) in WRONG else []
        for edit in hints[0]["edits"] if hints else []:
            found[edit["span"]["begin"], edit["span"]["end"]] = edit["replacement"]
    return sorted(found.items())


def made_in(content, copy, edits):
    """Which of the edits make the copy of the content; None where other bytes are changed, too."""
    made, at, there = set(), 0, 0
    for k, ((begin, end), text) in enumerate(edits):
        stop = edits[k + 1][0][0] if k + 1 < len(edits) else len(content)
        there += begin - at
        if copy[:there] != copy[:there - (begin - at)] + content[at:begin]:
            return None
        rest = content[end:stop]
        if copy.startswith(text.encode() + rest, there):
            made.add((begin, end))
            there += len(text.encode())
        elif copy.startswith(content[begin:end] + rest, there):
            there += end - begin
        else:
            return None
        at = end
    return made if copy[there:] == content[at:] else None


def problem_of(program, path, content):
    path.write_bytes(content)
    before = judged(program, path, "--fix")
    copy = path.with_name(path.stem + ".mended" + path.suffix)
    if before is None:
        return "it is refused"
    edits = edits_of(before)
    if not edits:
        return "a copy without an edit" if copy.exists() else None
    if not copy.exists():
        return None  # no hint holds in the note as a whole, and the program has judged that itself
    made = made_in(content, copy.read_bytes(), edits)
    if not made:
        return "other bytes than those of the edits %s are changed" % edits
    after = judged(program, copy, "--hints=no")
    if after is None:
        return "the copy is refused"
    for claim in before:
        here = [verdict_of(other) for other in after if other["span"]["line"] == claim["span"]["line"]]
        spans = [(edit["span"]["begin"], edit["span"]["end"]) for edit in (claim["hints"] or [{"edits": []}])[0]["edits"]]
        mended = verdict_of(claim) in WRONG and spans and made.issuperset(spans)
        was = [verdict_of(other) for other in before if other["span"]["line"] == claim["span"]["line"]]
        if mended and sum(verdict in WRONG for verdict in here) >= sum(verdict in WRONG for verdict in was):
            return "line %d is mended, and fails still: %s" % (claim["span"]["line"], claim["text"])
        plain = path.suffix == ".py" and not here  # delta = diff says what delta is, and is not judged
        if mended and verdict_of(claim) == "fails" and not plain and here.count("holds") <= was.count("holds"):
            return "line %d is mended, and does not hold: %s" % (claim["span"]["line"], claim["text"])
        if "holds" in was and "fails" not in was and "fails" in here:
            return "line %d held, and fails in the copy: %s" % (claim["span"]["line"], claim["text"])
    return None


def main():
    program, words, points = os.path.abspath(sys.argv[1]), sys.argv[2:], []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in share.of(documents(), 14, "notes-mended", lambda document: document[0]):
            if words and not any(word in name for word in words):
                continue
            points.append((name, problem_of(program, pathlib.Path(folder) / name, content)))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
