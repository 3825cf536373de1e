#!/usr/bin/env python3
"""Runs the program where the world is against it: no streams, no room, no rights, little of everything, and signals.

    surroundings.py PROGRAM [--moments N] [--only POINT]    (TAP)

Whatever happens, the exit status tells it (never 0 where something was lost), one message says what it was, an old report stays
whole until the new one is, and no temporary file and no process is left.  Signals come at N moments of a run, 24
unless said otherwise; what is asked holds at every moment, so nothing depends on how busy the machine is.
"""

import argparse
import itertools
import os
import pathlib
import random
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import runs  # noqa: E402
import share  # noqa: E402
import tap  # noqa: E402

LONG = "given A : 3 x 3\n" + "".join("claim A + %d*A = %d*A\n" % (k, k + 1) for k in range(400))
HEAVY = "size n = 60\ngiven X : n x n\nclaim inv(X)*X = I(n)\nclaim inv(X)*X*X = X\n"
MOMENTS = 200 if os.environ.get("BACKPROOF_FAULTS") == "all" else 8 if share.PART else 25
MULTIPLIER = float(os.environ.get("CK_TIMEOUT_MULTIPLIER", "1"))
MARK = f"BACKPROOF_SURROUNDINGS_TEST_{os.getpid()}"  # what another run of this started is none of ours


class Place:
    """A folder with the inputs, and what became of it."""

    def __init__(self, folder):
        self.path = pathlib.Path(tempfile.mkdtemp(dir=folder))
        for name, text in dict(runs.FILES, **{"long.deriv": LONG, "heavy.deriv": HEAVY}).items():
            (self.path / name).parent.mkdir(exist_ok=True)
            (self.path / name).write_text(text, encoding="utf-8")
        runs.link_outside(self.path)

    def run(self, *words, program, **more):
        environment = dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1")
        return subprocess.run([program, *words], cwd=self.path, env=environment, timeout=600, check=False,
                              **{"stdin": subprocess.DEVNULL, "capture_output": True, **more})

    def read(self, name):
        return (self.path / name).read_text(encoding="utf-8", errors="replace")

    def temporaries(self):
        return [str(path) for path in self.path.rglob(".backproof-*")]


def told(done, words, status=3):
    """What is wrong with an outcome that should be `status` and one message with these words."""
    errors = done.stderr.decode("utf-8", "replace")
    if done.returncode != status:
        return f"status {done.returncode}: {errors[-200:]}"
    if errors.count("error: ") != 1 or words not in errors:
        return f"says {errors[-300:]!r} in place of {words!r}"
    return None


# ---- streams ---------------------------------------------------------------


def closed_streams(program, folder):
    usual = Place(folder).run("verify", "holds.deriv", program=program)
    spoken = Place(folder).run("verify", "missing.deriv", "holds.deriv", program=program)
    for closed in itertools.chain.from_iterable(itertools.combinations((0, 1, 2), n) for n in (1, 2, 3)):
        for output in (False, True):
            place = Place(folder)
            words = ["--output", "old.txt"] if output else []
            done = place.run("verify", *words, "holds.deriv", program=program,
                             preexec_fn=lambda: [os.close(stream) for stream in closed])
            wanted = 3 if 1 in closed and not output else usual.returncode
            if done.returncode != wanted:
                yield f"{closed} closed, {words}: status {done.returncode}"
            if output and place.read("old.txt").encode() != usual.stdout:
                yield f"{closed} closed: the report is {place.read('old.txt')[:200]!r}"
            if wanted == 3 and 2 not in closed and b"standard output" not in done.stderr:
                yield f"{closed} closed: says {done.stderr!r}"
        # Messages, which must not get into the report that has the number of their stream.
        place = Place(folder)
        place.run("verify", "--output", "old.txt", "missing.deriv", "holds.deriv", program=program,
                  preexec_fn=lambda: [os.close(stream) for stream in closed])
        if place.read("old.txt").encode() != spoken.stdout:
            yield f"{closed} closed, with a message: the report is {place.read('old.txt')[:200]!r}"


