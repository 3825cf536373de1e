#!/usr/bin/env python3
"""Documents that are long, deep or broken on purpose: each ends, within its time and memory, with a clear message.

    bounds.py PROGRAM       writes the documents into a folder of its own, and runs `verify` on each (TAP)

Time is what the processor spends, which does not hang on what else the machine does.  20 s and 1 GiB are allowed.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import share  # noqa: E402
import tap  # noqa: E402

SECONDS, BYTES = 20, 1 << 30
FORWARD = ("$Z^{[1]} = W^{[1]} X + b^{[1]}$, $A^{[1]} = \\sigma(Z^{[1]})$ and $dZ^{[1]} = A^{[1]} - Y$, so "
           "$dW^{[1]} = \\frac{1}{m} dZ^{[1]} X^T$.\n\n")


def notebook(image, sources, indent=1):
    """A notebook with a picture of so many bytes, and cells."""
    cells = [{"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "plot()",
              "outputs": [{"data": {"image/png": "A" * image}, "output_type": "display_data"}]}]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
                      indent=indent).encode()


def polynomial(extra):
    """A note in which f is defined by 90 terms, and its derivative is claimed."""
    terms = " + ".join("%d x^{%d}" % (k % 7 + 2, k % 5 + 2) for k in range(90))
    slopes = " + ".join("%d \\cdot %d x^{%d}" % (k % 7 + 2, k % 5 + 2, k % 5 + 1) for k in range(90))
    return ("$$ f(x) = %s $$\n\nIts derivative is\n\n$$ f'(x) = %s%s $$\n" % (terms, slopes, extra)).encode()


# name, its bytes, the exit statuses that are right, and what must be said.
DOCUMENTS = [
    ("long.md", (FORWARD * 40000)[:5 << 20].encode(), {0, 2}, "lines"),
    ("prose.md", b"Words and words, and no formula.\n\n" * 150000, {2}, "no formula was found"),
    ("dollars.md", b"$" * 1000000, {2}, "nothing was checked"),
    ("prices.md", b"$5 and " * 200000, {2}, "nothing was checked"),
    ("braces.md", b"$x = " + b"{" * 10000 + b"y" + b"}" * 10000 + b"$\n\n" + FORWARD.encode(), {0, 2}, "holds"),
    ("open.md", b"$x = " + b"{(" * 100000 + b"$\n\n" + FORWARD.encode(), {0, 2}, "bracket"),
    ("macros.md", b"\\def\\a{\\a\\a}\\newcommand{\\b}{\\c}\\newcommand{\\c}{\\b}\n\n$x = \\a$ $y = \\b$\n\n" +
     FORWARD.encode(), {0, 2}, "never comes to an end"),
    ("growing.md", b"\\def\\a{xxxxxxxxxx}" + b"".join(
        b"\\def\\%c{\\%c\\%c\\%c\\%c\\%c\\%c\\%c\\%c}" % ((98 + k,) + (97 + k,) * 8) for k in range(20)) +
     b"\n\n$x = \\u$\n", {2}, "never comes to an end"),
    ("bytes.md", b"\xff\xfe$x = \xc3\x28$ \x80\x80 $\xf0\x9f = y$\x00$z = \x00$\n\n" + FORWARD.encode(), {0, 2},
     "holds"),
    ("fences.md", b"```\n" * 200000, {2}, "nothing was checked"),
    ("columns.md", b"|a|b|\n|-|-|\n" + b"|$x = y$" * 20000 + b"|\n", {2}, "undecided"),
    ("deep.tex", b"\\begin{align}" * 50000 + b"x = y" + b"\\end{align}" * 50000, {2}, ""),
    ("brackets.py", b"import numpy as np\ndW = " + b"(" * 1000000 + b"x\n", {2}, "nothing was checked"),
    ("sum.py", b"import numpy as np\nZ = W @ X\ndW = " + b"x + " * 500000 + b"x\n", {2}, "longer than formulas"),
    ("functions.py", b"import numpy as np\n" + b"".join(
        b"def f%d(dZ):\n    Z = np.dot(W, A)\n    dW = np.dot(dZ, A.T)\n" % k for k in range(50000)), {2},
     "shorter file"),
    ("branches.py", b"".join(b" " * k + b"if x:\n" for k in range(2000)), {2}, "nothing was checked"),
    ("names.py", b"import numpy as np\n" + b"".join(b"dW%d = " % k + b" + ".join(
        b"n%d_%d * p['k%d']" % (k, i, i) for i in range(20)) + b"\n" for k in range(2000)), {2}, "2000 formulas"),
    ("polynomial.md", polynomial(""), {0}, "1 holds"),
    ("polynomial-wrong.md", polynomial(" + 1"), {1}, "1 fails"),
    ("newcommands.md", b"".join(b"\\newcommand{\\m%s}{x_{%d}}\n" % (bytes(97 + int(c) for c in str(k)), k)
                                for k in range(50000)) + b"\n$$ y = \\mab + 1 $$\n", {2}, "nothing was checked"),
    ("rows.md", b"\\begin{align}\n" + b"a &= b + c \\\\\n" * 100000 + b"\\end{align}\n", {2}, "undecided"),
    ("nested.md", b"".join(b"  " * (k % 200) + b"- $z = w x + b$\n" for k in range(10000)), {2}, "undecided"),
    ("pictures.ipynb", notebook(50 << 20, [FORWARD]), {0, 2}, "holds"),
    ("cells.ipynb", notebook(1, [FORWARD] * 10000), {0, 2}, "40000 formulas"),
    ("line.ipynb", notebook(1 << 20, [FORWARD] * 200, None), {0, 2}, "800 formulas"),
    ("torn.ipynb", notebook(50 << 20, [])[:-20], {3}, "this is no notebook"),
    ("deep.ipynb", b"{\"cells\": " + b"[" * 5000000, {3}, "this is no notebook"),
]


def limit():
    """Of the child: processor time, with a second in which to be told."""
    multiplier = float(os.environ.get("CK_TIMEOUT_MULTIPLIER", "8" if "ASAN_OPTIONS" in os.environ else "1"))
    seconds = int(SECONDS * multiplier)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def run(program, path):
    """The exit status, what was said, and the largest memory so far of all children, in bytes."""
    # A sanitizer takes several times as long.  What comes behind the limit, of 300 claims that were judged, takes seconds more.
    longer = ["--time-limit", "120" if "ASAN_OPTIONS" in os.environ else str(SECONDS // 2)]
    done = subprocess.run([program, "verify", "--hints=no", "--memory-limit", "1GiB", *longer, path.name], cwd=path.parent,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=limit, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), \
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10


def problem_of(program, folder, name, content, statuses, said):
    """What is wrong with how the document ends, or None."""
    path = folder / name
    path.write_bytes(content)
    status, output, memory = run(program, path)
    path.unlink()
    if status not in statuses:
        return "ends with %d: %s" % (status, output[-300:])
    if said not in output:
        return "does not say \"%s\": %s" % (said, output[:300])
    if memory > BYTES and "ASAN_OPTIONS" not in os.environ:
        return "takes %d MiB" % (memory >> 20)
    return None


def main():
    points = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content, statuses, said in share.of(DOCUMENTS, 12, "notes-bounds", lambda document: document[0]):
            points.append((name + " ends in time", problem_of(os.path.abspath(sys.argv[1]), pathlib.Path(folder), name, content,
                                                              statuses, said)))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
