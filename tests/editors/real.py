#!/usr/bin/env python3
"""The language server in editors themselves: Neovim and Emacs without a terminal, and the extension for VS Code
and the library that such extensions speak with in node.

    real.py PROGRAM SOURCE

An editor that is not installed is a point that is skipped.  Each opens a derivation whose last line lacks a
transpose, behind signs that take two code units and four bytes, and writes what it saw to a file.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import vimscript  # noqa: E402

SAMPLE = """network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples
write dZ[l] for m * ∂J/∂Z[l]
write dW[l] for ∂J/∂W[l]
claim "output" dZ[2] = A[2] - Y
claim "𝓩𝓩𝓩" dW[1] = 1/m * dZ[1] * X
"""
EMACS_PACKAGES = """(progn (require 'package)
  (add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa") (package-initialize))"""
PEERS = "build-peers/node_modules"  # ./dev deps editors
PATIENCE = 300  # seconds; an editor that is stuck is stopped


def commands(source, sample):
    """Of every editor: what to look for, and how it is started."""
    here = source / "tests" / "editors"
    yield "neovim", "nvim", ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd",
                             vimscript.first_in_runtimepath(source / "editors" / "neovim"), "-c", "filetype on",
                             "-c", "runtime plugin/backproof.lua", "-c", vimscript.command("edit", sample),
                             "-c", vimscript.command("luafile", here / "neovim.lua")]
    yield "emacs", "emacs", ["emacs", "--batch", "-Q", "--eval", EMACS_PACKAGES, "-L", str(source / "editors" / "emacs"), "-l",
                             str(here / "emacs.el")]
    yield "vscode", "node", ["node", str(here / "vscode.js"), str(source / "editors" / "vscode")]
    yield "vscode-jsonrpc", "node", ["node", str(here / "jsonrpc.js"), str(source / PEERS)]


def is_missing(source, name, wanted):
    """What an editor lacks for this, or None."""
    if not shutil.which(wanted):
        return wanted
    if name == "vscode-jsonrpc" and not (source / PEERS / name).is_dir():
        return name
    if name == "emacs" and subprocess.run(["emacs", "--batch", "-Q", "--eval", EMACS_PACKAGES, "--eval", "(require 'eglot)"],
                                          capture_output=True, check=False).returncode != 0:
        return "eglot"
    return None


def points_of(name, command, program, folder):
    answers, sample = folder / (name + ".answers"), folder / "sample.deriv"
    sample.write_text(SAMPLE, encoding="utf-8")
    environment = dict(os.environ, PATH="%s:%s" % (program.parent, os.environ["PATH"]), HOME=str(folder), LC_ALL="C.UTF-8",
                       ANSWERS=str(answers), SAMPLE=str(sample))
    try:
        run = subprocess.run(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
                             check=False)
        said = (run.stdout + run.stderr).decode(errors="replace").strip()
    except subprocess.TimeoutExpired as error:
        said = "it did not come to an end: " + str(error.stderr)
    if not answers.exists():
        return [("%s: it says what it saw" % name, said[-600:].replace("\n", " | ") or "nothing")]
    lines = [line.partition("\t") for line in answers.read_text(encoding="utf-8").splitlines()]
    return [("%s: %s" % (name, point), problem or None) for point, _, problem in lines]


def main():
    program, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    number, failed = 0, False
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        for name, wanted, command in commands(source, folder / "sample.deriv"):
            lack = is_missing(source, name, wanted)
            if lack:
                number += 1
                print("ok %d - %s # SKIP %s is not installed" % (number, name, lack))
                continue
            for point, problem in points_of(name, command, program, folder):
                number += 1
                failed = failed or bool(problem)
                print("%sok %d - %s" % ("not " if problem else "", number, point))
                if problem:
                    print("# " + problem)
    print("1..%d" % number)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