def full_device(program, folder):
    if not os.path.exists("/dev/full"):
        return
    for row in runs.RUNS:
        if "--output" in row.words or "--report" in row.words or row.words[0] in ("exec", "grads"):
            continue
        place = Place(folder)
        with open("/dev/full", "wb") as full:
            done = place.run(*runs.words_of(row), program=program, stdout=full, stderr=subprocess.PIPE,
                             capture_output=False, input=row.stdin.encode(), stdin=None)
        usual = Place(folder).run(*runs.words_of(row), program=program, input=row.stdin.encode(), stdin=None)
        if not usual.stdout:
            continue
        wrong = told(done, "No space left on device") if b"error: " not in usual.stderr else None
        if wrong or done.returncode != 3:
            yield f"{runs.name_of(row)}: {wrong}"
    done = Place(folder).run("verify", "--output", "/dev/full", "holds.deriv", program=program)
    yield told(done, "/dev/full: No space left on device")


def no_reader(program, folder):
    """A report into a pipe that nobody reads: the signal ends the program, or where that is ignored the message."""
    for ignored in (False, True):
        place = Place(folder)
        reader, writer = os.pipe()
        os.close(reader)
        done = place.run("verify", "--claims", "all", "--report", "json:other.json", "long.deriv", "--report", "text:-",
                         program=program, stdout=writer, stderr=subprocess.PIPE, capture_output=False,
                         restore_signals=not ignored)
        os.close(writer)
        if done.returncode != (3 if ignored else -signal.SIGPIPE):
            yield f"ignored {ignored}: status {done.returncode}"
        if ignored:
            yield told(done, "Broken pipe")
        if place.temporaries():
            yield f"leaves {place.temporaries()}"


# What is set for other programs, or by mistake: nothing that is printed hangs on it.
SETTINGS = [("TERM", ""), ("TERM", "\x1b[31m"), ("COLUMNS", "0"), ("COLUMNS", "1"), ("COLUMNS", "-5"), ("COLUMNS", "9" * 30),
            ("LC_ALL", "xx_YY.ZZZ"), ("LC_ALL", "POSIX"), ("LC_NUMERIC", "de_DE.UTF-8"), ("LANGUAGE", "%s%n"), ("HOME", None), ("HOME", "/nowhere"), ("PATH", None),
            ("PATH", ""), ("TMPDIR", "/nowhere"), ("TMPDIR", "/proc"), ("PWD", "/nowhere"), ("OPENBLAS_NUM_THREADS", "-1"), ("OPENBLAS_NUM_THREADS", "999"),
            ("OPENBLAS_CORETYPE", "Nonsense"), ("OMP_NUM_THREADS", "0"), ("GSL_RNG_TYPE", "nonsense"), ("GSL_RNG_SEED", "-1"),
            ("GSL_IEEE_MODE", "nonsense"), ("XML_CATALOG_FILES", "/dev/zero"), ("POSIXLY_CORRECT", "1"), ("ARGP_HELP_FMT", "rmargin=1"),
            ("ARGP_HELP_FMT", "nonsense"), ("TZ", "%n"), ("MALLOC_PERTURB_", "165")]


def settings(program, folder):
    for words in (("verify", "small.deriv"), ("net", runs.NETWORK), ("verify", "--help"), ("--help",)):
        usual = Place(folder).run(*words, program=program)
        for name, value in SETTINGS:
            environment = {**os.environ, "LC_ALL": "C.UTF-8", name: value or ""}
            if value is None:
                environment.pop(name, None)
            done = subprocess.run([program, *words], cwd=Place(folder).path, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=600, check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 61)))
            if (done.returncode, steady(done.stdout.decode())) != (usual.returncode, steady(usual.stdout.decode())):
                yield f"{shlex.join(words)} with {name}={value!r}: status {done.returncode}, {done.stdout[:100]!r} {done.stderr[-200:]!r}"


