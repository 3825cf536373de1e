#!/usr/bin/env python3
"""Real code of Debian's packages, and what backproof says of its gradients.

    real.py --program PROGRAM --library LIBRARY [SEED] [--only PACKAGE] [--case TEXT] [--from A --to B] [--keep FOLDER]

Functions and derivatives of SciPy, PyTorch, scikit-learn, GSL and FANN (bench/real/in_*.py) go through
bp_check_gradient, bp_check_gradient_float or bp_check_jacobian, and networks also through
`backproof grads`.  A package that is not installed is skipped, and the table says so.  Points are drawn from
SEED, which is drawn anew for each run and printed.  A line tells of each case as soon as it is done.  With --keep
what cases came to is kept in a folder, for each seed; a run that was stopped goes on from there, and
the tables are of all that was kept.  A case that takes more than --seconds of processor time is cut off and told.

All of it counts as right but for what is listed as a find: there the package is wrong, as mpmath says, too.
Every other failure is a false alarm.  Then one entry of each gradient that holds is made wrong (by a thousandth,
in sign, or set to 0) by more than the report claims to see; that must fail.  The rules of three courses and
libraries (bench/real/peers.py) are asked the same questions.

The exit status is 1 when there is a false alarm, a find that cannot be confirmed, or a planted mistake that holds.
"""

import argparse
import collections
import importlib
import json
import os
import pathlib
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings

HERE = pathlib.Path(__file__).resolve().parent / "real"
sys.path.insert(0, str(HERE))

AREAS = {
    "SciPy": ("in_scipy", "python3-scipy", ["scipy"]),
    "PyTorch": ("in_torch", "python3-torch", ["torch"]),
    "scikit-learn": ("in_sklearn", "python3-sklearn", ["sklearn"]),
    "GSL": ("in_gsl", "libgsl-dev", []),
    "FANN": ("in_fann", "libfann-dev", []),
}
MOST_TOLD = 40


def package(text):
    """The packages that somebody means with a part of a name, in small letters or large ones."""
    found = [area for area in AREAS if text.lower() in area.lower()]
    if len(found) != 1:
        raise argparse.ArgumentTypeError("'%s' is none of %s" % (text, ", ".join(AREAS)))
    return found[0]


def options():
    parser = argparse.ArgumentParser(description="Checks gradients of other people's packages.")
    option = parser.add_argument
    option("seed", nargs="?", type=int, help="drawn anew for each run by default")
    option("--program", type=pathlib.Path, required=True, help="the backproof to be tried")
    option("--library", type=pathlib.Path, required=True, help="libbackproof.so of the same build")
    option("--only", type=package, metavar="PACKAGE", action="append", help="only this package, a part of its name will do")
    option("--case", help="only cases with this in their name, each with its verdict")
    option("--from", type=int, default=1, dest="first", help="only cases from this number on")
    option("--to", type=int, default=10**6, dest="last", help="only cases up to this number")
    option("--seconds", type=int, default=100, help="of processor time that a case may take (100)")
    option("--keep", type=pathlib.Path, help="a folder for what cases came to, to go on from")
    option("--jobs", type=int, default=os.cpu_count(), help="processes (all processors)")
    chosen = parser.parse_args()
    if chosen.seed is None:
        chosen.seed = random.SystemRandom().randrange(1, 10**6)
    return chosen


class Outcome:
    """What one case came to; plain data, as it goes from process to process."""

    def __init__(self, case):
        self.area, self.name, self.find = case.area, case.name, case.find
        self.row = case.area + (" float32" if case.single else "")
        self.verdicts, self.points, self.entries, self.undecided_entries = collections.Counter(), 0, 0, 0
        self.reasons = collections.Counter()
        self.unconfirmed, self.told, self.confirmed, self.blind = [], [], 0, 0
        self.planted = self.caught = self.blurred = self.missed = 0
        self.peers = {"right": [collections.Counter() for _ in range(3)], "wrong": [collections.Counter() for _ in range(3)]}
        self.seconds, self.error, self.cut = 0.0, None, False

    @property
    def verdict(self):
        return next((v for v in ("fails", "undecided") if self.verdicts[v]), "holds")


def tell_entries(found):
    """The entries that fail, worst first, in words."""
    bad = [(i, e) for i, e in enumerate(found.entries) if e[3] == 1]
    bad.sort(key=lambda pair: -abs(pair[1][0] - pair[1][1]) / (pair[1][2] or 1))
    return ["entry %d: package %.17g, difference %.17g, bound %.2g" % (i, *e[:3]) for i, e in bad[:3]]


