#!/usr/bin/env python3
"""Fails the program's calls to the system, one after the other, and looks what it says.

Every row of faults/runs.py is run once to count its calls of each kind, then with the N-th of them failing
(faults/fail.c), for each error that such a call can have.  The program must then end with status 3 and one message with the
system's words for that error and the name of what it was about; or, where it could do without, print exactly what it prints
otherwise.  A call that a signal interrupted is made again, so nothing changes at all.  An old report stays whole,
no temporary file is left.

Without --all a part of the calls is failed: of each kind the first, the middle one or the last, row by row in turn;
`./dev test faults` fails them all.  Prints TAP, a test point for each row.
"""

import argparse
import errno
import os
import pathlib
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "faults"))
import runs  # noqa: E402
import share  # noqa: E402

# The errors of each kind of call.  EINTR is a signal that came: the call is to be made again.
ERRORS = {
    "read": ("EIO", "EINTR"),
    "pread64": ("EIO", "EINTR"),
    "write": ("EIO", "ENOSPC", "EPIPE", "EINTR"),
    "writev": ("EIO", "ENOSPC", "EPIPE", "EINTR"),
    "openat": ("EMFILE", "EIO", "EACCES", "EINTR"),
    "open": ("EMFILE", "EIO", "EACCES", "EINTR"),
    "close": ("EIO", "ENOSPC", "EINTR"),
    "fsync": ("EIO", "ENOSPC", "EINTR"),
    "ftruncate": ("EIO", "EINTR"),
    "fchmod": ("EPERM", "EIO"),
    "fstat": ("EIO", "ENOMEM"),
    "newfstatat": ("EIO", "ENOMEM", "EACCES"),
    "lseek": ("EIO",),
    "getdents64": ("EIO",),
    "faccessat": ("EIO",), "access": ("EIO",),
    "linkat": ("EIO", "ENOSPC"), "link": ("EIO", "ENOSPC"),
    "renameat": ("EIO", "ENOSPC"), "rename": ("EIO", "ENOSPC"),
    "readlinkat": ("EIO", "EACCES"), "readlink": ("EIO", "EACCES"),
        "mkdirat": ("EACCES", "ENOSPC"), "mkdir": ("EACCES", "ENOSPC"),
    "getcwd": ("EACCES",),

    "dup2": ("EMFILE",), "dup3": ("EMFILE",),
    "pipe2": ("EMFILE", "ENFILE"),
    "poll": ("EINTR", "ENOMEM"), "ppoll": ("EINTR", "ENOMEM"),
    "wait4": ("EINTR",), "waitid": ("EINTR",),
    "fork": ("EAGAIN", "ENOMEM"), "vfork": ("EAGAIN", "ENOMEM"),
    "clone": ("EAGAIN", "ENOMEM"), "clone3": ("EAGAIN", "ENOMEM"),
    "execve": ("EACCES", "ENOMEM"),
    "memfd_create": ("EMFILE", "ENOSYS"),
    "mmap": ("ENOMEM", "EAGAIN"),
    "mprotect": ("ENOMEM",),
    "brk": ("ENOMEM",),
    "getrandom": ("EINTR", "ENOSYS"),
    "prlimit64": ("EPERM",),
    "setitimer": ("EINVAL",),
    "rt_sigaction": ("EINVAL",),
    "rt_sigprocmask": ("EINVAL",),
}

# What we say in place of the system's words.
OURS = {"ENOMEM": "memory", "EACCES": "you may not read it"}

SKIPPED, TROUBLE = 77, 125

# What has no name that a person would know.
NAMELESS = re.compile(r"^(|pipe:.*|socket:.*|anon_inode:.*|/(proc|sys|dev|etc)/.*|\..*|/memfd:.*)$")


class Harness:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", OPENBLAS_NUM_THREADS="1", LD_PRELOAD=arguments.library)

    def run(self, row, call="-", error=0, number=0):
        """What was found, and the lines of the report."""
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="report") as report:
            command = [self.arguments.tool, report.name, call, str(error), str(number), self.arguments.program,
                       *runs.words_of(row)]
            slip = pathlib.Path(self.arguments.source, "examples", "two_layer_slip.npz").resolve()
            found = runs.run(command, row, self.folder, slip, self.environment)
            return found, pathlib.Path(report.name).read_text(encoding="utf-8", errors="replace").splitlines()


def names_of(about, row):
    """What a message may call the file that a call was about."""
    name = pathlib.Path(about.strip()).name
    if "/.backproof-" in "/" + about:  # beside the report that it becomes
        return ["the report to ", "mended"]
    if name == "outside.deriv":  # by the link that was named
        return ["linked.deriv"]
    return {"stdin": ["standard input"], "stdout": ["standard output"], "stderr": [""]}.get(name, [name])