# What OpenBLAS computes products with on processors of these names; an order of additions each.
KERNELS = ("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX")


def kernels(program, folder):
    """Every report is the same, byte by byte: no digit of it is one that a kernel decides."""
    def of(kernel, words):
        place, environment = Place(folder), dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1", OPENBLAS_CORETYPE=kernel)
        done = subprocess.run([program, *words], cwd=place.path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode, steady(done.stdout.decode()), done.stderr

    wide = "30 - 40 tanh - 10 softmax"
    for words in (
            ("verify", "--claims", "all", "small.deriv", "note.md"),
            ("net", wide, "--samples", "7"),
            ("net", wide, "--samples", "7", "--inject", "sign W[1]", "--format", "csv"),
            ("net", wide, "--samples", "7", "--inject", "slope-at-a dZ[1]", "--format", "json"),
            ("net", "20 - 30 relu - 30 silu - 5 sigmoid", "--directions", "3"),
            ("trace", wide),
            ("train", "2 - 9 tanh - 1 sigmoid", "--data", "data.csv", "--steps", "40", "--check-every", "10"),
            ("run", "--quiet")):
        usual = of("", words)
        if usual[0] not in (0, 1):
            yield f"{shlex.join(words)}: status {usual[0]}, {usual[2]!r}"
        for kernel in share.of(KERNELS, 3, shlex.join(words)):
            found = of(kernel, words)
            if found != usual:
                at = len(os.path.commonprefix([found[1], usual[1]]))
                yield f"{kernel}: {shlex.join(words)}: status {found[0]}, another report, from {found[1][max(0, at - 80):at + 20]!r} on"
                break


def ignored_signals(program, folder):
    """As a parent may leave them: none of them takes a child's end away, or the report."""
    def ignore():
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_CPU, (60, 61))

    def block():
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))

    for words in (("class", "class"), ("exec", "--", "python3", "-ISE", "program.py"), ("verify", "small.deriv")):
        usual = Place(folder).run(*words, program=program)
        for what in (ignore, block):
            done = Place(folder).run(*words, program=program, preexec_fn=what)
            if (done.returncode, steady(done.stdout.decode())) != (usual.returncode, steady(usual.stdout.decode())):
                yield f"{shlex.join(words)}, {what.__name__}: status {done.returncode}, {done.stdout[-100:]!r} {done.stderr[-200:]!r}"


# ---- room and rights -------------------------------------------------------

SMALL = """set -e
mount -t tmpfs -o size=%s none "$1"
cp "$2"/holds.deriv "$2"/class/b.deriv "$1"
printf old > "$1"/old.txt
%s
cd "$1"
shift 2
set +e
"$@"
status=$?
find . -name '.backproof-*'
cat old.txt
exit $status
"""


