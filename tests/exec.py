#!/usr/bin/env python3
"""Checks that `backproof exec` survives its programs, and that none of them survives it.

Each row of MISBEHAVIOURS is a program that does something wrong.  backproof must end with status 3
and one message that says what, soon, and no process that was started may be left: all of them carry
a mark in their environment, by which they are found in /proc, whatever their parents did.  Prints
TAP, a test point for each row and some for
backproof's own death.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from functools import partial

MARK = "BACKPROOF_EXEC_TEST"

# What the programs have in common: two parameters, half the sum of their squares.
QUADRATIC = """
import json, os, signal, subprocess, sys, time
def answer(request):
    op, theta = request["op"], request.get("theta")
    if op == "describe": return {"theta": [1.5, -0.25]}
    if op == "loss": return {"loss": sum(t * t for t in theta) / 2}
    return {"grad": theta}
def say(what):
    print(json.dumps(what), flush=True)
"""

LOOP = """
for number, line in enumerate(sys.stdin):
    request = json.loads(line)
    say(answer(request))
"""


def at_loss(text):
    """A loop that does something in place of the fifth answer."""
    return """
for number, line in enumerate(sys.stdin):
    if number == 4:
        %s
    say(answer(json.loads(line)))
""" % text.replace("\n", "\n        ")


SLEEP = "time.sleep(3600)"

# Seconds that a program has for each answer.  Where a busy machine needs longer than the first of them to start
# one at all, the next is tried.
LIMITS = ("0.7", "4", "30", "200")

# name, program, what the message says
MISBEHAVIOURS = [
    ("ends at once", "sys.exit(7)", r"ended with exit status 7 without an answer to .*describe"),
    ("ends well, but early", at_loss("sys.exit(0)"), r"exit status 0 without an answer to .*loss"),
    ("dies of a signal", at_loss("os.kill(os.getpid(), signal.SIGSEGV)"),
     r"was ended by signal 11 \(Segmentation fault\) without an answer"),
    ("says why it died", at_loss("raise ValueError('no such weight')"),
     r"ended with exit status 1(?s:.)*ValueError: no such weight"),
    ("hangs", at_loss(SLEEP), r"has not answered .*loss.* within [0-9.]+ s"),
    ("hangs at once", SLEEP, r"has not answered .*describe(?s:.)*flush"),
    ("does not flush", "for line in sys.stdin: print(json.dumps(answer(json.loads(line))))",
     r"has not answered .*describe(?s:.)*python3 -u"),
    ("reads to the end first", "sys.stdin.read()\nsay({'theta': [1.0]})", r"has not answered"),
    ("ignores SIGTERM", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
     "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
     + at_loss("while True: time.sleep(1)"), r"has not answered"),
    ("ignores SIGTERM, and so does what it started",
     "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
     + at_loss("subprocess.Popen(['sleep', '3600'])\nwhile True: time.sleep(1)"), r"has not answered"),
    ("stops itself", at_loss("os.kill(os.getpid(), signal.SIGSTOP)"), r"has not answered"),
    ("closes its output but lives", at_loss("os.close(1)\n" + SLEEP),
     r"has closed its standard output, but goes on running"),
    ("closes its input but lives", "say(answer({'op': 'describe'}))\nos.close(0)\n" + SLEEP,
     r"has not answered .*grad"),
    ("closes everything but lives", "os.closerange(0, 3)\n" + SLEEP,
     r"has closed its standard output"),
    ("floods standard error", at_loss("while True: os.write(2, b'x' * 65536)"),
     r"has not answered(?s:.)*the end of its standard error(?s:.)*xxx"),
    ("floods standard output", at_loss("while True: os.write(1, b'x' * 65536)"),
     r"more than \d+ bytes without a line end"),
    ("floods with lines", at_loss("while True: os.write(1, b'{}\\n' * 9999)"),
     r"without \"loss\"|more than one line"),
    ("answers twice", "for line in sys.stdin:\n    r = json.dumps(answer(json.loads(line)))\n"
     "    print(r + '\\n' + r, flush=True)", r"wrote more than one line before the request \"grad\""),
    ("answers the request before", "last = {}\nfor line in sys.stdin:\n    now = answer(json.loads(line))\n"
     "    say(last or now)\n    last = now", r"without \"grad\"; what the answer has is \"theta\""),
    ("answers what will be asked", "for line in sys.stdin:\n    op = json.loads(line)['op']\n"
     "    say(answer({'op': 'loss' if op == 'grad' else op, 'theta': [1.5, -0.25]}))",
     r"without \"grad\"; what the answer has is \"loss\""),
    ("answers after it was given up", at_loss("time.sleep(float(sys.argv[1]) * 4)"), r"has not answered .*loss"),
    ("prints before the answer", "print('Loading data...', flush=True)\n" + LOOP,
     r"no JSON object: Loading data\.\.\.(?s:.)*standard error"),
    ("answers without a line end", at_loss("sys.stdout.write('{\"loss\":')\nsys.stdout.flush()\n"
     + SLEEP), r"has not finished its answer to .*so far it is: \{\"loss\":"),
    ("dies in the middle of an answer", at_loss("sys.stdout.write('{\"lo')\nsys.exit(4)"),
     r"no JSON object: \{\"lo;.*ended with exit status 4"),
    ("answers in bytes that are no text", at_loss("os.write(1, b'\\xff\\xfe\\x00\\x1b[2J\\n')"),
     r"no JSON object"),
    ("answers with deep brackets", at_loss("os.write(1, b'[' * 60000 + b'\\n')"), r"no JSON object"),
    ("answers with an array", at_loss("say([1, 2])"), r"no JSON object: \[1, 2\]"),
    ("describes more than there is", "say({'blocks': [{'name': 'W', 'shape': [100000, 100000, "
     "1000]}], 'theta': [1.0]})\n" + SLEEP, r"with 1 number in \"theta\"; expected 10000000000000"),
    ("describes too much to count", "say({'blocks': [{'name': 'W', 'shape': [281474976710656, "
     "281474976710656]}], 'theta': [1.0]})\n" + SLEEP, r"whose shape is \["),
    ("outputs without end", "say({'theta': [1.0], 'outputs': 1e300})\n" + SLEEP, r"as \"outputs\""),
    ("leaves a grandchild with its pipes",
     at_loss("subprocess.Popen(['sleep', '3600'])\nsys.exit(5)"), r"ended with exit status 5"),
    ("leaves a grandchild that floods",
     at_loss("subprocess.Popen(['sh', '-c', 'while :; do echo xxxxxxxx >&2; done'])\nsys.exit(5)"),
     r"ended with exit status 5"),
    ("leaves a grandchild that ignores signals",
     at_loss("subprocess.Popen(['sh', '-c', 'trap \"\" TERM INT HUP; sleep 3600; sleep 3600'])\n"
             + SLEEP), r"has not answered"),
    ("is another program every time", "t = [float(os.getpid())]\n"
     "for line in sys.stdin: say({'theta': t})", r"begin at different points: theta\(1,1\) is"),
]


# Every answer comes late, but in time.
LATE = """
for line in sys.stdin:
    request = json.loads(line)
    time.sleep(0.1)
    say(answer(request))