def complaint(usual, found, row, error, about):
    """What is wrong with this outcome, or None."""
    if found == usual:
        return None
    if found.status >= 128 or found.status == TROUBLE:
        return f"ended with {found.status}: {found.errors[-200:]!r}"
    if set(found.left) - set(usual.left):
        return f"leaves {set(found.left) - set(usual.left)}"
    if any(text != wanted and not runs.whole(text) for text, wanted in zip(found.files, usual.files)):
        return f"a file was cut: {found.files}"
    if about.endswith("/stderr"):  # nothing is left to complain to
        return None if found._replace(errors=usual.errors, status=3) == usual._replace(status=3) else "another report"
    if error == "EINTR":
        return f"was not made again: {found.status} {found.errors[-200:]!r}"
    if found.status != 3:
        return f"status {found.status} in place of {usual.status} or 3; {found.errors[-200:]!r} {found.out[-100:]!r}"
    if found.errors.count("error: ") != 1:
        return f"{found.errors.count('error: ')} messages: {found.errors[-300:]!r}"
    if about.startswith("pipe:"):  # of a program that is running: what is told is what that program then does
        return None
    words = OURS.get(error) or os.strerror(getattr(errno, error))
    if words not in found.errors and os.strerror(getattr(errno, error)) not in found.errors:
        return f"says nothing of {words!r}: {found.errors[-200:]!r}"
    if not NAMELESS.match(about) and not any(name in found.errors for name in names_of(about, row)):
        return f"does not name {about}: {found.errors[-200:]!r}"
    return None


def chosen(count, everything, turn):
    """Which of so many calls fail; of a sample one in each row: the first, the middle or the last, in turn."""
    if everything:
        return range(1, count + 1)
    return [(1, (count + 1) // 2, count)[turn % 3]]


# Calls that every row makes alike, before it does anything of its own.
ALIKE = ("brk", "mmap", "mprotect", "newfstatat", "prlimit64", "rt_sigaction", "setitimer")


def judge(harness, row, everything, pool, told):
    usual, counts = harness.run(row)
    if usual.status not in (0, 1, 2) and "--formt" not in row.words:
        return 0, [("without a fault", f"ended with {usual.status}: {usual.errors}")]
    again, _ = harness.run(row)
    if usual != again:
        return 0, [("twice", f"is not the same twice: {usual} {again}")]
    tasks = []
    for line in counts:
        kind, count = line.split()
        if kind in ALIKE and not everything and runs.RUNS.index(row) % 5 > 0:
            continue
        tasks += [(kind, error, number) for number in chosen(int(count), everything, runs.RUNS.index(row))
                  for error in ERRORS.get(kind, ())]

    def one(task):
        kind, error, number = task
        found, lines = harness.run(row, kind, getattr(errno, error), number)
        about = lines[0].partition(" ")[2] if lines else ""
        return task, about, complaint(usual, found, row, error, about) if lines else None, bool(lines)

    wrong = []
    for task, about, said, hit in pool.map(one, tasks):
        told[task[0]] = told.get(task[0], 0) + hit
        if said:
            wrong.append((" ".join(map(str, task)) + " " + about, said))
    return len(tasks), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--library", required=True, help="begin.c, built")
    parser.add_argument("--tool", required=True, help="fail.c, built")
    parser.add_argument("--source", required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", help="rows whose command has this in it")
    arguments = parser.parse_args()
    for name in ("program", "library", "tool"):
        setattr(arguments, name, str(pathlib.Path(getattr(arguments, name)).resolve()))
    rows = [row for row in runs.RUNS if not arguments.only or arguments.only in runs.name_of(row)]
    if not arguments.all and not arguments.only:
        rows = share.of(rows, 8, "system-calls", runs.name_of)
    everything = arguments.all or os.environ.get("BACKPROOF_FAULTS") == "all"
    told, failed = {}, 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        harness = Harness(arguments, folder)
        if harness.run(rows[0])[0].status == SKIPPED or not shutil.which("python3"):
            print("1..0 # SKIP the system does not let calls be failed")
            return 0
        print(f"1..{len(rows)}")
        for number, row in enumerate(rows, 1):
            tried, wrong = judge(harness, row, everything, pool, told)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {runs.name_of(row)}: {tried} calls failed")
            for what, said in wrong[:12]:
                print(f"# {what}: {said}")
            if len(wrong) > 12:
                print(f"# and {len(wrong) - 12} more")
            sys.stdout.flush()
        print("# " + ", ".join(f"{kind} {count}" for kind, count in sorted(told.items())))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