def in_small(folder, size, before, words):
    """A command in a file system of its own, which ends with the old report, and names of temporary files before it."""
    place, mounted = Place(folder), tempfile.mkdtemp(dir=folder)
    return subprocess.run(["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", SMALL % (size, before), "sh", mounted,
                           str(place.path), *words], capture_output=True, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1"))


def can_mount(folder):
    return shutil.which("unshare") and in_small(folder, "64k", "true", ["true"]).returncode == 0


def small_file_systems(program, folder):
    if not can_mount(folder):
        return
    full = "dd if=/dev/zero of=\"$1\"/filler bs=1k 2>/dev/null || true"
    read_only = "mount -o remount,ro \"$1\""
    for before, words in ((full, "No space left on device"), (read_only, "Read-only file system")):
        for command in (["verify", "--output", "old.txt", "holds.deriv"],
                        ["verify", "--report", "junit:old.txt", "holds.deriv"],
                        ["explain", "--format", "html", "--output", "old.txt", "holds.deriv:2"],
                        ["net", "--output", "old.txt", "2 - 2 tanh - 1 sigmoid"],
                        ["new", "--output", "old.txt", "2 - 2 tanh - 1 sigmoid"],
                        ["class", "--output", "old.txt", "b.deriv"],
                        ["verify", "--quiet", "--fix", "b.deriv"]):
            done = in_small(folder, "64k", before, [program, *command])
            wrong = told(done, words)
            if wrong or not done.stdout.endswith(b"old") or b".backproof" in done.stdout:
                yield f"{command}: {wrong} {done.stdout[-100:]!r}"


def limited(program, folder):
    """Little memory, processor time, descriptors, processes, room in files."""
    usual = Place(folder).run("verify", "small.deriv", program=program)
    # A text report has nothing to say of a file that cannot be read, and with a small stack some lines stay undecided.
    table = [(resource.RLIMIT_NOFILE, range(3, 12)), (resource.RLIMIT_AS, (1 << 20 << k for k in range(5, 11))),
             (resource.RLIMIT_NPROC, (0, 1)), (resource.RLIMIT_STACK, (1 << 16, 1 << 18, 1 << 20)),
             (resource.RLIMIT_FSIZE, (0, 1, 100))]
    for what, amounts in table:
        for amount in amounts:
            place = Place(folder)
            done = place.run("verify", "--output", "old.txt", "small.deriv", program=program,
                             preexec_fn=lambda: resource.setrlimit(what, (amount, amount)))
            fine = place.read("old.txt").encode() == usual.stdout and done.returncode == usual.returncode
            refused = place.read("old.txt") in ("old", "") and \
                done.returncode in (3, 127, -signal.SIGXFSZ, -signal.SIGKILL, -signal.SIGSEGV)
            if what == resource.RLIMIT_STACK and done.returncode == 2:
                fine = place.read("old.txt").startswith("Small")
            if not fine and not refused:
                yield f"limit {what} of {amount}: status {done.returncode}, {done.stderr[-200:]!r}"
            if done.returncode == -signal.SIGSEGV and what != resource.RLIMIT_AS and what != resource.RLIMIT_STACK:
                yield f"limit {what} of {amount}: crashed"
            if place.temporaries():
                yield f"limit {what} of {amount}: leaves {place.temporaries()}"
    place = Place(folder)
    done = place.run("verify", "--time-limit", "0", "--trials", "1000", "--output", "old.txt", "heavy.deriv", program=program,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 2)))
    if done.returncode not in (-signal.SIGXCPU, 128 + signal.SIGXCPU) or place.read("old.txt") != "old" or place.temporaries():
        yield f"a second of processor time: status {done.returncode}, {place.read('old.txt')[:50]!r}, {place.temporaries()}"


# ---- signals ---------------------------------------------------------------