def confirm(outcome, case, theta, found):
    """A find is one where what fails is farther from the truth than the report's bound.  Differences may be off
    the truth, too: where the values themselves are rounded away."""
    truth = [float(t) for t in case.truth(theta)]
    for i, (value, difference, bound, verdict, _) in enumerate(found.entries):
        if verdict != 1:
            continue
        if not abs(value - truth[i]) > bound:
            said = "entry %d: %.17g is right to %.2g, says mpmath: %.17g" % (i, value, bound, truth[i])
            outcome.unconfirmed.append(said)
        outcome.confirmed += abs(difference - truth[i]) <= bound
        outcome.blind += not abs(difference - truth[i]) <= bound


def mistake(generator, gradient, visible):
    """A factor for each entry, one of them wrong by more than `visible`; None where no sign is that large."""
    import numpy as np

    flat = np.abs(np.asarray(gradient, float).reshape(-1))
    places = [j for j in range(flat.size) if flat[j] > 0 and flat[j] * 2 > 1.01 * visible]
    if not places:
        return None
    j = generator.choice(places)
    factors = np.ones(flat.size)
    factors[j] = generator.choice([w for w in (1.001, 0.0, -1.0) if flat[j] * abs(1 - w) > 1.01 * visible])
    return factors.reshape(gradient.shape)


def checked(library, case, theta, gradient, seed):
    if case.outputs:
        return library.jacobian(case.value, gradient, theta, case.outputs, seed)
    return library.gradient(case.value, gradient, theta, case.single, case.blocks, seed)


def look(outcome, case, found):
    word = ["holds", "fails", "undecided", "bad input"][found.outcome]
    outcome.verdicts[word] += 1
    outcome.points += 1
    outcome.entries += len(found.entries)
    outcome.undecided_entries += found.undecided
    for entry in found.entries:
        if entry[3] == 2:
            outcome.reasons[entry[4]] += 1
    if word == "bad input":
        outcome.error = found.message
    if word == "fails" or (word == "undecided" and len(outcome.told) < 1):
        outcome.told.append(found.message.replace("\n", " "))
        outcome.told += tell_entries(found)


def plant(outcome, library, case, theta, found, peers, generator):
    import numpy as np

    right = np.asarray(case.gradient(theta))
    factors = mistake(generator, right, found.visible)
    if factors is None:
        return
    wrong = right * factors
    again = checked(library, case, theta, lambda x: np.asarray(case.gradient(x)) * factors, 1)
    outcome.planted += 1
    outcome.caught += again.outcome == 1
    outcome.blurred += again.outcome == 2
    if again.outcome == 0:
        outcome.missed += 1
        j = int(np.argmax(np.abs(right - wrong).reshape(-1)))
        outcome.told.append(
            "MISSED entry %d: %.17g for %.17g; claimed to see %.3g"
            % (j, wrong.reshape(-1)[j], right.reshape(-1)[j], found.visible)
        )
    for counter, said in zip(outcome.peers["wrong"], peers.say(wrong)):
        counter[said] += 1


def try_points(outcome, library, case, seed):
    from peers import Peers
    import numpy as np

    generator = random.Random("%d %s" % (seed, case.name))
    for theta in case.points:
        theta = np.asarray(theta, np.float32 if case.single else np.float64)
        found = checked(library, case, theta, case.gradient, seed)
        look(outcome, case, found)
        if case.find and found.outcome == 1:
            confirm(outcome, case, theta, found)
        if case.find or found.outcome == 3:
            continue
        peers = Peers(case.value, theta)
        for counter, said in zip(outcome.peers["right"], peers.say(case.gradient(theta))):
            counter[said] += 1
        if found.outcome == 0:
            plant(outcome, library, case, theta, found, peers, generator)


def try_grads(outcome, program, case):
    """The same through `backproof grads`."""
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "g.npz")
        np.savez(path, **case.grads.arrays)
        command = [program, "grads", case.grads.spec, path, "--format", "json", *case.grads.options]
        result = subprocess.run(command, capture_output=True, check=False)
    if result.returncode not in (0, 1, 2):
        outcome.error = "backproof grads: " + result.stderr.decode(errors="replace")
        return
    report = json.loads(result.stdout)
    verdict = ["holds", "fails", "undecided"][result.returncode]
    outcome.verdicts[verdict] += 1
    outcome.points += 1
    outcome.entries += report["parameters"]
    outcome.undecided_entries += report["undecided"]
    if verdict != "holds":
        outcome.told.append("backproof grads says: " + verdict)
        outcome.told += [
            "%s: %s" % (b["name"], b.get("explanation") or b["verdict"]) for b in report["blocks"] if b["verdict"] != "holds"
        ]


