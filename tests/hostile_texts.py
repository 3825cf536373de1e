#!/usr/bin/env python3
"""What strangers could write so that somebody else's terminal, page, build server, spreadsheet or shell obeys it.

    hostile_texts.py PROGRAM    (TAP)

Every attack is put into every place where a text of a stranger is shown again: titles, names of claims, notes, comments,
unknown words, names of files and of used files, formulas of notes, cells and headers of data, messages of a
program that is run, words of a command line.  Every format is then read as the one that it is meant for would read
it: no byte that steers a terminal, no sign that turns the direction of writing, no element, no attribute and no command of
another's making, no cell that begins like a formula, and a --replay line that a shell takes for one command of
ours.
"""

import csv
import html.parser
import io
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import share

MARK = "PWNED"

# name, text; the mark shows what became of it
ATTACKS = {
    "a colour": f"\x1b[31m{MARK}", "a title of the window": f"\x1b]0;{MARK}\x07", "a clear screen": f"\x1b[2J{MARK}",
    "an eight-bit escape": f"\x9b31m{MARK}", "a string command": f"\x1bP{MARK}\x1b\\", "a link": f"\x1b]8;;http://x/{MARK}\x1b\\x",
    "a bell": f"\x07{MARK}", "a backspace": f"{MARK}\b\b\b\b\bholds", "a carriage return": f"{MARK}\rholds", "a delete": f"\x7f{MARK}",
    "a form feed": f"\f{MARK}", "a vertical tab": f"\v{MARK}", "a shift out": f"\x0e{MARK}", "a NEL": f"\x85{MARK}",
    "right to left": f"\u202e{MARK}", "an isolate": f"\u2067{MARK}\u2069", "a mark of direction": f"\u200f{MARK}",
    "an Arabic mark": f"\u061c{MARK}", "an embedding": f"\u202b{MARK}", "a line separator": f"{MARK}\u2028x", "a paragraph separator": f"{MARK}\u2029x",
    "no width": f"\u200b{MARK}\u200d", "a byte order mark": f"\ufeff{MARK}", "a tag sign": f"\U000e0041{MARK}", "no character": f"\uffff{MARK}",
    "a soft hyphen": f"\u00ad{MARK}", "a replacement": f"\ufffd{MARK}", "combining signs": f"{MARK}" + "\u0301" * 40,
    "a script": f"<script>{MARK}</script>", "an end of everything": f"</title></style></script>{MARK}", "an image": f"<img src=x onerror={MARK}>",
    "an end of CDATA": f"]]>{MARK}", "a comment": f"<!-- {MARK} -->", "a quotation mark": f"\" onload=\"{MARK}", "an apostrophe": f"' onload='{MARK}",
    "an entity": f"&lt;script&gt;{MARK}&#x3c;", "a declaration": f"<!DOCTYPE x [<!ENTITY y \"{MARK}\">]>&y;", "an instruction": f"<?x {MARK}?>",
    "a template": f"{{{{{MARK}}}}}", "a link of Markdown": f"[{MARK}](javascript:alert(1))", "a fence": f"```\n{MARK}", "a cell of a table": f"| {MARK} |",
    "a heading": f"\n# {MARK}", "a picture of Markdown": f"![{MARK}](http://x)",
    "an error of GitHub": f"::error::{MARK}", "a variable of GitHub": f"::set-output name=x::{MARK}", "a line of GitHub": f"x%0A::error::{MARK}",
    "an old command": f"##[error]{MARK}", "a group": f"\n::group::{MARK}", "a mask": f"::add-mask::{MARK}",
    "a point of TAP": f"ok 1 - {MARK}", "a bail-out": f"Bail out! {MARK}", "a directive of TAP": f"{MARK} # SKIP", "a plan": f"\n1..0 # {MARK}",
    "a formula": f"=HYPERLINK(\"{MARK}\")", "a plus": f"+{MARK}", "a minus": f"-{MARK}", "an at": f"@{MARK}", "a tab": f"\t={MARK}", "a cell": f"x\",\"={MARK}",
    "a command": f"$(touch {MARK})", "backticks": f"`touch {MARK}`", "a semicolon": f"; touch {MARK};", "a pipe": f"| touch {MARK}", "an and": f"&& touch {MARK}",
    "a closed quotation": f"'; touch {MARK}; '", "a double quotation": f"\"; touch {MARK}; \"", "a newline": f"x\ntouch {MARK}\n", "an option": f"--output={MARK}",
    "a variable": f"${{IFS}}{MARK}", "a history": f"!{MARK}", "a bracket": f"<(touch {MARK})", "a conversion": f"%s%n%x{MARK}", "bad UTF-8": None, "half a sign": None,
}

