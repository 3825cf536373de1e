#!/usr/bin/env python3
"""What a message says to try leads on: to a file that is read, or at least to another line.

The broken files are those of the golden cases: whatever error has a suggestion is followed as a
student would who takes it at its word.  A suggestion may be the word that was meant, a formula that replaces what
the caret marks or what stands around it, a line to be put above, a sign to be put in or left out; all of these are
done in turn, and one of them must leave the line without an error.  An example of the kind that is wanted,
inv(A) * b, is filled in with the names of the file, in the place of what stands around the caret.
What nothing of that follows, a decision that is asked for or another file, stands in tests/tries.txt.  Prints TAP.
"""

import argparse
import concurrent.futures
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import run_cases
import share
import tap

KEYWORDS = ("given", "size", "let", "write", "claim", "shape", "vary", "network", "title", "use", "layout", "refute", "source", "note", "require")
# Suggestions that ask for something else than an edit of this line: another file, other sizes, a decision.
GENERAL = (
    "raise --memory-limit",
    "save the file as UTF-8",
    "smaller sizes",
    "choose smaller sizes",
    "--use FOLDER",
    "take another name",
)


# So many texts are judged by one run of the program, and so many are tried in all.
BATCH, MOST_TRIED = 100, 1500
# What stands between the words of a line, where what is replaced may begin and end.
TOKEN = re.compile(rb"[\w\x80-\xff.\[\]{}_]+|\S")
# A word of an example for which a name of the file may be meant.
PLACEHOLDER = re.compile(r"(?<![\w∂\\])(?:d(?=[A-Z]))?([A-Za-z])(?![\w(])")


def errors_of_all(program, folder, name, texts):
    """For each text of that file its errors, or None where there was no report at all."""
    names = [name] + [f"{pathlib.Path(name).stem}-{number}.deriv" for number in range(1, len(texts))]
    paths = [(folder / name).with_name(pathlib.Path(other).name) for other in names]
    for path, text in zip(paths, texts):
        path.write_bytes(text)
    files = [str(path.relative_to(folder)) for path in paths]
    command = [program, "verify", "--hints", "no", "--format", "json"] + files
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    try:
        reports = {report["settings"]["file"]: report for report in json.loads(done.stdout)["reports"]}
    except (ValueError, KeyError):
        return [None] * len(texts)
    for path in paths[1:]:
        path.unlink()
    found = []
    for file in files:
        rows = reports.get(file, {"diagnostics": None})["diagnostics"]
        errors = [row for row in rows or [] if not row["warning"] and row.get("kind", "error") == "error"]
        found.append(None if rows is None else [row for row in errors if row["span"] and row["file"] == file])
    return found


def errors_of(program, folder, name, text):
    return errors_of_all(program, folder, name, [text])[0]


def pieces(suggestion):
    """The texts in a suggestion that can be typed, the longest first."""
    found = {suggestion}
    for part in re.split(r"; | or |, or |, (?![^(\[{]*[)\]}])", suggestion):
        found.add(part)
        found.add(re.sub(r"^(?:say what it is:|did you mean|as in|apply it:|write it like this:|say which member:|say how large it is:|its members are|write what stands left of it:) ", "", part))
        found.add(re.split(r" for (?![a-zA-Z]+ ?=)| to have | where | behind | on a line | above| in parentheses| in its place|: (?=[a-z])", part)[0])
        found.add(part.split(": ", 1)[-1])
    found |= {piece.strip(" ?,;") for piece in found}
    found |= {piece.split(" to ")[0] for piece in found}
    return sorted({piece for piece in found if piece and "…" not in piece}, key=len, reverse=True)


def squeezed(text):
    return re.sub(rb"[\s*()]|\xc2\xb7", b"", text)


def around(line, begin, end, code):
    """What of the line says the same as the code, but for blanks, signs of products and parentheses."""
    wanted = squeezed(code)
    for first in range(begin + 1):
        for last in range(len(line), end - 1, -1):
            if squeezed(line[first:last]) == wanted:
                return first, last
    return None


def edits(text, row):
    """All ways to follow the suggestion of an error."""
    suggestion, span = row["suggestion"], row["span"]
    begin, end = span["begin"], span["end"]
    start = text.rfind(b"\n", 0, begin) + 1
    stop = text.find(b"\n", begin)
    stop = len(text) if stop < 0 else stop
    line = text[start:stop]
    sign = re.search(r"put the (\S) ", suggestion)
    if sign:
        for at in (begin, stop, end):
            yield text[:at] + sign[1].encode() + text[at:]
    if "delete it" in suggestion or "one statement a line" in suggestion or "without" in suggestion:
        yield text[:begin] + text[end:]
    if "comment" in suggestion:
        yield text[:start] + b"# " + text[start:]
        yield text[:begin] + b"# " + text[begin:]
    if "write a " in suggestion:
        yield text[:begin] + b"2" + text[end:]
        yield text[:start] + re.sub(rb"[\d.e]+", b"2", line) + text[stop:]
    if "write what belongs there" in suggestion:
        yield text[:begin] + b" 1 " + text[begin:]
        yield text[: max(begin - 1, 0)] + text[begin:]
        yield text[:stop] + b" 1" + text[stop:]
    if "move that line up" in suggestion:
        number = re.search(r"line (\d+)", row["message"])
        lines = text.split(b"\n")
        if number:
            moved = lines.pop(int(number[1]) - 1)
            lines.insert(span["line"] - 1, moved)
            yield b"\n".join(lines)
    instead = re.fullmatch(r"(.*) instead of (.*)", suggestion)
    if instead:
        new, old = (part.encode() for part in instead.groups())
        yield text.replace(old, new, 1)
        yield re.sub(rb"(?m)^" + re.escape(old) + rb"\b.*$", lambda _: new, text, count=1)
    for piece in pieces(suggestion):
        code = piece.encode()
        word = piece.split(" ")[0]
        yield text[:begin] + code + text[end:]
        place = around(line, begin - start, end - start, code)
        if place:
            yield text[: start + place[0]] + code + text[start + place[1] :]
        if word in KEYWORDS:
            yield text[:start] + code + b"\n" + text[start:]
            yield text[:start] + code + text[stop:]
            yield code + b"\n" + text
        yield text[:end] + b" " + code + text[end:]
        yield text[:stop] + b" " + code + text[stop:]
        yield text[:begin] + code + b" " + text[begin:]
        yield text[:begin] + code + text[stop:]