state = {}


class CutOff(Exception):
    """A case that takes too long."""


def cut_off(*_):
    raise CutOff


def try_case(number):
    import numpy as np

    case, chosen = state["cases"][number], state["chosen"]
    if "library" not in state:
        import library

        state["library"] = library.Library(chosen.library)
    outcome, start = Outcome(case), time.monotonic()
    signal.signal(signal.SIGPROF, cut_off)
    signal.setitimer(signal.ITIMER_PROF, chosen.seconds)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try_points(outcome, state["library"], case, chosen.seed)
            if case.grads:
                try_grads(outcome, chosen.program, case)
    except CutOff:
        outcome.cut = True
    except Exception:  # pylint: disable=broad-except
        outcome.error = traceback.format_exc(limit=3)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    outcome.seconds = time.monotonic() - start
    return outcome


def key_of(outcome_or_case):
    row = getattr(outcome_or_case, "row", None)
    if row is None:
        row = outcome_or_case.area + (" float32" if outcome_or_case.single else "")
    return row, outcome_or_case.name


class Kept:
    """What cases came to before, one after the other in a file for the seed; a torn end is what was being written
    when a run was stopped."""

    def __init__(self, folder, seed):
        self.outcomes, self.file = {}, None
        if not folder:
            return
        folder.mkdir(parents=True, exist_ok=True)
        path, whole = folder / ("seed-%d" % seed), 0
        if path.exists():
            with open(path, "rb") as file:
                try:
                    while True:
                        outcome = pickle.load(file)
                        self.outcomes[key_of(outcome)] = outcome
                        whole = file.tell()
                except (EOFError, pickle.UnpicklingError):
                    pass
            os.truncate(path, whole)
        self.file = open(path, "ab")  # pylint: disable=consider-using-with

    def add(self, outcome):
        if self.file:
            pickle.dump(outcome, self.file)
            self.file.flush()


def gather(chosen):
    """All cases, and what was skipped with the reason."""
    import numpy as np

    cases, skipped = [], []
    for area, (module, package, needed) in AREAS.items():
        if chosen.only and area not in chosen.only:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for name in needed:
                    importlib.import_module(name)
                groups = importlib.import_module(module).GROUPS
        except (ImportError, OSError) as error:
            skipped.append("%s is skipped: %s (package %s)" % (area, error, package))
            continue
        for group in groups:  # another version of the package may lack something
            try:
                cases += group(np.random.default_rng([chosen.seed, sum(map(ord, group.__name__))]))
            except (ImportError, AttributeError, TypeError) as error:
                skipped.append("%s, %s is skipped: %s" % (area, group.__name__, error))
    if chosen.case:
        cases = [case for case in cases if chosen.case in case.name]
    return cases[chosen.first - 1 : chosen.last], skipped


def fresh_outcomes(chosen, cases):
    import multiprocessing

    state.update(chosen=chosen, cases=cases)
    if chosen.jobs <= 1:
        yield from map(try_case, range(len(cases)))
        return
    with multiprocessing.get_context("fork").Pool(chosen.jobs) as pool:
        yield from pool.imap_unordered(try_case, range(len(cases)))


def all_outcomes(chosen, cases):
    kept = Kept(chosen.keep, chosen.seed)
    yield from (kept.outcomes[key_of(case)] for case in cases if key_of(case) in kept.outcomes)
    left = [case for case in cases if key_of(case) not in kept.outcomes]
    for number, outcome in enumerate(fresh_outcomes(chosen, left), 1):
        kept.add(outcome)
        said = "cut off" if outcome.cut else "broken" if outcome.error else outcome.verdict
        print("%d of %d: %s, %s: %s, %.1f s" % (number, len(left), outcome.row, outcome.name, said, outcome.seconds),
              file=sys.stderr, flush=True)
        yield outcome


def is_false_alarm(outcome):
    return outcome.verdicts["fails"] > 0 and not outcome.find