"""

# Its own descriptors are the streams, and what lists them.
DESCRIPTORS = """
found = sorted(int(name) for name in os.listdir("/proc/self/fd"))
where = {fd: os.readlink("/proc/self/fd/%d" % fd) for fd in found if os.path.exists("/proc/self/fd/%d" % fd)}
if any(fd > 2 for fd in where):
    raise SystemExit("leaked: %r" % where)
""" + LOOP

# Spellings of a number that is none, as languages write them.
SPELLINGS = ["NaN", "nan", "-nan", "null", '"NaN"', '"nan"', "Infinity", "-Infinity", "inf", "-inf", '"Infinity"', '"-inf"']

# The loss is no number beside the point.
NO_NUMBER = """
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "loss" and request["theta"][0] != 1.5:
        print('{"loss": %s}', flush=True)
    else:
        say(answer(request))
"""

NO_GRADIENT = """
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "grad":
        print('{"grad": [1.5, %s]}', flush=True)
    else:
        say(answer(request))
"""

# Numbers that need all of their digits, or few; every one must come back as it is, no longer than
# Python writes it, and never as an integer.
DIGITS = """
POINT = [0.1 + 0.2, 1 / 3, -1e-310, 5e22, 1.0, -0.0, 123456789.12345679, 1e-7, 100.0]
grads = 0
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "describe":
        say({"theta": POINT})
        continue
    if request["op"] == "grad":
        grads += 1  # the later ones are asked for beside the point
        assert request["theta"] == POINT or grads > 2, line
    for text, number in zip(line[line.index("[") + 1:line.index("]")].split(","), request["theta"]):
        assert type(number) is float and len(text) <= max(len(repr(number)), 4), (text, number)
    theta = request["theta"]
    say({"loss": sum(theta), "grad": [1.0] * len(POINT)})
