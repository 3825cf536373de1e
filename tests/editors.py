#!/usr/bin/env python3
"""Tries the colours of editors on a small file: what each piece of it is shown as.

The grammar for VS Code is read by Python's own regular expressions, in the order of its patterns, as
an editor would; that of vim by vim, where it is installed.  That every word of the program stands in
them is another test, unit/test_editors.c.  Prints TAP.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tap
import vimscript

SAMPLE = """\
# claim nothing
title "a claim in quotes"
given x_k : n in positive
let tanhx = leaky_relu(x)
claim "name" sum_i x_i = 1.5e-3 * ∂J/∂W' for l = 1..2
claim dZ[2] = ? + tanh'(Z[2]) - σ(z)
"""

# Line, what stands there (the first of its kind), its scope for VS Code, its group for vim.
PIECES = [
    (1, "claim", "comment", "derivComment"),
    (2, "title", "keyword.control", "derivTold"),
    (2, "claim", "string", "derivString"),
    (3, "given", "keyword.control", "derivTold"),
    (3, "positive", "storage", "derivDomain"),
    (3, "in ", "storage", "derivWord"),
    (4, "tanhx", None, None),
    (4, "leaky_relu", "support.function", "derivFunction"),
    (5, "claim", "keyword.other.judged", "derivJudged"),
    (5, "sum", "support.function", "derivFunction"),
    (5, "x_i", None, None),
    (5, "1.5e-3", "constant.numeric", "derivNumber"),
    (5, "∂", "keyword.operator.derivative", "derivDerivative"),
    (5, "'", "keyword.operator", "derivOperator"),
    (5, "for", "storage", "derivWord"),
    (6, "?", "invalid", "derivHole"),
    (6, "tanh", "support.function", "derivFunction"),
    (6, "σ", "support.function", "derivFunction"),
    (6, "dZ", None, None),
]


def scopes_of(grammar, line):
    """The scope of every character: patterns are tried in their order at each place, as editors do."""
    patterns = [
        (item["name"], re.compile(item["match"].replace(r"\p{L}\d", r"^\W_")))
        for item in grammar["patterns"]
    ]
    scopes = [None] * len(line)
    at = 0
    while at < len(line):
        found = [(match.start(), k, match) for k, (_, pattern) in enumerate(patterns)
                 for match in [pattern.search(line, at)] if match and match.end() > match.start()]
        if not found:
            break
        _, k, match = min(found, key=lambda item: item[:2])
        scopes[match.start() : match.end()] = [patterns[k][0]] * (match.end() - match.start())
        at = match.end()
    return scopes


def grammar_complaints(root):
    folder = root / "editors" / "vscode"
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    json.loads((folder / "language-configuration.json").read_text(encoding="utf-8"))
    grammar = json.loads((folder / manifest["contributes"]["grammars"][0]["path"]).read_text(encoding="utf-8"))
    lines = SAMPLE.splitlines()
    for number, piece, wanted, _ in PIECES:
        scope = scopes_of(grammar, lines[number - 1])[lines[number - 1].index(piece)]
        if (scope or "").startswith(wanted or "") and (scope is None) == (wanted is None):
            continue
        yield "line %d, %s is %s and not %s" % (number, piece, scope, wanted)


def vim_complaints(root, vim):
    lines = SAMPLE.splitlines()
    asks = ["synIDattr(synID(%d, %d, 1), 'name')" % (number, len(lines[number - 1].split(piece)[0].encode()) + 1)
            for number, piece, _, _ in PIECES]
    with tempfile.TemporaryDirectory() as folder:
        sample, answers = pathlib.Path(folder, "sample.deriv"), pathlib.Path(folder, "answers")
        sample.write_text(SAMPLE, encoding="utf-8")
        subprocess.run(
            [vim, "-u", "NONE", "-N", "-i", "NONE", "-es", "--cmd", "set encoding=utf-8",
             "--cmd", vimscript.first_in_runtimepath(root / "editors" / "vim"), "-c", "filetype plugin on", "-c", "syntax on",
             "-c", vimscript.command("edit", sample), "-c", "call writefile([&filetype, &commentstring] + [%s], %s)" % (", ".join(asks), vimscript.text(answers)),
             "-c", "qa!"], check=False, stdin=subprocess.DEVNULL, capture_output=True)
        told = answers.read_text(encoding="utf-8").splitlines() if answers.exists() else []
    if told[:2] != ["deriv", "# %s"]:
        yield "vim does not know the file: %s" % told[:2]
        return
    for (number, piece, _, wanted), group in zip(PIECES, told[2:]):
        if group != (wanted or ""):
            yield "line %d, %s is %s and not %s" % (number, piece, group or "nothing", wanted)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    points = [("the grammar of VS Code", "; ".join(grammar_complaints(root)) or None)]
    vim = shutil.which("vim")
    if vim and b"+syntax" in subprocess.run([vim, "--version"], check=False, capture_output=True).stdout:
        points.append(("the syntax of vim", "; ".join(vim_complaints(root, vim)) or None))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
