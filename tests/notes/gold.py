#!/usr/bin/env python3
"""Gold for the reader of notes: is it in order, and how does a report of the program compare with it?

gold/NAME.tsv says of each statement of a document where it stands, what kind it is and what its verdict
must be; README.md says how the rows were made.  The documents are no part of the project: they lie in a
folder beside it, and where that is absent only sample.md is looked at.

    gold.py check                  every row is found at its place, with its checksum, and so is the ledger (TAP)
    gold.py spans NOTE             the places of a note's formulas, to write rows from
    gold.py compare REPORT.json    how a report does against the gold
    gold.py run PROGRAM            what the program says of the notes of ours (TAP)
    gold.py reached PROGRAM        whether the source documents get the verdicts that they once got (TAP)

A report is JSON with objects that have a place (`line` and `column`, or a `span` with them) and `verdict`,
`kind` or both; `file` may stand in an object around them.  `backproof verify --format json NOTE` prints one.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import sys

import spans

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import share  # noqa: E402
import tap  # noqa: E402

COLUMNS = "document line column bytes sha1 kind class verdict links source assumes mend".split()
KINDS = {"definition", "claim", "number", "update", "shape", "nothing", "symbolic", "malformed",
         "approximation", "picture"}
VERDICTS = {"holds", "fails", "undecided", "either", "none"}
LINKS = set("hfuedsmwn-")
# What of the formulas that state something must be read and decided, by the class of the document.
READ = {"A": 0.85, "B": 0.75, "C": 0.60}
DECIDED = {"A": 0.80, "B": 0.65, "C": 0.45}
FOUND = 0.98


class Row:
    """A line of a gold file: a statement."""

    def __init__(self, line):
        values = line.split("\t")
        if len(values) != len(COLUMNS):
            raise ValueError("not %d columns: %s" % (len(COLUMNS), line))
        for name, value in zip(COLUMNS, values):
            setattr(self, name.replace("class", "class_"), value)
        self.line, self.column, self.bytes = int(self.line), int(self.column), int(self.bytes)
        self.begin = self.end = None

    @property
    def place(self):
        return "%d:%d" % (self.line, self.column)

    @property
    def is_candidate(self):
        return self.class_ != "-"

    @property
    def is_decidable(self):
        return self.verdict in ("holds", "fails")

    @property
    def is_mistake(self):
        return self.verdict == "fails" or self.kind == "malformed"


class Gold:
    """A gold file and, where it is at hand, the document that it speaks of."""

    def __init__(self, path, shared):
        self.name, self.rows, self.header = path.stem, [], {}
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("# ") and ": " in line:
                key, value = line[2:].split(": ", 1)
                self.header[key] = value
            elif line and not line.startswith("#") and not line.startswith("document\t"):
                self.rows.append(Row(line))
        self.class_ = self.header["class"][0]
        self.file = self.header["document"]
        here = HERE / self.file
        self.path = here if here.exists() else shared / self.file
        self.text = None
        self.spans = []
        if self.path.exists():
            self.read()

    def read(self):
        raw = self.path.read_bytes()
        self.text = raw.decode("latin-1")
        self.changed = hashlib.sha256(raw).hexdigest() != self.header["sha256 of the document"]
        self.spans = spans.scan(raw, self.path.suffix == ".tex")
        self.visible = spans.visible(self.text, self.path.suffix == ".tex")
        for row in self.rows:
            if row.kind != "picture":
                row.begin = self.offset(row.line, row.column)
                row.end = row.begin + row.bytes

    def offset(self, line, column):
        begin = 0
        for _ in range(line - 1):
            begin = self.text.find("\n", begin) + 1
            if begin == 0:
                return len(self.text)
        return begin + column - 1

    def is_code(self, at):
        """Whether the place is in code, which has rows only here and there."""
        return self.text[at:at + 1] != self.visible[at:at + 1]

    def formulas(self):
        """The formulas: each a span (or None, in plain text) and its rows."""
        rows = [row for row in self.rows if row.begin is not None]
        found = []
        for span in self.spans:
            mine = [row for row in rows if span.begin <= row.begin < span.end]
            if mine or span.has_equals:
                found.append((span, mine))
        inside = {id(row) for _, mine in found for row in mine}
        return found + [(None, [row]) for row in rows if id(row) not in inside]


def problem_of_row(gold, row, before):
    """What is wrong with a row, or None."""
    if row.kind not in KINDS or row.verdict not in VERDICTS or not row.links or set(row.links) - LINKS:
        return "%s: no such kind, verdict or link" % row.place
    if row.document != gold.name:
        return "%s: a row of another document" % row.place
    if row.is_candidate != (row.kind not in ("nothing", "shape", "picture")):
        return "%s: the class does not go with the kind" % row.place
    if (row.verdict == "fails" and row.kind != "picture") != ("f" in row.links):
        return "%s: the links do not go with the verdict" % row.place
    if row.is_mistake and row.kind != "picture" and (row.mend == "-" or row.source == "-"):
        return "%s: a mistake without a mend or a source" % row.place
    if gold.text is None or row.kind == "picture":
        return None
    if row.begin < before:
        return "%s: out of order, or in the row before it" % row.place
    piece = gold.text[row.begin:row.end].encode("latin-1")
    if hashlib.sha1(piece).hexdigest()[:8] != row.sha1:
        return "%s: another text stands there" % row.place
    return None


def problem_of(gold):
    """What is wrong with a gold file, or None."""
    if gold.text is not None and gold.changed:
        return "the document has changed"
    before = 0
    for row in gold.rows:
        problem = problem_of_row(gold, row, before)
        if problem:
            return problem
        before = row.end or before
    if gold.text is not None and gold.header["rows"].startswith("every formula"):
        for span, rows in gold.formulas():
            if not rows:
                return "%d:%d: a formula without a row" % spans.place(gold.text, span.begin)
    return None


def entries_of(value, file=None):
    """All objects of a report that have a place, as (file, line, column, object)."""
    if isinstance(value, list):
        for item in value:
            yield from entries_of(item, file)
    elif isinstance(value, dict):
        file = value.get("file") or file
        where = value.get("span") if isinstance(value.get("span"), dict) else value
        if "line" in where and "column" in where and ("verdict" in value or "kind" in value):
            yield file, where["line"], where["column"], value
        for item in value.values():
            if isinstance(item, (dict, list)):
                yield from entries_of(item, file)


def assign(gold, entries):
    """Gives each entry of a report to the row in which, or right before which, it stands.

    An entry may stand anywhere from the end of the row before (or the formula's opening delimiter, or the
    beginning of the line in plain text) to the end of the row.  Returns what was given to each row by its
    index, the spans that were found, and the entries that stand at nothing.
    """
    rows = [row for row in gold.rows if row.begin is not None]
    begins, end = [], 0
    for row in rows:
        outer = [span.outside for span in gold.spans if span.begin <= row.begin < span.end]
        begins.append(max(end, outer[0] if outer else gold.offset(row.line, 1)))
        end = row.end
    given, found, stray = collections.defaultdict(list), set(), []
    for line, column, entry in entries:
        where = entry.get("span")
        exact = isinstance(where, dict) and "begin" in where  # columns of the program count characters
        at = where["begin"] if exact else gold.offset(line, column)
        index = next((i for i, row in enumerate(rows) if begins[i] <= at < row.end), None)
        span = next((i for i, item in enumerate(gold.spans) if item.outside <= at <= item.end), None)
        if index is not None:
            given[id(rows[index])].append(entry)
        if span is not None:
            found.add(span)
        if index is None and span is None and not gold.is_code(at):
            stray.append((line, column))
    return given, found, stray


def said(entries):
    """The verdict of a statement from those of its parts: one that fails decides."""
    verdicts = [entry.get("verdict") for entry in entries]
    for verdict in ("fails", "undecided", "holds"):
        if verdict in verdicts:
            return verdict
    return "none"


class Score:
    """The numbers of one document."""

    def __init__(self, gold, entries):
        self.gold = gold
        self.counts = collections.Counter()
        self.wrong, self.look, self.unnamed, self.hints = [], [], [], []
        self.given, found, stray = assign(gold, entries)
        self.stray = stray
        numbers = {id(span): index for index, span in enumerate(gold.spans)}
        for span, rows in gold.formulas():
            hit = numbers[id(span)] in found if span else bool(self.given[id(rows[0])])
            self.formula(hit, [row for row in rows if row.is_candidate])
        for row in gold.rows:
            self.row(row)

    def formula(self, hit, candidates):
        self.counts["formulas"] += 1
        self.counts["found"] += hit
        if not candidates:
            return
        self.counts["candidates"] += 1
        self.counts["read"] += all(self.is_read(row) for row in candidates)
        decidable = [row for row in candidates if row.is_decidable]
        self.counts["decidable"] += bool(decidable)
        decided = all(said(self.given[id(row)]) in ("holds", "fails") for row in decidable)
        self.counts["decided"] += bool(decidable) and decided
        self.counts["settled"] += decided and all(self.is_read(row) for row in candidates)

    def is_read(self, row):
        """Turned into a statement, or rightly put into another kind."""
        entries = self.given[id(row)]
        return said(entries) != "none" or any(entry.get("kind") == row.kind for entry in entries)

    def row(self, row):
        entries = self.given[id(row)] if row.begin is not None else []
        verdict = said(entries)
        malformed = any(entry.get("kind") == "malformed" for entry in entries)
        if row.is_mistake and row.begin is not None:
            self.counts["mistakes"] += 1
            named = verdict == "fails" or malformed
            self.counts["named"] += named
            if not named:
                self.unnamed.append((row, verdict))
            for entry in entries:
                self.hints += [(row, hint) for hint in (entry.get("hints") or [])[:1]]
        wrong = {"holds": "fails", "fails": "holds", "none": "fails", "undecided": "fails"}
        if row.kind == "malformed":
            wrong = {row.verdict: "holds"}
        if wrong.get(row.verdict) == verdict:
            self.wrong.append((row, verdict))
        elif row.verdict == "undecided" and verdict == "holds":
            self.look.append((row, verdict))


def table(scores):
    """The table of the acceptance, a line each document."""
    names = "formulas found candidates read decidable decided settled mistakes named".split()
    print("%-8s %5s" % ("document", "class") + "".join(" %10s" % name for name in names) + "      wrong      stray")
    total = collections.Counter()
    for score in scores:
        line(score.gold.name, score.gold.class_, score.counts, names, len(score.wrong), len(score.stray))
        total.update(score.counts)
        total.update(wrong=len(score.wrong), stray=len(score.stray))
    line("all", "", total, names, total["wrong"], total["stray"])


def line(name, class_, counts, names, wrong, stray):
    print("%-8s %5s" % (name, class_) + "".join(" %10d" % counts[key] for key in names) + " %10d %10d" % (wrong, stray))


def targets(score):
    """Where a document stays below what its class wants."""
    counts, class_ = score.counts, score.gold.class_
    for name, base, share in (("found", "formulas", FOUND), ("read", "candidates", READ[class_]),
                              ("decided", "decidable", DECIDED[class_])):
        if counts[name] < share * counts[base]:
            yield "%s of %s: %d, wanted %.1f" % (name, base, counts[name], share * counts[base])
    if score.wrong:
        yield "wrong verdicts: %d, wanted 0" % len(score.wrong)


def is_reached(score, row):
    """Whether a row of the ledger got what it must get at its place."""
    entries = score.given[id(row)]
    if row.is_decidable:
        return said(entries) == row.verdict
    return score.is_read(row)


def ledger_lines(scores):
    """What became of the ledger: rows that reached their verdicts, that did not, and that no text holds."""
    rows = collections.defaultdict(list)
    for score in scores:
        for row in score.gold.rows:
            if row.source in ledger():
                rows[row.source].append((score, row))
    for name, verdict in ledger().items():
        texts = [(score, row) for score, row in rows[name] if row.begin is not None]
        missed = [row.place for score, row in texts if not is_reached(score, row)]
        if name in rows and not texts:
            yield "ledger %s (%s): in a picture or in words" % (name, verdict)
        elif missed:
            yield "ledger %s (%s): not reached at %s" % (name, verdict, ", ".join(missed))
    reached = sum(bool(rows[name]) for name in ledger())
    if reached:
        yield "ledger: %d rows, of which the lines above are not reached" % reached


def compare(golds, options):
    """Prints how the reports do; the status is 1 if a verdict is wrong."""
    entries = collections.defaultdict(list)
    for path in options.report:
        for file, line_, column, entry in entries_of(json.loads(path.read_text("utf-8"))):
            entries[pathlib.PurePath(file or path.stem).name].append((line_, column, entry))
    scores = [Score(gold, entries[gold.path.name]) for gold in golds
              if gold.text is not None and gold.path.name in entries]
    table(scores)
    for score in scores:
        name = score.gold.file
        for problem in targets(score):
            print("%s: %s" % (name, problem))
        for row, verdict in score.wrong:
            print("%s:%s: WRONG: %s, but the gold says %s (%s)" % (name, row.place, verdict, row.verdict, row.kind))
        for row, verdict in score.unnamed:
            print("%s:%s: a mistake, not named (%s); right is %s" % (name, row.place, verdict, row.mend))
        for row, verdict in score.look:
            print("%s:%s: %s, look at what it assumes: %s" % (name, row.place, verdict, row.assumes))
        for row, hint in score.hints:
            print("%s:%s: hint %s; mend %s" % (name, row.place, hint.get("mended") or hint, row.mend))
        for place in score.stray:
            print("%s:%d:%d: no formula stands there" % ((name,) + place))
    for problem in ledger_lines(scores):
        print(problem)
    return 1 if any(score.wrong for score in scores) else 0


def perfect(gold):
    """The report that a reader without fault would give."""
    silent = ("none", "either")
    return [(row.line, row.column, {"kind": row.kind, "verdict": None if row.verdict in silent else row.verdict})
            for row in gold.rows if row.begin is not None]


def at_delimiters(gold):
    """The same report, with the first statement of each formula at the formula's opening delimiter."""
    rows = [row for row in gold.rows if row.begin is not None]
    report, taken = [], set()
    for row, (line_, column, entry) in zip(rows, perfect(gold)):
        outside = [span.outside for span in gold.spans if span.begin <= row.begin < span.end]
        if outside and outside[0] not in taken:
            taken.add(outside[0])
            line_, column = spans.place(gold.text, outside[0])
        report.append((line_, column, entry))
    return report


