#!/usr/bin/env python3
"""What it takes to be looked at: the size of a report and of the page, the first verdict in a browser, a key in an
editor, and a class of 300 files.  Each row has its figure and its limit; the exit status says whether all are kept.

    looks.py PROGRAM [PAGE]

Seconds are the processor's where others may be busy on the machine, too; those of the class are divided by two processors.  The
browser is Chromium, and its row is left out where it or the page is not there.
"""

import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "page")]

import lsp
from browser import Browser
from pages import FOUR_LINES

HEAD = """network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples
write dZ[l] for m * ∂J/∂Z[l]
write dW[l] for ∂J/∂W[l]
write db[l] for ∂J/∂b[l]
"""
LINES = (("dZ[2] = A[2] - Y", "dZ[2] = Y - A[2]", "dZ[2] = A[2] + Y"),
         ("dW[2] = 1/m * dZ[2] * A[1]'", "dW[2] = dZ[2] * A[1]'", "dW[2] = 1/m * dZ[2] * A[1]"),
         ("db[2] = 1/m * rowsum(dZ[2])", "db[2] = rowsum(dZ[2])", "db[2] = 1/m * dZ[2]"),
         ("dZ[1] = W[2]' * dZ[2] ⊙ tanh'(Z[1])", "dZ[1] = W[2]' * dZ[2] ⊙ tanh'(A[1])", "dZ[1] = W[2] * dZ[2] ⊙ tanh'(Z[1])"),
         ("dW[1] = 1/m * dZ[1] * X'", "dW[1] = 1/m * dZ[1] * X", "dW[1] = dZ[1] * X'"),
         ("db[1] = 1/m * rowsum(dZ[1])", "db[1] = 1/m * colsum(dZ[1])", "db[1] = rowsum(dZ[1])"))
ODD = {"empty": "", "hangs": "given A : 400 x 400\nclaim inv(A)*inv(inv(A))*inv(A) = inv(A)*A*inv(A)\n" * 9,
       "bursts": "given A : 9000 x 9000\nclaim A*A = 2*A*A\n", "binary": "\x00\x01" * 999}
FILES = 300


def write_class(folder):
    """Every student has six lines; which are wrong, and how, hangs on the number."""
    template = HEAD + "".join('require "%s"\n' % one[0].split(" =")[0] for one in LINES)
    (folder / "template.deriv").write_text(template, encoding="utf-8")
    (folder / "work").mkdir()
    for number in range(FILES - len(ODD)):
        lines = ["claim %s\n" % one[number // 3**k % 3 if number % 4 == k % 4 else 0] for k, one in enumerate(LINES)]
        (folder / "work" / ("student%03d.deriv" % number)).write_text(HEAD + "".join(lines), encoding="utf-8")
    for name, text in ODD.items():
        (folder / "work" / (name + ".deriv")).write_text(text, encoding="utf-8")


def class_rows(program, folder):
    write_class(folder)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = subprocess.run([program, "class", "work", "--template", "template.deriv", "--format", "html", "--output", "class.html"], cwd=folder,
                          check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yield "a class of 300 files, on two processors", seconds / 2, 60, "s"
    yield "its memory: two children at a time", 2 * after.ru_maxrss / 1024, 500, "MB"
    yield "its page", (folder / "class.html").stat().st_size / 1e6 if made.returncode == 0 else float("nan"), 2, "MB"


def report_row(program, folder):
    (folder / "four.deriv").write_text(FOUR_LINES, encoding="utf-8")
    made = subprocess.run([program, "verify", "--format", "html", "four.deriv"], cwd=folder, capture_output=True, check=False)
    yield "a report of four lines", len(made.stdout) / 1e3 if made.stdout else float("nan"), 25, "kB"


def processor(process):
    words = pathlib.Path("/proc/%d/stat" % process.pid).read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def editor_row(program):
    """A line in the middle of 200 is changed twenty times."""
    editor, uri, rounds = lsp.Editor(program), lsp.URI, 20
    text = HEAD + "".join('claim "%d" dZ[2] = A[2] - Y + 0*%d\n' % (k, k) for k in range(196))
    editor.ask("initialize", capabilities={})
    editor.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "deriv", "version": 1, "text": text})
    change = lambda version: editor.tell("textDocument/didChange", textDocument={"uri": uri, "version": version}, contentChanges=[
        {"range": {"start": {"line": 100, "character": 0}, "end": {"line": 100, "character": 999}},
         "text": "claim dZ[2] = A[2] - Y*%d" % version}])
    there = lambda seen: any(one["range"]["start"]["line"] == 100 for one in seen)
    change(2)
    editor.wait_for(there)
    begun = processor(editor.process)
    for version in range(3, 3 + rounds):
        published = editor.published
        change(version)
        editor.wait_for(lambda seen: there(seen) and editor.published > published)
    yield "a key in a file of 200 lines, until its line is told", 1000 * (processor(editor.process) - begun) / rounds, 100, "ms"
    editor.process.kill()


def page_rows(page, folder):
    if not page or not page.exists():
        return
    yield "page.html", page.stat().st_size / 1e6, 3, "MB"
    chromium = shutil.which("chromium")
    if not chromium:
        return
    browser = Browser(chromium, str(folder / "profile"))
    browser.size(1280, 800)
    browser.go(page.as_uri())
    browser.wait("performance.getEntriesByName('verdict').length > 0")
    yield "the first verdict in Chromium, by the clock", browser.value("performance.getEntriesByName('verdict')[0].startTime") / 1000, 2, "s"
    browser.close()


def main():
    program = os.path.abspath(sys.argv[1])
    page = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    kept = True
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        for rows in (report_row(program, folder), page_rows(page, folder), editor_row(program), class_rows(program, folder)):
            for name, figure, limit, unit in rows:
                fine = figure <= limit
                kept = kept and fine
                print("%-52s %8.3g %-2s of %d%s" % (name, figure, unit, limit, "" if fine else "  TOO MUCH"), flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
