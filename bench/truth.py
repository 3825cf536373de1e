#!/usr/bin/env python3
"""Lines that are known to be true or false, and what `backproof verify` says of them.

    truth.py --program PROGRAM [SEED [COUNT]]

The lines of bench/truth/ are judged, and COUNT random formulas with their derivatives (200), and as many
that are wrong by a factor of 1 + 1e-13.  SEED is drawn anew for each run and printed, so that a run can be
repeated.  The table has a row for each class; below it stands every verdict that is a lie:

    false    holds
    true     fails; undecided, where more than one line in 200 is
    nothing  holds or fails: both sides are 0 because there is nothing to compare
    outside  fails; untold, where it holds without a word on points at which what is differentiated has no value

Lines that differ only where no stated point could show it ("beyond") are counted and not judged.  The exit
status is 1 when there is a lie, 2 when a line could not be read, and 0 otherwise.

`--check` judges nothing: it holds the lines themselves against the oracle (mpmath), which needs no program.
`--sample N` takes N lines of each kind and no random formulas; the same seed takes the same ones.  `--tap` makes
tests of them.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "truth"
sys.path.insert(0, str(HERE))

import decks  # noqa: E402  (stands in the folder of the lines)

LIES = {
    "false": {"holds"}, "true": {"fails"}, "nothing": {"holds", "fails"}, "outside": {"fails", "untold"},
    "beyond": set(),
}  # fmt: skip
MOST_UNDECIDED = 0.005
FILES_A_PROCESS = 24
VERDICTS = ["holds", "fails", "undecided", "untold", "unread"]


def options():
    parser = argparse.ArgumentParser(description="Judges lines that are known to be true or false.")
    option = parser.add_argument
    option("seed", nargs="?", type=int, help="drawn anew for each run by default")
    option("count", nargs="?", type=int, help="true random formulas, and as many wrong ones (200)")
    option("--program", type=pathlib.Path, help="the backproof to be judged")
    option("--sample", type=int, metavar="N", help="only N lines of each kind")
    option("--kind", choices=sorted(LIES), action="append", help="only lines of this kind")
    option("--class", dest="classes", action="append", metavar="NAME", help="only this class")
    option("--tap", action="store_true", help="print a test point for each line instead")
    option("--check", action="store_true", help="hold the lines against the oracle instead")
    option("--points", type=int, default=60, metavar="N", help="points of --check, a tenth for true lines (60)")
    chosen = parser.parse_args()
    if not chosen.check and not chosen.program:
        parser.error("--program is needed")
    if chosen.seed is None:
        chosen.seed = random.SystemRandom().randrange(1, 10**6)
    if chosen.count is None:
        chosen.count = 0 if chosen.sample or chosen.kind or chosen.classes else 200
    return chosen


def chosen_blocks(chosen):
    blocks = [
        block
        for block in decks.read(HERE)
        if (not chosen.kind or block.kind in chosen.kind)
        and (not chosen.classes or block.name in chosen.classes)
    ]
    if not chosen.sample:
        return blocks
    picked = set()
    for kind in LIES:
        lines = [(str(b.path), line.number) for b in blocks if b.kind == kind for line in b.lines]
        generator = random.Random("%d %s" % (chosen.seed, kind))
        picked.update(generator.sample(lines, min(chosen.sample, len(lines))))
    return [decks.only(block, lambda line: (str(block.path), line.number) in picked) for block in blocks]


def verified(program, seed, files):
    """The reports of one call of the program, by file."""
    command = [program, "verify", "--format", "json", "--hints", "no", "--threads", "1"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BACKPROOF")}
    result = subprocess.run(
        [*command, "--seed", str(seed), *files], capture_output=True, env=environment, check=False
    )
    if result.returncode not in (0, 1, 2, 3) or not result.stdout:
        said = result.stderr.decode(errors="replace")
        sys.exit("%s ended with %d:\n%s" % (program, result.returncode, said))
    return {report["file"]: report for report in json.loads(result.stdout)["reports"]}


def judged(chosen, blocks, folder):
    """Every line with what is said of it: (block, line, verdict, reason)."""
    files = {}
    for i, block in enumerate(blocks):
        path = pathlib.Path(folder) / ("%s-%s-%d.deriv" % (block.kind, block.name, i))
        path.write_text(block.document(), "utf-8")
        files[str(path)] = block
    names = list(files)
    chunks = [names[i : i + FILES_A_PROCESS] for i in range(0, len(names), FILES_A_PROCESS)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for reports in pool.map(lambda chunk: verified(chosen.program, chosen.seed, chunk), chunks):
            for name, report in reports.items():
                yield from of_block(files[name], report)


def of_block(block, report):
    said = {claim["span"]["line"]: claim for claim in report["claims"]}
    messages = {d["span"]["line"]: d["message"] for d in report["diagnostics"] if d.get("span")}
    for line in block.lines:
        claim = said.get(line.number)
        verdict = claim["verdict"] if claim and claim["reason"] != "broken" else "unread"
        if verdict not in VERDICTS:
            verdict = "unread"
        if block.kind == "outside" and verdict == "holds" and not claim["outside"] + claim["aimed"].get("outside", 0):
            verdict = "untold"
        if verdict == "unread":
            reason = messages.get(line.number) or next(iter(messages.values()), "no claim")
        else:
            where = claim["where"]
            reason = where["message"] if where else claim["reason"]
        yield block, line, verdict, reason


def print_table(results):
    print("%-8s %-14s %6s %6s %6s %9s %6s %6s" % ("kind", "class", "lines", *VERDICTS))
    rows = collections.defaultdict(collections.Counter)
    for block, _, verdict, _ in results:
        for key in ((block.kind, block.name), (block.kind, "all")):
            rows[key][verdict] += 1
    for kind in LIES:
        names = [key for key in rows if key[0] == kind and key[1] != "all"]
        for key in [*names, (kind, "all")] if names else []:
            print(
                "%-8s %-14s %6d %6d %6d %9d %6d %6d"
                % (*key, sum(rows[key].values()), *(rows[key][verdict] for verdict in VERDICTS))
            )


def place(block, line):
    return "%s/%s.txt:%d" % (block.kind, block.name, line.number)


def print_lies(results):
    """The lies, the undecided true lines and what was not read; gives the exit status."""
    lies = [r for r in results if r[2] in LIES[r[0].kind]]
    true = [r for r in results if r[0].kind == "true"]
    undecided = [r for r in true if r[2] == "undecided"]
    unread = [r for r in results if r[2] == "unread"]
    for title, some in (("said wrongly", lies), ("true, and undecided", undecided), ("not read", unread)):
        if some:
            print("\n%s: %d" % (title, len(some)))
        for block, line, verdict, reason in some:
            note = reason if some is not lies else line.reason
            print("  %-9s %-26s %s%s" % (verdict, place(block, line), line.text, note and "    # " + note))
    too_many = len(undecided) > MOST_UNDECIDED * len(true)
    print(
        "\n%d lines: %d verdicts are wrong; of %d true lines %d are undecided%s; %d were not read"
        % (len(results), len(lies), len(true), len(undecided), " (too many)" if too_many else "", len(unread))
    )
    return 1 if lies or too_many else 2 if unread else 0


def print_points(results):
    """TAP: a line is right, or it is wrong, unread, or true and undecided."""
    print("1..%d" % len(results))
    for number, (block, line, verdict, reason) in enumerate(results, 1):
        wrong = verdict in LIES[block.kind] or verdict == "unread" or (block.kind, verdict) == ("true", "undecided")
        print("%sok %d - %s" % ("not " if wrong else "", number, place(block, line)))
        if wrong:
            print("# %s: %s: %s" % (line.text, verdict, reason))
    return 0


def check(chosen, blocks):
    """Holds every line against the oracle."""
    import points  # needs mpmath, which judging the program does not

    jobs = [(block, line) for block in blocks for line in block.lines]
    known = collections.Counter()
    with concurrent.futures.ProcessPoolExecutor() as pool:
        again = itertools.repeat
        found = pool.map(points.finding, jobs, again(chosen.seed), again(chosen.points), chunksize=8)
        for (block, line), finding in zip(jobs, found):
            known[block.kind, finding == "", block.unchecked != ""] += 1
            if finding:
                print("%s  %s: %s" % (place(block, line), line.text, finding))
    for (kind, right, by_hand), count in sorted(known.items()):
        say = "are not checked by the oracle" if by_hand else "agree with it" if right else "DISAGREE with it"
        print("%-8s %5d lines %s" % (kind, count, say))
    return 0 if all(right for _, right, _ in known) else 1


def main():
    chosen = options()
    blocks = chosen_blocks(chosen)
    if chosen.check:
        return check(chosen, blocks)
    if not chosen.tap:
        print("seed %d; to repeat this run: ./dev bench truth %d %d" % ((chosen.seed,) * 2 + (chosen.count,)))
    if chosen.count:
        import formulas  # needs SymPy and mpmath

        blocks += formulas.blocks(chosen.seed, chosen.count)
    blocks = [block for block in blocks if block.lines]
    with tempfile.TemporaryDirectory() as folder:
        results = list(judged(chosen, blocks, folder))
    if chosen.tap:
        return print_points(results)
    print_table(results)
    return print_lies(results)


if __name__ == "__main__":
    sys.exit(main())