def problem_of_comparison(gold):
    """The gold itself is without fault, and each verdict that is turned around is seen."""
    for report in (perfect(gold), at_delimiters(gold)):
        score = Score(gold, report)
        if score.wrong or score.stray or score.unnamed or score.counts["settled"] != score.counts["candidates"]:
            return "the gold is not its own best report"
        if score.counts["decided"] != score.counts["decidable"] or score.counts["found"] != score.counts["formulas"]:
            return "the gold does not find and decide what it could"
    for turned, row in enumerate(row for row in gold.rows if row.begin is not None):
        report = perfect(gold)
        if row.is_decidable:
            report[turned][2].update(verdict={"holds": "fails", "fails": "holds"}[row.verdict], kind="claim")
            if len(Score(gold, report).wrong) != 1:
                return "%s: a wrong verdict is not seen" % row.place
    return None


def problem_of_report(gold, score):
    """What is wrong with what the program says of a note of ours, or None."""
    if score.wrong:
        row, verdict = score.wrong[0]
        return "%s: %s, but the gold says %s" % (row.place, verdict, row.verdict)
    for count in ("decided", "named"):
        if score.counts[count] < int(gold.header[count]):
            return "%d %s, not %s" % (score.counts[count], count, gold.header[count])
    return None


def run(golds, program):
    """Runs the program over the notes of ours that say how much of them must be decided."""
    points = []
    for gold in share.of((gold for gold in golds if "decided" in gold.header), 3, "gold", lambda gold: gold.name):
        output = subprocess.run([program, "verify", "--hints=no", "--format", "json", str(gold.path)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False).stdout
        entries = [entry[1:] for entry in entries_of(json.loads(output))]
        points.append((gold.name + ": as decided as before, and nothing wrong",
                       problem_of_report(gold, Score(gold, entries))))
    return tap.report(points)


REACHED = HERE / "reached.tsv"


def named(entries):
    """A verdict, or what is as good for a mistake: that it is told as malformed."""
    malformed = any(entry.get("kind") == "malformed" for entry in entries)
    return "malformed" if malformed else said(entries)


def reached_by(golds, program):
    """What the program says of the decidable rows of the source documents: (document, place) to (row, verdict)."""
    reached, wrong = {}, []
    for gold in golds:
        if gold.text is None or not gold.file.startswith("seeds/"):
            continue
        output = subprocess.run([program, "verify", "--hints=no", "--format", "json", str(gold.path)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False).stdout
        score = Score(gold, [entry[1:] for entry in entries_of(json.loads(output))])
        wrong += ["%s:%s: %s, but the gold says %s" % (gold.name, row.place, verdict, row.verdict)
                  for row, verdict in score.wrong]
        for row in gold.rows:
            entries = score.given[id(row)] if row.begin is not None else []
            verdict = named(entries)
            if row.is_decidable and (verdict == row.verdict or (row.is_mistake and verdict == "malformed")):
                reached[gold.name, row.place] = (row.source, verdict)
    return reached, wrong


def keep_reached(golds, options):
    """Whether no row is lost that reached.tsv has; with --accept the file is written anew."""
    reached, wrong = reached_by(golds, options.program)
    if options.accept:
        lines = ["# Rows of the source documents that reach their verdict: document, place, row of the ledger, verdict."]
        lines += ["\t".join(key + value) for key, value in reached.items()]
        REACHED.write_text("\n".join(lines) + "\n", "utf-8")
    points = [("nothing wrong is said of the source documents", wrong[0] if wrong else None)]
    present = {gold.name for gold in golds if gold.text is not None}
    for line in REACHED.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        document, place, source, verdict = line.split("\t")
        if document not in present:
            continue
        got = reached.get((document, place), ("", "something else"))[1]
        points.append(("%s:%s, ledger %s: %s" % (document, place, source, verdict),
                       None if got in ("holds", "fails", "malformed") else "it gets %s" % got))
    return tap.report(points)


def ledger():
    """The rows of the ledger of the source documents, and the verdict of each."""
    lines = (HERE.parent / "ledger.tsv").read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def problem_of_ledger(golds):
    """Every row of the ledger has rows of gold, and they do not contradict it."""
    rows = collections.defaultdict(list)
    for gold in golds:
        for row in gold.rows:
            if row.source not in ("-", "new", "errors"):
                rows[row.source].append(row)
    for name, verdict in ledger().items():
        verdicts = {row.verdict for row in rows[name]}
        if not verdicts:
            return "%s: no row of gold" % name
        if verdict == "fails" and "fails" not in verdicts or verdict != "fails" and "fails" in verdicts:
            return "%s: the ledger says %s" % (name, verdict)
    unknown = set(rows) - set(ledger())
    return "%s: not in the ledger" % sorted(unknown)[0] if unknown else None


def check(golds):
    points = [("the ledger: every row has its place", problem_of_ledger(golds))]
    for gold in golds:
        if gold.text is None:
            points.append((gold.name + ": the rows (the document is not there)", problem_of(gold)))
            continue
        points.append((gold.name + ": the rows stand where they say", problem_of(gold)))
        points.append((gold.name + ": a comparison sees what is wrong", problem_of_comparison(gold)))
    return tap.report(points)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=HERE.parent.parent.parent / "shared",
                        help="the folder with the documents")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("check")
    verbs.add_parser("spans").add_argument("note", type=pathlib.Path)
    verbs.add_parser("run").add_argument("program")
    reached = verbs.add_parser("reached")
    reached.add_argument("program")
    reached.add_argument("--accept", action="store_true", help="write reached.tsv anew")
    verbs.add_parser("compare").add_argument("report", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    if options.verb == "spans":
        raw = options.note.read_bytes()
        text = raw.decode("latin-1")
        for span in spans.scan(raw, options.note.suffix == ".tex"):
            digest = hashlib.sha1(span.text.encode("latin-1")).hexdigest()[:8]
            print("%d:%d %d %s%s" % (spans.place(text, span.begin) + (len(span.text), digest,
                                                                      "" if span.closed else " unclosed")))
        return 0
    golds = [Gold(path, options.shared) for path in sorted((HERE / "gold").glob("*.tsv"))]
    if options.verb == "run":
        return run(golds, options.program)
    if options.verb == "reached":
        return keep_reached(golds, options)
    return check(golds) if options.verb == "check" else compare(golds, options)


if __name__ == "__main__":
    sys.exit(main())