"""

# The same function of several values with and without "change".
CHANGES = """
changes = %s
POINT = [0.75, -1.5, 2.25]
for line in sys.stdin:
    r = json.loads(line)
    x, y, z = theta = list(r.get("theta", POINT))
    if "change" in r:
        assert changes
        theta[r["change"][0]] = r["change"][1]
        x, y, z = theta
    if r["op"] == "describe":
        say({"theta": POINT, "outputs": 2, "accepts": ["something", "change"] if changes else []})
    elif r["op"] == "values":
        say({"values": [x * y + z * z, x * x * z]})
    else:
        say({"jacobian": [[y, x, 2 * z], [2.5 * x * z, 0.0, x * x]]})
"""


def left_over(mark):
    """The processes, zombies included, that carry the mark or whose parent is gone with it."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if ("%s=%s" % (MARK, mark)).encode() in (folder / "environ").read_bytes():
                found.append("%s %s" % (folder.name, (folder / "comm").read_text().strip()))
        except OSError:
            pass  # it ended meanwhile, or is somebody else's
    return found


def gone_soon(mark, but=None):
    """What is still there after a moment: the system may take one to end what was killed.  Programs
    of the name `but` may stay."""
    for _ in range(5000):
        found = [line for line in left_over(mark) if line.split()[1] != but]
        if not found:
            return []
        time.sleep(0.02)
    return found


