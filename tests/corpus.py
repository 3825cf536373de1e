#!/usr/bin/env python3
"""How much of what people wrote is read as it stands, and judged rightly.

tests/corpus/notes.txt names formulas of public notes by document, line, column and length, with the
declarations of their family and the verdict that is right.  The notes themselves are not part of
this project: they are looked for in ../shared/notes and ../shared/seeds, and where they are not,
nothing is tested.  Every formula becomes the claim of a line, with nothing around it but the
declarations of its group; line ends in it become blanks.

The last lines of the file say how many must be read, and how many verdicts must be right; a verdict
that is wrong (holds for fails, or fails for holds) is never allowed, unless its line ends in `!` with
a reason.  Prints TAP, and the shares; --list prints every formula that is not read or not right.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ENTRY = re.compile(r"- (\S+) (\d+):(\d+) \+(\d+) (holds|fails)(?: !(.*))?$")


def read_corpus(path):
    groups, floors = [], {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = ENTRY.match(line)
        floor = re.match(r"at least (\d+) (read|right)$", line)
        if line.startswith("[") and line.endswith("]"):
            groups.append((line[1:-1], [], []))
        elif floor:
            floors[floor.group(2)] = int(floor.group(1))
        elif entry:
            groups[-1][2].append(entry.groups())
        elif line.strip() and not line.startswith("#"):
            groups[-1][1].append(line)
    return groups, floors


def find_document(shared, prefix):
    found = sorted(shared.glob("notes/%s-*" % prefix)) + sorted(shared.glob("seeds/%s_*" % prefix))
    return found[0] if found else None


def formula_at(text, line, column, length):
    begin = 0
    for _ in range(line - 1):
        begin = text.index("\n", begin) + 1
    begin += column - 1
    return " ".join(text[begin : begin + length].split())


def judge(program, declarations, formulas):
    """The verdict of each formula: holds, fails, undecided, or None where it is not read."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "line.deriv")
        lines = declarations + ["claim " + formula for formula in formulas]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [program, "verify", "--hints", "no", "--format", "json", str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)["reports"][0]
    verdicts = {}
    for claim in report["claims"]:
        read = claim["verdict"] != "not read" and claim.get("reason") != "broken"
        verdicts[claim["span"]["line"]] = claim["verdict"] if read else None
    return [verdicts.get(len(declarations) + 1 + k) for k in range(len(formulas))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--shared", help="where notes and seeds are; ../shared otherwise")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    source = pathlib.Path(options.source).resolve()
    shared = pathlib.Path(options.shared) if options.shared else source.parent / "shared"
    groups, floors = read_corpus(source / "tests/corpus/notes.txt")
    if not shared.is_dir():
        print("1..0 # SKIP the notes are not here")
        return 0
    total = read = right = wrong = 0
    for name, declarations, entries in groups:
        texts = {}
        for entry in entries:
            document = find_document(shared, entry[0])
            texts[entry[0]] = document.read_text(encoding="utf-8") if document else None
        entries = [entry for entry in entries if texts[entry[0]] is not None]
        formulas = [
            formula_at(texts[entry[0]], *(int(part) for part in entry[1:4])) for entry in entries
        ]
        for entry, formula, verdict in zip(
            entries, formulas, judge(options.program, declarations, formulas)
        ):
            total += 1
            read += verdict is not None
            right += verdict == entry[4]
            bad = verdict in ("holds", "fails") and verdict != entry[4]
            wrong += bad and entry[5] is None
            if options.list and verdict != entry[4]:
                print("# [%s] %s %s:%s %s: %s" % (name, *entry[:3], verdict or "not read", formula))
    print("# %d formulas: %d read (%.0f %%), %d judged rightly" % (total, read, 100 * read / max(total, 1), right))
    checks = [
        (read >= floors["read"], "%d formulas are read" % floors["read"]),
        (right >= floors["right"], "%d verdicts are right" % floors["right"]),
        (wrong == 0, "no verdict is wrong"),
    ]
    print("1..%d" % len(checks))
    for number, (fine, what) in enumerate(checks, 1):
        print("%s %d - %s" % ("ok" if fine else "not ok", number, what))
    return 0 if all(fine for fine, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