BYTES = {"bad UTF-8": b"\xff\xfe\xc0\xaf" + MARK.encode(), "half a sign": MARK.encode() + b"\xe2\x80"}

FORMATS = ("text", "json", "csv", "junit", "tap", "sarif", "github", "markdown", "html")

# What steers a terminal or turns the direction of writing; and no sign at all.
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain(text):
    found = STEERS.search(text)
    return "U+%04X at %r" % (ord(found.group()), text[max(0, found.start() - 30):found.end() + 20]) if found else None


def look_at_json(text):
    json.loads(text)
    return plain(text)


def look_at_csv(text):
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            if cell[:1] in "=+-@\t\r" and cell and MARK in cell:
                return "a cell begins like a formula: %r" % cell
    return plain(text.replace("\r\n", "\n"))


def look_at_xml(text):
    xml.etree.ElementTree.fromstring(text.encode())
    return IN_XML.search(text) and "a control sign in XML" or plain(text)


class Page(html.parser.HTMLParser):
    """Elements and attributes that a page has; ours are few."""

    def __init__(self):
        super().__init__()
        self.wrong = None

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "img", "iframe", "object", "link", "base", "form") or MARK.lower() in tag:
            self.wrong = f"<{tag}>"
        for name, value in attributes:
            if name.startswith("on") or MARK.lower() in name or (name in ("src", "href") and value and not value.startswith("#")):
                self.wrong = f"{name}={value!r}"

    def handle_comment(self, data):
        if MARK in data:
            self.wrong = "a comment"

    def handle_decl(self, decl):
        if MARK in decl:
            self.wrong = "a declaration"

    def handle_pi(self, data):
        if MARK in data:
            self.wrong = "an instruction"


def look_at_html(text):
    page = Page()
    page.feed(text)
    return page.wrong or plain(text)


def look_at_tap(text):
    for line in text.splitlines():
        if re.match(r"(Bail out!|1\.\.0)", line) and MARK in line:
            return "obeys: %r" % line
        if re.match(r"(not )?ok\b", line) and (re.search(r"(?<!\\)# *(SKIP|TODO)", line) and MARK in line):
            return "a directive: %r" % line
    return plain(text)


def look_at_github(text):
    for line in text.splitlines():
        command = re.match(r"\s*(::|##\[)", line)
        if command and MARK in line and not re.match(r"::(error|warning|notice) (file|title)=", line):
            return "a command: %r" % line
        if command and re.search(r"::(error|set-output|group|add-mask)\b.*::(error|set-output|group|add-mask)", line.split("::", 2)[1]):
            return "two commands: %r" % line
    return plain(text)


def look_at_markdown(text):
    outside = re.sub(r"(?ms)^(`{3,}).*?^\1`*\s*$", "", text)
    outside = re.sub(r"(`+).*?\1", "", outside)
    if re.search(r"(?<!\\)<(script|img|!--)", outside):
        return "an element: %r" % re.search(r".*<(script|img|!--).*", outside).group()
    if re.search(r"(?<!\\)\]\((javascript|http)", outside):
        return "a link: %r" % re.search(r".*\]\((javascript|http).*", outside).group()
    return plain(text)


LOOK = {"text": plain, "json": look_at_json, "csv": look_at_csv, "junit": look_at_xml, "tap": look_at_tap, "sarif": look_at_json,
        "github": look_at_github, "markdown": look_at_markdown, "html": look_at_html}


def replays(text):
    """The commands that a report tells to give again."""
    return re.findall(r"(?:to see it again|again): (backproof .*)", text)