class Trial:
    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.mark = uuid.uuid4().hex
        self.environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
        self.environment.update({MARK: self.mark, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"})

    def command(self, source, *options):
        script = self.folder / ("%s.py" % self.mark)
        script.write_text(QUADRATIC + source, encoding="utf-8")
        return [self.program, "exec", *options, "--", sys.executable, str(script)]

    def start(self, source, *options):
        return subprocess.Popen(self.command(source, *options), env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True)

    def finish(self, process, seconds=900):
        """Output and status; a process that does not end is a failure of its own."""
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            return output.decode(errors="replace") + "\n(no end after %g s)" % seconds, None
        return output.decode(errors="replace"), process.returncode

    def leftovers(self, but=None):
        """What did not go; everything is ended."""
        found = gone_soon(self.mark, but)
        for line in left_over(self.mark):
            os.kill(int(line.split()[0]), signal.SIGKILL)
        return ["left over: " + line for line in found]


def misbehaviour(program, folder, source, message, jobs):
    for limit in LIMITS:
        trial = Trial(program, folder)
        source_in_time = source.replace("float(sys.argv[1])", limit)
        output, status = trial.finish(trial.start(source_in_time, "--timeout", limit, "--jobs", jobs))
        problems = trial.leftovers()
        if re.search(message, output) or not re.search("has not (answered|finished)", output):
            break
    if status != 3:
        problems.append("exit status %s, expected 3" % status)
    if not re.search(message, output):
        problems.append("the message does not say: " + message)
    if output.count("backproof: error:") != 1 or "Sanitizer" in output:
        problems.append("not one message")
    return problems + (output.splitlines()[:20] if problems else [])


def well_behaved(program, folder, jobs):
    """A right program holds, with the same report whatever --jobs is, and ends."""
    trial = Trial(program, folder)
    output, status = trial.finish(trial.start(LOOP, "--jobs", jobs, "--format", "csv"))
    reference, _ = trial.finish(trial.start(LOOP, "--format", "csv"))
    problems = trial.leftovers()
    if status != 0 or output != reference or output.count("holds") != 2:
        problems += ["exit status %s" % status, *output.splitlines()]
    return problems


def digits(program, folder):
    trial = Trial(program, folder)
    output, status = trial.finish(trial.start(DIGITS, "--quiet"))
    problems = trial.leftovers()
    if status not in (0, 2) or "error:" in output:  # what is nearly 0 may well be undecided
        problems += ["exit status %s" % status, *output.splitlines()]
    return problems


def changes(program, folder):
    """A change is the same as the whole point: reports agree, mistake included."""
    trial = Trial(program, folder)
    reports = [trial.finish(trial.start(CHANGES % allowed, "--format", "csv", "--jobs", jobs))
               for allowed in (True, False) for jobs in ("1", "3")]
    problems = trial.leftovers()
    if len(set(reports)) != 1 or reports[0][1] != 1 or reports[0][0].count("fails") != 1:
        problems += ["%s: %s" % (status, line) for output, status in reports
                     for line in output.splitlines()]
    return problems


def late(program, folder):
    """What comes late is the same as what comes at once."""
    trial = Trial(program, folder)
    output, status = trial.finish(trial.start(LATE, "--jobs", "3", "--timeout", "200", "--format", "csv"))
    reference, _ = trial.finish(trial.start(LOOP, "--format", "csv"))
    problems = trial.leftovers()
    if status != 0 or output != reference:
        problems += ["exit status %s" % status, *output.splitlines()]
    return problems


def descriptors(program, folder):
    """A program has no descriptor of ours, although reports, a point and other programs are open."""
    trial = Trial(program, folder)
    point, report = trial.folder / "point.json", trial.folder / "report.txt"
    point.write_text("[1.5, -0.25]", encoding="utf-8")
    output, status = trial.finish(trial.start(DESCRIPTORS, "--jobs", "3", "--point", str(point), "--output", str(report)))
    problems = trial.leftovers()
    if status != 0 or "leaked" in output:
        problems += ["exit status %s" % status, *output.splitlines()]
    return problems


def no_number(program, folder, spelling):
    """However it is written that a value is no number: that entry is never said to hold, and nothing is bad input; a
    gradient that has one is refused, with its place."""
    trial = Trial(program, folder)
    output, status = trial.finish(trial.start(NO_NUMBER % spelling, "--format", "csv"))
    refusal, refused = trial.finish(trial.start(NO_GRADIENT % spelling))
    problems = trial.leftovers()
    if status != 2 or "error:" in output:
        problems += ["exit status %s" % status, *output.splitlines()]
    if refused != 3 or not re.search(r"has (NaN|-?infinity) at theta\(2,1\)", refusal):
        problems += ["exit status %s" % refused, *refusal.splitlines()]
    return problems


def ended_from_outside(program, folder, number, expected):
    """Signals to backproof while its programs hang."""
    trial = Trial(program, folder)
    process = trial.start(at_loss("open(sys.argv[0] + '.hangs', 'w').close()\n"
                                  "subprocess.Popen(['sleep', '3600'])\n" + SLEEP), "--jobs", "2")
    flag = trial.folder / ("%s.py.hangs" % trial.mark)
    for _ in range(15000):
        if flag.exists():
            break
        time.sleep(0.02)
    process.send_signal(number)
    if number == signal.SIGKILL:
        process.wait()  # a grandchild holds the pipe that communicate() would wait for
        status, output = process.returncode, ""
        # only what backproof started itself can be ended by the system
        problems = trial.leftovers(but="sleep")
    else:
        output, status = trial.finish(process)
        problems = trial.leftovers()
    if not flag.exists():
        problems.append("the program never hung")
    if status != expected:
        problems += ["exit status %s, expected %s" % (status, expected), output]
    return problems


def trials(program, folder):
    for jobs in ("1", "2", "7"):
        yield "a right program, %s times" % jobs, partial(well_behaved, program, folder, jobs)
    yield "all digits of a number", partial(digits, program, folder)
    yield "a change and a whole point", partial(changes, program, folder)
    yield "late answers", partial(late, program, folder)
    yield "descriptors", partial(descriptors, program, folder)
    for spelling in SPELLINGS:
        yield "%s as a value" % spelling, partial(no_number, program, folder, spelling)
    for name, source, message in MISBEHAVIOURS:
        jobs = "2" if "every time" in name or "SIGTERM" in name else "1"
        yield ("a program that " + name,
               partial(misbehaviour, program, folder, source, message, jobs))
    for number, expected in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        yield ("backproof gets %s" % signal.Signals(number).name,
               partial(ended_from_outside, program, folder, number, expected))


def main():
    parser = argparse.ArgumentParser(description="Tries misbehaving programs and prints TAP.")
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    if not pathlib.Path("/proc/self/environ").exists():
        print("1..0 # SKIP processes cannot be found here")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory(prefix="exec-") as folder:
        names, runs = zip(*trials(arguments.program, folder))
        print("TAP version 13\n1..%d" % len(names))
        with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:  # they mostly wait
            results = pool.map(lambda run: run(), runs)
        for number, (name, problems) in enumerate(zip(names, results), 1):
            failed += bool(problems)
            print("%sok %d - %s" % ("not " if problems else "", number, name))
            for line in problems:
                print("# " + line)
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
