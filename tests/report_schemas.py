#!/usr/bin/env python3
"""Validates reports for programs: JUnit and SARIF against their published schemas, and all formats
against each other and against the exit status.

A schema says little about whether a report is true.  So the test also counts: what JUnit and TAP
call failed must be what JSON says, ids must occur once, a SARIF region must contain what the claim
says, and a SARIF fix, carried out in the file as an editor would do it, must make the line hold.
Each validator is shown a spoiled report first, which it has to refuse.  Prints TAP.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

try:
    import jsonschema
    import yaml
except ImportError:  # Debian's packages belong to Debian's interpreter
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    raise SystemExit("1..0 # SKIP needs python3-jsonschema and python3-yaml; try ./dev deps")

FORMATS = ["junit", "tap", "sarif", "github", "markdown"]

BAD = """\
title "Everything that can be wrong"
given W : n1 x n0
given x : n0
given t : number
let z = W*x
claim "shape"  ∂sum(z)/∂W = x * ones(n1)'
claim "value"  ∂z/∂x = 2*W
claim "chain"  z = W*x = W*x - z = z
claim "right"  ∂z/∂x = W
claim ∂z/∂x = 3*W
claim ∂z/∂x = 4*W
refute "not refuted" ∂z/∂x = W
refute "refuted" ∂z/∂x = -W
shape z : n0 x 1
claim "no value" log(-t^2) = log(-t^2)
claim "𝔸𝔹 astral before the mistake" ∂z/∂x = 2*W
"""

# Names that would end the element, string, line, block or command that they are put into.
HOSTILE = [
    b"::set-output name=x::y", b"]]><failure/>", "a\ufffeb".encode(), b"\xff\xfe\xc0\x80", b"\x01\x1b[31m",
    b"y # TODO later", b"# SKIP", b"`a`|``b``", b"<script>&amp;", "\u202erl\u2028ls\u0085".encode(),
    b"%0A::error::x", b"a%b,c:d", b"", b"\xed\xa0\x80", b"'", b"...", b"  ...", b"-->",
]
HOSTILE_PATH = b"we ird\n::error::%,;#`|\xff.deriv"


def hostile_file():
    text = "given W : n x k\ngiven x : k\nlet y = W*x\n".encode()
    for name in HOSTILE:
        text += b'claim "' + name + "\" ∂y/∂x = 2*W\n".encode()
    return text + "claim \"u\" log(-sum(x)^2) = 0*sum(x)\nclaim y = nobody\nclaim (y = \n".encode()


RUNS = [
    ("a file in which much is wrong", ["verify", "bad.deriv"]),
    ("only what fails, and little of it",
     ["verify", "bad.deriv", "empty.deriv", "--only-failed", "--max-failures", "3"]),
    ("hostile names", ["verify", HOSTILE_PATH]),
    ("nothing to check", ["verify", "empty.deriv"]),
    ("a file that is missing", ["verify", "missing.deriv"]),
    ("files that are missing, twice the same, and good",
     ["verify", "missing.deriv", "bad.deriv", "bad.deriv", "folder/bad.deriv"]),
    ("a network that holds", ["net", "3 - 4 tanh - 1 sigmoid"]),
    ("a network that fails", ["net", "3 - 4 tanh - 1 sigmoid", "--inject", "sign W[1]"]),
    ("a network that is undecided",
     ["net", "2 - 2 relu - 1 identity", "--weight-scale", "0"]),
    ("a network that overflows",
     ["net", "3 - 4 gelu - 1 identity, squared", "--input-scale", "1e100"]),
    ("one block of a network", ["net", "3 - 4 tanh - 1 sigmoid", "--only", "W[2]"]),
    ("one block that fails",
     ["net", "3 - 4 tanh - 1 sigmoid", "--inject", "sign W[1]", "--only", "W[1]"]),
    ("gradients that fail", ["grads", "3 - 4 tanh - 1 sigmoid", "two_layer_slip.npz"]),
    ("a file of gradients that is none", ["grads", "3 - 4 tanh - 1 sigmoid", "bad.deriv"]),
    ("a program that fails", ["exec", "--", "python3", "exec_python.py", "slip"]),
    ("a program that dies", ["exec", "--", "sh", "-c", "printf 'why\\033]]>`` <b>\\377' >&2; exit 1"]),
    ("a program with a hostile name", ["exec", "--", HOSTILE_PATH]),
    ("planted mistakes", ["net", "3 - 4 tanh - 1 sigmoid", "--power"]),
    ("planted mistakes that do not show", ["net", "1 - 1 identity", "--samples", "1", "--power"]),
]

LISTED_PARTLY = {"only what fails, and little of it"}


class Complaint(Exception):
    pass


def demand(condition, *words):
    if not condition:
        raise Complaint(" ".join(str(word) for word in words))


# ---- validators ---------------------------------------------------------------


def check_xml(path, schema):
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(schema), str(path)],
                          capture_output=True, text=True, errors="replace")
    demand(done.returncode == 0, done.stderr)


def check_sarif_schema(document, validator):
    for error in validator.iter_errors(document):
        raise Complaint("%s: %s" % ("/".join(map(str, error.absolute_path)), error.message))


def junit_cases(path):
    """What became of each case, and the root."""
    root = ElementTree.parse(path).getroot()
    found = {}
    for case in root.iter("testcase"):
        name = case.get("name")
        demand(name not in found, "the id", name, "occurs twice")
        kinds = [child.tag for child in case]
        demand(len(kinds) <= 1, name, "has", kinds)
        found[name] = kinds[0] if kinds else "passed"
    return found, root


def check_junit(path, status, complete):
    cases, root = junit_cases(path)
    count = collections.Counter(cases.values())
    for element in [root, *root]:
        inside = list(element.iter("testcase"))
        for attribute, tag in (("tests", None), ("failures", "failure"), ("errors", "error")):
            listed = len(inside) if tag is None else sum(1 for c in inside if c.find(tag) is not None)
            said = int(element.get(attribute))
            demand(said == listed if complete else said >= listed,
                   element.get("name"), attribute, "says", said, "lists", listed)
    failures, errors = int(root.get("failures")), int(root.get("errors"))
    demand((failures > 0) == (status == 1) or status == 3, "status", status, "with", failures)
    demand((failures + errors == 0) == (status == 0), "status", status, "with errors", errors)
    demand(count["passed"] > 0 or status != 0 or not complete, "nothing passed, and yet 0")
    return cases


def unescaped(description):
    return description.replace("\\#", "#")


def check_tap(path, cases):
    lines = path.read_text("utf-8").split("\n")
    demand(lines[0] == "TAP version 13" and lines[-1] == "", "the first line is", lines[0])
    if any(line.startswith("Bail out!") for line in lines):
        demand(all(kind == "error" for kind in cases.values()), "bailed out too early")
        return
    plan = int(re.match(r"1\.\.(\d+)", lines[1]).group(1))
    points, block = [], None
    for line in lines[2:-1]:
        if line == "  ---":
            block = []
        elif line == "  ..." and block is not None:
            fields = yaml.safe_load("\n".join(block))
            demand({"message", "severity", "outcome", "reason"} <= set(fields), fields)
            block = None
        elif block is not None:
            demand(line == "" or line.startswith("  "), "inside a block:", line)
            block.append(line)
        elif not line.startswith("#"):
            point = re.fullmatch(r"(not )?ok (\d+) - (.*?)( # SKIP .*)?", line)
            demand(point and int(point.group(2)) == len(points) + 1, "not a test point:", line)
            demand(not re.search(r"#\s*(todo|skip)", point.group(3), re.IGNORECASE), line)
            points.append((unescaped(point.group(3)), not point.group(1)))
    demand(block is None, "a block is not closed")
    demand(plan == len(points), "planned", plan, "found", len(points))
    demand(len(points) == len(cases), "JUnit has", len(cases), "TAP", len(points))
    passed = sum(1 for kind in cases.values() if kind in ("passed", "skipped"))
    demand(passed == sum(ok for _, ok in points), "JUnit and TAP count differently")


def check_github(path, cases):
    *commands, sentence = path.read_text("utf-8").rstrip("\n").split("\n")
    demand(re.match(r"(holds|fails|undecided): \d+ of \d+ ", sentence), sentence)
    for line in commands:
        command = re.fullmatch(r"::(error|warning) ((?:[a-zA-Z]+=[^,:]*,?)+)::(.+)", line)
        demand(command, "no command:", line)
        properties = dict(p.split("=", 1) for p in command.group(2).split(","))
        demand("title" in properties, line)
        demand(not any(ord(c) < 32 for c in line), "a control character in", repr(line))
    trouble = any(kind in ("failure", "error") for kind in cases.values())
    demand(bool(commands) == trouble, len(commands), "commands")


def check_markdown(path, cases):
    text = path.read_text("utf-8")
    demand(re.match(r"## backproof (holds|fails|undecided): ", text), text[:60])
    fence, headings, rows = None, 0, collections.Counter()
    for line in text.split("\n"):
        ticks = re.match(r"`{3,}(?=[^`]*$)", line)  # with more behind them they begin a code span
        if fence:
            fence = None if line == fence else fence
        elif ticks:
            fence = ticks.group()
        else:
            headings += line.startswith("### ")
            if line.startswith("|"):
                rows[len(re.findall(r"(?<!\\)\|", line))] += 1
            demand("<" not in re.sub(r"(`+).*?\1(?!`)", "", line), "raw HTML:", line)
    demand(fence is None, "a block is not closed")
    demand(len(rows) == 1, "rows of different widths:", dict(rows))
    trouble = sum(kind in ("failure", "error") for kind in cases.values())
    demand(headings == trouble, headings, "headings for", trouble)


# ---- SARIF --------------------------------------------------------------------


def source_of(uri, folder):
    demand(re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri), "not a relative URI:", uri)
    path = os.path.join(os.fsencode(folder), urllib.parse.unquote_to_bytes(uri))
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def offsets(region, text):
    """Where a region begins and ends, in characters: its columns are UTF-16 code units."""
    lines = text.split("\n")

    def offset(line, column):
        units = characters = 0
        for character in lines[line - 1]:
            if units >= column - 1:
                break
            units += 2 if ord(character) > 0xFFFF else 1
            characters += 1
        demand(units == column - 1, "column", column, "is inside or outside of line", line)
        return sum(len(l) + 1 for l in lines[: line - 1]) + characters

    begin = offset(region["startLine"], region["startColumn"])
    end = offset(region["endLine"], region["endColumn"])
    demand(begin <= end, "a region that ends before it begins")
    return begin, end


def check_sarif(document, folder, cases):
    run = document["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    demand(len(set(rules)) == len(rules), "a rule occurs twice")
    demand(run["columnKind"] == "utf16CodeUnits", "columnKind")
    for result in run["results"]:
        demand(rules[result["ruleIndex"]] == result["ruleId"], "the rule of", result)
        location = result["locations"][0]
        physical = location.get("physicalLocation")
        if physical and "region" in physical:
            offsets(physical["region"], source_of(physical["artifactLocation"]["uri"], folder))
        demand(physical or "logicalLocations" in location, "a result that is nowhere")
    trouble = sum(kind in ("failure", "error") for kind in cases.values())
    demand((len(run["results"]) > 0) == (trouble > 0), len(run["results"]), "of", trouble)


def check_fixes(document, folder, program):
    """Makes the first change of each result, and judges the line again."""
    made = 0
    for result in document["runs"][0]["results"]:
        for fix in result.get("fixes", [])[:1]:
            (change,) = fix["artifactChanges"]
            text = source_of(change["artifactLocation"]["uri"], folder)
            edits = [(*offsets(edit["deletedRegion"], text), edit["insertedContent"]["text"])
                     for edit in change["replacements"]]
            for begin, end, inserted in sorted(edits, reverse=True):
                text = text[:begin] + inserted + text[end:]
            pathlib.Path(folder, "mended.deriv").write_text(text, "utf-8")
            line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
            done = subprocess.run([program, "verify", "mended.deriv", "--only", ":%d" % line, "-q"],
                                  cwd=folder, capture_output=True, text=True)
            demand(done.returncode == 0, "line", line, "with", fix["description"]["text"], done.stdout)
            made += 1
    demand(made >= 4, "only", made, "fixes were tried")


# ---- runs ---------------------------------------------------------------------


class Tester:
    def __init__(self, program, schemas, folder):
        self.program, self.schemas, self.folder = program, schemas, pathlib.Path(folder)
        schema = json.loads((schemas / "sarif-schema-2.1.0.json").read_text("utf-8"))
        jsonschema.Draft4Validator.check_schema(schema)
        self.validator = jsonschema.Draft4Validator(schema)
        self.number, self.failed = 0, False

    def write_reports(self, arguments):
        formats = [f for f in FORMATS if "--power" not in arguments or f not in ("sarif", "github")]
        command = [self.program, arguments[0], "--quiet"]
        for name in formats:  # before the words of the verb: exec hands on what follows its dashes
            command += ["--report", "%s:report.%s" % (name, name)]
            (self.folder / ("report." + name)).unlink(missing_ok=True)
        done = subprocess.run(command + arguments[1:], cwd=self.folder, capture_output=True)
        demand(done.returncode <= 3, "exit status", done.returncode, done.stderr)
        demand(b"Sanitizer" not in done.stderr, done.stderr)
        return done.returncode, {name: self.folder / ("report." + name) for name in formats}

    def check_run(self, name, arguments):
        status, paths = self.write_reports(arguments)
        check_xml(paths["junit"], self.schemas / "junit-10.xsd")
        cases = check_junit(paths["junit"], status, name not in LISTED_PARTLY)
        check_tap(paths["tap"], cases)
        check_markdown(paths["markdown"], cases)
        if "sarif" in paths:
            document = json.loads(paths["sarif"].read_text("utf-8"))
            check_sarif_schema(document, self.validator)
            check_sarif(document, self.folder, cases)
            check_github(paths["github"], cases)
            return document
        return None

    def point(self, name, function, *arguments):
        self.number += 1
        try:
            function(*arguments)
            print("ok %d - %s" % (self.number, name))
        except Complaint as complaint:
            self.failed = True
            print("not ok %d - %s" % (self.number, name))
            for line in str(complaint).split("\n")[:20]:
                print("# " + line)


def must_refuse(function, *arguments):
    try:
        function(*arguments)
    except Complaint:
        return
    raise Complaint("a spoiled report was not refused")


def spoiled(tester):
    """Reports that are wrong in one place each."""
    document = tester.check_run("x", ["verify", "bad.deriv"])
    junit, wrong = tester.folder / "report.junit", tester.folder / "wrong.xml"
    text = junit.read_text("utf-8")
    wrong.write_text(text.replace('failures="', 'fails="'), "utf-8")
    must_refuse(check_xml, wrong, tester.schemas / "junit-10.xsd")
    wrong.write_text(text.replace("<testcase ", "<testcase x='' ", 1), "utf-8")
    must_refuse(check_xml, wrong, tester.schemas / "junit-10.xsd")
    wrong.write_text(re.sub(r'failures="\d+"', 'failures="1"', text), "utf-8")
    must_refuse(check_junit, wrong, 1, True)
    must_refuse(check_junit, junit, 0, True)
    cases = junit_cases(junit)[0]
    for spoil in (lambda d: d["runs"][0].update(surplus=1),
                  lambda d: d.update(version="2.2.0"),
                  lambda d: d["runs"][0]["results"][0].pop("message"),
                  lambda d: d["runs"][0].update(columnKind="bytes")):
        copy = json.loads(json.dumps(document))
        spoil(copy)
        must_refuse(check_sarif_schema, copy, tester.validator)
    copy = json.loads(json.dumps(document))
    copy["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["endColumn"] = 999
    must_refuse(check_sarif, copy, tester.folder, cases)
    copy = json.loads(json.dumps(document))
    for result in copy["runs"][0]["results"]:
        for fix in result.get("fixes", []):
            fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] = "0*W"
    must_refuse(check_fixes, copy, tester.folder, tester.program)
    must_refuse(check_tap, tester.folder / "report.tap", {})
    must_refuse(check_github, tester.folder / "report.tap", cases)


def check_replay(tester):
    """The commands do again what they are about."""
    tester.write_reports(["verify", "bad.deriv"])
    lines = (tester.folder / "report.tap").read_text("utf-8").split("\n")
    commands = [json.loads(line[len("  replay: "):]) for line in lines if line.startswith("  replay: ")]
    demand(len(commands) >= 8, "only", len(commands), "commands")
    environment = dict(os.environ, PATH=str(pathlib.Path(tester.program).parent) + ":" + os.environ["PATH"])
    for command in commands:
        done = subprocess.run(command + " --format json", shell=True, cwd=tester.folder, env=environment,
                              capture_output=True, text=True)
        report = json.loads(done.stdout)
        demand(done.returncode in (1, 2) and report["lines"] == 1, command, done.stdout, done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("schemas", type=pathlib.Path)
    parser.add_argument("derivations", type=pathlib.Path, help="the folder with the project's own")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(program, options.schemas.resolve(), folder)
        os.mkdir(os.path.join(folder, "folder"))
        pathlib.Path(folder, "bad.deriv").write_text(BAD, "utf-8")
        pathlib.Path(folder, "folder", "bad.deriv").write_text(BAD, "utf-8")
        pathlib.Path(folder, "empty.deriv").write_text("given x : number\n", "utf-8")
        with open(os.path.join(os.fsencode(folder), HOSTILE_PATH), "wb") as file:
            file.write(hostile_file())
        for name in ("two_layer_slip.npz", "exec_python.py"):
            os.symlink(options.derivations.resolve().parent / "examples" / name, os.path.join(folder, name))
        names = []
        for path in sorted(options.derivations.resolve().glob("*.deriv")):
            names.append(path.name)
            os.symlink(path, os.path.join(folder, path.name))
        runs = RUNS + [("the derivations of the project", ["verify", *names])]
        print("TAP version 13\n1..%d" % (len(runs) + 3))
        for name, arguments in runs:
            tester.point(name, tester.check_run, name, arguments)
        tester.point("spoiled reports are refused", spoiled, tester)
        tester.point("fixes make their lines hold", lambda: check_fixes(
            tester.check_run("x", ["verify", "bad.deriv"]), folder, program))
        tester.point("commands do it again", check_replay, tester)
    return 1 if tester.failed else 0


if __name__ == "__main__":
    sys.exit(main())
