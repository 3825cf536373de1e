#!/usr/bin/env python3
"""A class of strangers' files: each is a row, whatever it is; --no-mend gives no answer away.

    classroom.py PROGRAM
"""

import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import pages
import tap

HEAD = """network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples
write dZ[l] for m * ∂J/∂Z[l]
write dW[l] for ∂J/∂W[l]
"""
TEMPLATE = HEAD + 'require "dZ[2]" 2\nrequire "dW[2]"\n'
FILES = {
    "right.deriv": HEAD + "claim dZ[2] = A[2] - Y\nclaim dW[2] = dZ[2] * A[1]' / m\n",
    "wrong.deriv": HEAD + "claim dZ[2] = Y - A[2]\nclaim dW[2] = 1/m * dZ[2] * A[1]\n",
    "empty.deriv": "",
    "binary.deriv": "\x00\x01\udcff\udcfe" * 100,
    "loud.deriv": "claim \x1b[31m = <script>alert(1)</script>\n" * 50,
    "slow.deriv": "given A : 400 x 400\nclaim inv(A)*inv(inv(A))*inv(A) = inv(A)*A*inv(A)\n" * 3,
    "deep.deriv": "given x : number\nclaim x = " + "(" * 3000 + "x" + ")" * 3000 + "\n",
    "=cmd.deriv": HEAD + "claim dZ[2] = A[2] - Y\n",
    "note.md": "$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$ and $dZ^{[2]} = A^{[2]} - Y$\n",
}
# Lines that are true and no answer: each has its mark, and no points.
TRUE = {
    "its own definition": ("let dZ[2] = 7*Y\nclaim dZ[2] = 7*Y\n", None),
    "one by definition": ("claim dZ[2] = m*∂J/∂Z[2]\n", "empty"),
    "one by itself": ("claim dZ[2] = 1*dZ[2]\n", "empty"),
    "another name": ("write dV[l] for m * ∂J/∂Z[l]\nclaim dZ[2] = dV[2]\n", "undecided"),
    "another name of another name": ("let V = m*∂J/∂Z[2]\nlet U = V\nclaim dZ[2] = U\n", "undecided"),
    "an inequality": ("claim dZ[2] > -100*ones(n[2], m)\n", "undecided"),
    "a refutation": ("refute dZ[2] = 7*Y\n", "undecided"),
    "a shape": ("shape dZ[2] : n[2] x m\n", "undecided"),
    "another line of this name": ('claim "dZ[2]" Y + 0 = Y\n', "undecided"),
    "one sample": ("size m = 1\nclaim dZ[2] = A[2] - Y\n", "undecided"),
}
ANSWERS = ("holds with", "BP4", "1/m * dZ[2] * A[1]'", "1/m * dZ[2] * A[1]&apos;")