class Attacked:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, words, stdin=b""):
        done = subprocess.run([self.program, *words], cwd=self.folder, input=stdin, capture_output=True, check=False, timeout=120,
                              env=dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1"))
        return done.returncode, done.stdout, done.stderr

    def problems(self, words, form, stdin=b""):
        status, out, errors = self.run(words, stdin)
        if status not in (0, 1, 2, 3):
            yield f"status {status}"
        try:
            wrong = LOOK[form](out.decode("utf-8")) if out else None
        except (ValueError, xml.etree.ElementTree.ParseError) as error:
            wrong = str(error)
        if wrong:
            yield wrong
        try:
            wrong = plain(errors.decode("utf-8"))
        except ValueError as error:
            wrong = str(error)
        if wrong:
            yield "standard error: " + wrong
        for command in replays(out.decode("utf-8", "replace")) if form == "text" else ():
            words = shlex.split(command)
            if words[0] != "backproof" or any(word == f"--output={MARK}" for word in words[2:words.index("--") if "--" in words else None]):
                yield "replays %r" % command
        if (self.folder / MARK).exists():
            yield "the command was carried out"


def documents(attack):
    """Documents with the attack in every place, with the ends of their names."""
    line = attack.replace(b"\n", b" ").replace(b"\r", b" ")
    quoted = attack.replace(b'"', b"'")
    yield b".deriv", (b'title "' + quoted + b'"\nuse "' + quoted + b'.deriv"\ngiven x : 2\nclaim "' + quoted
                      + b'" x = 2*x # ' + line + b'\nclaim "' + quoted + b'" x = x\nnote "' + quoted + b'"\nclaim x = '
                      + attack + b" * x\n" + attack + b"\nclaim x = (\n")
    yield b".md", b"# " + attack + b"\n\n" + attack + b"\n\n$$ W = W + " + attack + b" $$\n\nLet $x + x = 3x$.\n"
    yield b".py", b"import numpy as np\nx = 1 # " + line + b"\ny = x @ '" + line + b"'\n"


def document_problems(attacked, attack):
    """The file has the attack in its name, too, where there is no / and no NUL."""
    for end, content in documents(attack):
        name = attack.replace(b"/", b"_").replace(b"\0", b"")[:200] + end
        path = os.path.join(os.fsencode(attacked.folder), name)
        with open(path, "wb") as file:
            file.write(content)
        for form in FORMATS if end == b".deriv" else ("text", "html"):
            for wrong in attacked.problems(["verify", "--claims", "all", "--replay", "--format", form, "--", name], form):
                yield f"{end.decode()}, {form}: {wrong}"
        os.unlink(path)
    for wrong in attacked.problems(["verify", "--", name], "text"):
        yield f"the name of no file: {wrong}"


def other_problems(attacked, attack):
    if b"\0" not in attack:
        for words in (["net", attack], ["net", "2 - 1 sigmoid", "--loss", attack], [attack], ["verify", "--format", attack, "x"],
                      ["net", "2 - 1 sigmoid", "--data", attack], ["help", attack], ["explain", b"x.deriv:" + attack]):
            for wrong in attacked.problems(words, "text"):
                yield f"{words[0]!r}: {wrong}"
    (attacked.folder / "a.csv").write_bytes(b'x1,x2,"' + attack.replace(b'"', b'""') + b'"\n1,2,"' + attack.replace(b'"', b'""') + b'"\n')
    for form in ("text", "html", "csv", "junit"):
        for wrong in attacked.problems(["net", "2 - 2 softmax", "--data", "a.csv", "--format", form], form):
            yield f"a table, {form}: {wrong}"
    says = (attacked.folder / "says.sh")
    says.write_bytes(b"#!/bin/sh\nread line\ncat answer\ncat answer >&2\n")
    (attacked.folder / "answer").write_bytes(b'{"error": ' + json.dumps(attack.decode("utf-8", "replace")).encode() + b"}\n" + attack)
    for wrong in attacked.problems(["exec", "--", "sh", "says.sh"], "text"):
        yield f"a program's words: {wrong}"


def main():
    program = os.path.abspath(sys.argv[1])
    chosen = [name for name in ATTACKS if sys.argv[2] in name] if len(sys.argv) > 2 else share.of(ATTACKS, 6, "hostile-texts")
    failed = 0
    print(f"1..{len(chosen)}")
    for number, name in enumerate(chosen, 1):
        attack = BYTES[name] if ATTACKS[name] is None else ATTACKS[name].encode()
        with tempfile.TemporaryDirectory() as folder:
            attacked = Attacked(program, folder)
            found = [*document_problems(attacked, attack), *other_problems(attacked, attack)]
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {name}", flush=True)
        for wrong in found[:5]:
            print("# " + wrong.encode("ascii", "backslashreplace").decode())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