def print_table(outcomes):
    head = ("", "cases", "points", "entries", "holds", "finds", "false", "undecided", "entries", "seconds")
    print("%-22s %6s %6s %8s %6s %6s %6s %10s %8s %8s" % head)
    rows = collections.defaultdict(list)
    for outcome in outcomes:
        rows[outcome.row].append(outcome)
    rows["all"] = outcomes
    for row, some in rows.items():
        print(
            "%-22s %6d %6d %8d %6d %6d %6d %10d %8d %8.1f"
            % (
                row,
                len(some),
                sum(o.points for o in some),
                sum(o.entries for o in some),
                sum(o.verdict == "holds" for o in some),
                sum(o.verdict == "fails" and bool(o.find) for o in some),
                sum(map(is_false_alarm, some)),
                sum(o.verdict == "undecided" for o in some),
                sum(o.undecided_entries for o in some),
                sum(o.seconds for o in some),
            )
        )
    reasons = sum((o.reasons for o in outcomes), collections.Counter())
    if reasons:
        print("undecided entries: " + ", ".join("%s %d" % pair for pair in reasons.most_common()))


def print_peers(outcomes):
    import peers

    print("\n%-22s %12s %12s %12s %12s" % ("", "right: yes", "no", "wrong: caught", "missed"))
    for row in sorted({o.row for o in outcomes}) + ["all"]:
        some = [o for o in outcomes if row in (o.row, "all")]
        ours = [o for o in some if not o.find]
        print(
            "%-22s %12d %12d %12d %12d"
            % (
                "backproof, " + row,
                sum(o.verdicts["holds"] for o in ours),
                sum(o.verdicts["fails"] for o in ours),
                sum(o.caught for o in some),
                sum(o.missed for o in some),
            )
        )
        for k, name in enumerate(peers.NAMES):
            right = sum((o.peers["right"][k] for o in some), collections.Counter())
            wrong = sum((o.peers["wrong"][k] for o in some), collections.Counter())
            print("%-22s %12d %12d %12d %12d" % ("  " + name, right[True], right[False], wrong[False], wrong[True]))


def print_told(title, some):
    if some:
        print("\n%s: %d" % (title, len(some)))
    for outcome in some[:MOST_TOLD]:
        print("  %s: %s" % (outcome.row, outcome.name))
        for line in outcome.told[:5]:
            print("      " + line)
    if len(some) > MOST_TOLD:
        print("  and %d more" % (len(some) - MOST_TOLD))


def print_finds(outcomes):
    """Each find once, with the cases that show it."""
    by_find = collections.defaultdict(list)
    for outcome in outcomes:
        if outcome.find:
            by_find[outcome.area, outcome.find].append(outcome)
    if by_find:
        print("\nfinds, with mpmath's derivative beside each:")
    for (area, find), some in by_find.items():
        seen = [o for o in some if o.verdicts["fails"]]
        wrong = [line for o in some for line in o.unconfirmed]
        wrong += [] if not seen or any(o.confirmed for o in some) else ["no difference agrees with mpmath"]
        said = "NOT CONFIRMED" if wrong else "confirmed" if seen else "not met at these points"
        entries, blind = sum(o.confirmed for o in some), sum(o.blind for o in some)
        rounded = "; in %d more the values are rounded away" % blind if blind else ""
        print("  %s, %s (%d entries%s): %s" % (area, said, entries, rounded, find))
        for name in sorted({"%s%s" % (o.name, " (float32)" if "float32" in o.row else "") for o in seen})[:4]:
            print("      " + name)
        for line in wrong[:4]:
            print("      " + line)


def main():
    chosen = options()
    print("seed %d; to repeat this run: ./dev bench real %d" % (chosen.seed, chosen.seed))
    start = time.monotonic()
    cases, skipped = gather(chosen)
    outcomes = list(all_outcomes(chosen, cases))
    broken = [o for o in outcomes if o.error]
    cut = [o for o in outcomes if o.cut]
    outcomes = [o for o in outcomes if not o.error and not o.cut]
    print_table(outcomes)
    print_peers(outcomes)
    for line in skipped:
        print("\n" + line)
    print_finds(outcomes)
    if chosen.case:
        print_told("chosen", outcomes)
    print_told("undecided", [o for o in outcomes if o.verdict == "undecided"])
    alarms = [o for o in outcomes if is_false_alarm(o)]
    print_told("FALSE ALARMS", alarms)
    missed = [o for o in outcomes if o.missed]
    print_told("MISSED", missed)
    for outcome in cut:
        print("\ncut off after %d s of processor time: %s: %s" % (chosen.seconds, outcome.row, outcome.name))
    for outcome in broken:
        print("\ncould not be run: %s: %s\n  %s" % (outcome.row, outcome.name, outcome.error))
    print("\n%d cases in %.0f s: %d false alarms, %d planted mistakes missed, %d cases broken" % (
        len(outcomes), time.monotonic() - start, len(alarms), sum(o.missed for o in missed), len(broken)))
    unconfirmed = [o for o in outcomes if o.unconfirmed]
    return 1 if alarms or missed or unconfirmed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