def run(program, folder, *arguments):
    made = subprocess.run([program, "class", "work", "--template", "template.deriv", "--time-limit", "1", *arguments],
                          cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return made.returncode, made.stdout.decode(errors="replace"), made.stderr.decode(errors="replace")


def look_at_true(program, folder, points):
    """What holds and does not say what was asked for, and right lines in other words."""
    work = pathlib.Path(folder) / "work"
    for path in work.iterdir():
        if path.is_file():
            path.unlink()
    for number, (text, _) in enumerate(TRUE.values()):
        (work / ("true%d.deriv" % number)).write_text(HEAD + text)
    (work / "other.deriv").write_text(HEAD.replace("cross-entropy", "squared") + "claim dZ[2] = (A[2] - Y) ⊙ A[2] ⊙ (1 - A[2])\n")
    (work / "helper.deriv").write_text(HEAD + "let E = A[2] - Y\nclaim dZ[2] = E\nclaim 1/m*E*A[1]' = dW[2]\n")
    (work / "chain.deriv").write_text(HEAD + "claim dZ[2] = A[2] - Y = -(Y - A[2])\n")
    os.mkfifo(work / "pipe.deriv")
    secrets = pathlib.Path(folder) / "secrets"
    secrets.mkdir()
    (secrets / "answers.deriv").write_text(HEAD + "let secret = 2\nclaim 42 = secret\n")
    (work / "thief.deriv").symlink_to("../secrets/answers.deriv")
    (secrets / "two.deriv").write_text("let two = 2\n")
    (work / "user.deriv").write_text('use "../secrets/two.deriv"\n' + HEAD + "claim dZ[2] = A[2] - Y + two - 2\n")
    (work / "own.deriv").symlink_to("chain.deriv")
    status, out, err = run(program, folder, "--format", "json")
    rows = {one["student"]: one for one in json.loads(out)["students"]} if status == 0 else {}
    for number, (name, (_, mark)) in enumerate(TRUE.items()):
        row = rows.get("true%d" % number, {"points": err, "lines": [{}]})
        seen = row["lines"][0].get("outcome")
        points.append((name + " has no points", None if row["points"] == 0 and mark in (seen, None) else str(row)))
    points.append(("nor has another loss", None if rows.get("other", {}).get("points") == 0 else str(rows.get("other"))))
    points.append(("a name for a part, and sides the other way round", None if rows.get("helper", {}).get("points") == 3 else str(rows.get("helper"))))
    points.append(("a chain", None if rows.get("chain", {}).get("points") == 2 else str(rows.get("chain"))))
    points.append(("a link within the folder", None if rows.get("own", {}).get("points") == 2 else str(rows.get("own"))))
    points.append(("a link that leads out is not followed", None if "leads out" in str(rows.get("thief", {}).get("trouble")) else str(rows.get("thief"))))
    points.append(("nor is a line of it shown", out if "42" in out else None))
    look_at_folders(program, folder, points)
    unread = rows.get("user", {}).get("lines", [{}])
    _, out, _ = run(program, folder, "--format", "json", "--use", "secrets")
    rows = {one["student"]: one for one in json.loads(out or '{"students": []}')["students"]}
    points.append(("unless its folder is allowed", "not read" if rows.get("thief", {}).get("trouble", "") else None))
    may = rows.get("user", {}).get("lines", [{}])
    points.append(("and so may what it uses", None if unread[0].get("outcome") == "not read" != may[0].get("outcome") else f"{unread} {may}"))
    points.append(("a pipe is not waited for", None if "ordinary" in str(rows.get("pipe", {}).get("trouble")) else str(rows.get("pipe"))))


def look_at_folders(program, folder, points):
    """A folder for each student, and some of them are links: those behind what all paths have in common were made by students."""
    right, top = HEAD + "claim dZ[2] = A[2] - Y\n", pathlib.Path(folder)
    for name in ("hand-ins/ann", "hand-ins/bob/kept", "hand-ins/eve"):
        (top / name).mkdir(parents=True)
    (top / "hand-ins/ann/answers.deriv").write_text(right)
    (top / "hand-ins/bob/kept/answers.deriv").write_text(right)
    (top / "hand-ins/mallory").symlink_to("../secrets")  # where answers.deriv has a line that nobody may see
    (top / "hand-ins/bob/one").symlink_to("kept")
    (top / "hand-ins/eve/one").symlink_to("../ann")
    (top / "here").symlink_to("hand-ins")  # by who judges the class

    def judged(*files):
        made = subprocess.run([program, "class", *files, "--template", "template.deriv", "--format", "json"], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        out = made.stdout.decode(errors="replace")
        return {one["student"]: one for one in json.loads(out)["students"]} if made.returncode == 0 else {"": made.stderr}, out

    for words in (["here/ann/answers.deriv", "here/mallory/answers.deriv"], ["here/ann", "here/mallory/"]):
        rows, out = judged(*words)
        told = {"mallory" in str(one.get("file")): "leads out" in str(one.get("trouble")) for one in rows.values()}
        points.append((" ".join(words), None if "42" not in out and told == {False: False, True: True} else str(rows)))
    rows, _ = judged("here/ann/answers.deriv", "here/bob/one/answers.deriv", "here/eve/one/answers.deriv")
    told = [name for name, one in rows.items() if "leads out" in str(one.get("trouble"))]
    points.append(("a folder that is another's, and one's own", None if len(told) == 1 and "eve" in told[0] else str(rows)))


def main():
    program, points = os.path.abspath(sys.argv[1]), []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder) / "work"
        work.mkdir()
        (pathlib.Path(folder) / "template.deriv").write_text(TEMPLATE)
        for name, text in FILES.items():
            (work / name).write_text(text, errors="surrogateescape")
        (work / "a folder.deriv").mkdir()
        status, out, err = run(program, folder, "--format", "json")
        rows = {one["student"]: one for one in json.loads(out)["students"]} if status == 0 else {}
        points.append(("every file is a row", None if len(rows) == len(FILES) + 1 else "%d rows, %s" % (len(rows), err)))
        points.append(("a right one has all points", None if rows.get("right", {}).get("points") == 3 else str(rows.get("right"))))
        points.append(("a wrong one has none", None if rows.get("wrong", {}).get("points") == 0 else str(rows.get("wrong"))))
        slow = rows.get("slow", {}).get("trouble") or ""
        points.append(("one that takes too long is told", None if "time" in slow else slow or "it was judged"))
        points.append(("a folder that is called as a file is told", None if rows.get("a folder", {}).get("trouble") else "nothing"))
        status, out, _ = run(program, folder, "--format", "csv")
        table = list(csv.reader(io.StringIO(out)))
        points.append(("the table has rows of one length", None if len({len(row) for row in table}) == 1 else "it has not"))
        status, out, _ = run(program, folder, "--format", "json")
        told = [cell for one in json.loads(out)["students"] for cell in one["lines"] if cell["mended"]]
        points.append(("mends are told", None if len(told) == 2 else str(told)))
        status, out, _ = run(program, folder, "--no-mend", "--format", "json")
        told = [cell for one in json.loads(out)["students"] for cell in one["lines"]
                if cell["mended"] or any(sign in (cell["mistake"] or "") for sign in ":(")]
        points.append(("and with --no-mend they are not", str(told) if told else None))
        for name in ("csv", "html"):
            status, out, _ = run(program, folder, "--no-mend", "--format", name)
            seen = [answer for answer in ANSWERS if answer in out]
            points.append(("nor as " + name, "; ".join(seen) or None if status == 0 else "exit status %d" % status))
        status, out, _ = run(program, folder, "--format", "html", "--pages", "pages")
        points.append(("its page", pages.look_at(out)[0]))
        written = sorted(path.name for path in (pathlib.Path(folder) / "pages").iterdir())
        points.append(("a page a student", None if len(written) == len(FILES) + 2 else ", ".join(written)))
        look_at_true(program, folder, points)
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