def is_code(piece):
    """Whether it is something to be typed and no sentence, which a line may be as well."""
    bare = re.sub(r'"[^"]*"', "", piece)
    words = re.findall(r"[a-z]{2,}(?= [a-z]{2,})", bare)
    return bool(re.search(r"[=(\[_*/'^<>:{∂]", bare)) and not [word for word in words if word not in KEYWORDS]


def filled_in(piece, declared):
    """The piece as it is, and with names of the file for the letters of an example."""
    letters = list(dict.fromkeys(PLACEHOLDER.findall(piece)))[:3]
    yield piece
    for names in itertools.product(declared[:6], repeat=len(letters)):
        put = dict(zip(letters, names))
        if letters and piece != (made := PLACEHOLDER.sub(lambda found: found[0][:-1] + put.get(found[1], found[1]), piece)):
            yield made


def larger_edits(text, row):
    """The examples in a suggestion, filled in, for every part of the line around the caret."""
    begin, end = row["span"]["begin"], row["span"]["end"]
    start = text.rfind(b"\n", 0, begin) + 1
    stop = text.find(b"\n", begin)
    stop = len(text) if stop < 0 else stop
    line, marked = text[start:stop], text[begin:end]
    declared = re.findall(r"(?:given|size|let|write|,) (\w+)(?= *[,:=]| in| for)", text.decode(errors="replace"))
    words = [word for word in re.findall(r"\w+", line.decode(errors="replace")) if word in declared]
    names = list(dict.fromkeys(words + declared))
    tokens = [(start + token.start(), start + token.end()) for token in TOKEN.finditer(line)]
    starts = sorted({first for first, _ in tokens if first <= begin} | {begin}, reverse=True)
    ends = sorted({last for _, last in tokens if last >= end} | {end})
    for piece in filter(is_code, pieces(row["suggestion"])):
        for made in filled_in(piece, names):
            code = made.encode()
            if marked:
                yield text[:start] + line.replace(marked, code) + text[stop:]
            if made.split(" ")[0] in KEYWORDS:
                yield text[:start] + code + text[stop:]
                continue
            for first in starts:
                for last in ends:
                    yield text[:first] + code + text[last:]


def leads_on(program, folder, name, text, row):
    """Whether one way to follow it leaves the line without an error, and nothing new elsewhere above."""
    before = len(errors_of(program, folder, name, text) or [])
    seen = {text}
    tried = itertools.islice(itertools.chain(edits(text, row), larger_edits(text, row)), MOST_TRIED)
    while batch := list(dict.fromkeys(edited for edited in itertools.islice(tried, BATCH) if edited not in seen)):
        seen.update(batch)
        for edited, found in zip(batch, errors_of_all(program, folder, name, batch)):
            shift = edited.count(b"\n") - text.count(b"\n")
            lines = {row["span"]["line"], row["span"]["line"] + shift}
            if found is not None and len(found) <= before and not any(other["span"]["line"] in lines for other in found):
                return True
    return False


def try_file(program, by_hand, name, files, broken):
    """The troubles of one broken file, as text."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for other, text in files.items():
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            (folder / other).write_text(text, encoding="utf-8")
        text = (folder / broken).read_bytes()
        for row in errors_of(program, folder, broken, text) or []:
            suggestion = row["suggestion"]
            if not suggestion or suggestion in by_hand or any(word in suggestion for word in GENERAL):
                continue
            if not leads_on(program, folder, broken, text, row):
                found.append(f"{name}/{broken}:{row['span']['line']}: {row['message']} / try: {suggestion}")
    return found


def broken_files(source):
    for path in sorted((source / "tests" / "cases" / "lang").glob("*.case")):
        case = run_cases.parse_case(path, path.read_text(encoding="utf-8").split("\n")[:-1], path.stem)
        for name, text in case.files.items():
            if name.endswith(".deriv") and len(text) < 4000:
                yield path.stem, case.files, name


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True)
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    source = pathlib.Path(options.source)
    by_hand = set((source / "tests" / "tries.txt").read_text(encoding="utf-8").splitlines())
    rows = share.of(broken_files(source), 20, "tries", lambda row: f"{row[0]}/{row[2]}")
    points = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [(f"{stem}/{name}", pool.submit(try_file, program, by_hand, stem, files, name)) for stem, files, name in rows]
        for label, job in jobs:
            points.append((label, "\n# ".join(job.result()) or None))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