def marked():
    """Processes that carry the mark."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if MARK.encode() in (entry / "environ").read_bytes() and "zombie" not in (entry / "status").read_text():
                    found.append(entry.name)
            except OSError:
                pass
    return found


COMMANDS = [
    ["verify", "--output", "old.txt", "long.deriv"],
    ["class", "--output", "old.txt", "class", "long.deriv"],
    ["exec", "--output", "old.txt", "--", "python3", "-ISE", "program.py"],
    ["net", "--output", "old.txt", "30 - 40 tanh - 10 softmax"],
    ["verify", "--quiet", "--fix", "class/b.deriv"],
]


def start(program, place, command):
    return subprocess.Popen([program, *command], cwd=place.path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE,
                            env=dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1", **{MARK: "1"}))


def steady(text):
    return runs.VARIES.sub("", text)


def at_moments(program, folder, moments, numbers):
    rng = random.Random(20)
    for command in COMMANDS:
        place, begin = Place(folder), time.monotonic()
        child = start(program, place, command)
        child.communicate()
        lasted, usual, whole = time.monotonic() - begin, child.returncode, steady(place.read("old.txt"))
        for _ in range(max(1, moments // len(COMMANDS))):
            number, place = rng.choice(numbers), Place(folder)
            child = start(program, place, command)
            time.sleep(rng.random() * lasted)
            child.send_signal(number)
            errors = child.communicate()[1].decode("utf-8", "replace")
            text = steady(place.read("old.txt"))
            if child.returncode not in (usual, -number, 128 + number):
                yield f"{shlex.join(command)}: signal {number}: status {child.returncode}, {errors[-200:]!r}"
            if text not in ("old", whole) or (child.returncode == usual and text != whole):
                at = len(os.path.commonprefix([text, whole]))
                yield f"{shlex.join(command)}: signal {number}: another report, from {text[at - 80:at + 20]!r} on"
            if number != signal.SIGKILL and place.temporaries():
                yield f"{shlex.join(command)}: signal {number}: leaves {place.temporaries()}"
            for _ in range(200):  # what a killed parent started ends by itself
                if not marked():
                    break
                time.sleep(0.05)
            else:
                yield f"{shlex.join(command)}: signal {number}: processes {marked()} go on"
                return


# Six lines that each take longer than anybody would wait, and a network.
AT_WORK = [
    ("size n = 300\ngiven X : n x n\n" + "claim inv(X)*X = I(n)\n" * 6, ["verify", "--time-limit", "0", "--threads", "1", "work.deriv"]),
    ("size n = 3000\ngiven x : n\n" + "claim ∂(x'*x)/∂x = 2*x'\n" * 6, ["verify", "--time-limit", "0", "work.deriv"]),
    ("given A, B, C, D : 9 x 9\n" + "claim A*B*C*D*A*B = D*C*B*A\n" * 90, ["verify", "--time-limit", "0", "--hint-time", "0", "work.deriv"]),
    ("", ["net", "1000 - 1000 tanh - 1000 tanh - 1000 tanh - 10 softmax", "--samples", "40"]),
    ("", ["train", "2 - 40 tanh - 1 sigmoid", "--data", "data.csv", "--steps", "1000000"]),
]


def spent(process):
    """Seconds of the processor that a process and its threads have taken; None where it is gone."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return None if fields[0] == "Z" else (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ended_soon(program, folder):
    """A signal ends what is at work after a second of the processor at most, not one more for each line."""
    for text, command in AT_WORK:
        place = Place(folder)
        (place.path / "work.deriv").write_text(text, encoding="utf-8")
        child = start(program, place, command)
        before = spent(child.pid)
        while before is not None and before < 0.3:
            time.sleep(0.01)
            before = spent(child.pid)
        if before is None:
            yield f"{shlex.join(command)}: ended before it was stopped: {child.communicate()[1][-200:]!r}"
            continue
        child.send_signal(signal.SIGTERM)
        child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        more = usage.ru_utime + usage.ru_stime - before
        if child.returncode != 128 + signal.SIGTERM or more > 1 * MULTIPLIER:
            yield f"{shlex.join(command)}: status {child.returncode}, {more:.1f} s of the processor after the signal"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--moments", type=int, default=MOMENTS)
    parser.add_argument("--only", default="", help="points whose name has this in it")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as folder:
        points = [
            ("closed streams", closed_streams(program, folder)),
            ("a full device", full_device(program, folder)),
            ("nobody who reads", no_reader(program, folder)),
            ("settings for others", settings(program, folder)),
            ("kernels of OpenBLAS", kernels(program, folder)),
            ("ignored and blocked signals", ignored_signals(program, folder)),
            ("file systems that are full or read-only", small_file_systems(program, folder)),
            ("limits of the system", limited(program, folder)),
            ("work that is ended", ended_soon(program, folder)),
            ("interrupted at any moment", at_moments(program, folder, arguments.moments, [signal.SIGINT, signal.SIGTERM])),
            ("killed at any moment", at_moments(program, folder, arguments.moments // 2, [signal.SIGKILL])),
        ]
        return tap.report([(name, "; ".join(wrong for wrong in found if wrong) or None) for name, found in points if arguments.only in name])


if __name__ == "__main__":
    sys.exit(main())
