#!/usr/bin/env python3
"""Checks the rules of the house that no compiler knows.

1. A folder of src includes only what stands below it (the table ALLOWED).
2. Only cli prints, opens files, reads the environment, starts processes or exits; the library reads
   bytes and writes to streams that it is given, so that it can run inside other programs.
3. No path of somebody's machine is built into the program.

Comments and string literals are blanked first, so that a sentence about printf is no violation.
Prints TAP, one test point for each folder and rule.
"""

import argparse
import pathlib
import re
import sys

# A folder may include itself and these; "cli" stands on top of everything.
ALLOWED = {
    "base": set(),
    "num": {"base"},
    "probe": {"num", "base"},
    "net": {"num", "base"},
    "lang": {"base"},
    "read": {"lang", "base"},
    "judge": {"net", "num", "lang", "read", "base"},
    "report": {"base"},
    "api": {"base", "num", "probe", "net", "lang", "read", "judge", "report"},
    "cli": {"base", "num", "probe", "net", "lang", "read", "judge", "report", "api"},
}

# Headers of other libraries, and the folders that may know them.
LIBRARIES = {
    r"gsl/|(open)?cblas": {"num", "net", "judge", "api", "cli"},
    r"utf8proc": {"base", "lang"},
    r"jansson": {"read", "report", "cli"},
    r"libxml/": {"report"},
    r"sleef": {"num"},
    r"zip\.h": {"read"},
}

CALLS = (
    "printf vprintf puts putchar perror exit _exit _Exit quick_exit abort assert getenv "
    "secure_getenv setenv putenv fopen freopen fdopen open openat creat tmpfile mkstemp fork vfork "
    "system popen posix_spawn posix_spawnp execl execlp execle execv execvp execve signal sigaction "
    "setlocale isatty"
).split()
FORBIDDEN = [
    (re.compile(r"(?<![\w.>])%s\s*\(" % name), name + "()") for name in CALLS
] + [(re.compile(r"(?<![\w.>])%s\b" % name), name) for name in ("stdout", "stderr", "stdin")]

# Macros that run in the test program of whoever includes them.
HOSTS = {"api/backproof_check.h"}

SUFFIXES = (".c", ".h", ".def", ".inc")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
MACHINE_PATH = re.compile(
    r'"(?:[^"\\\n]|\\.)*?(?<![\w.~)])/(?:home|root|usr|opt|tmp|var|etc|mnt|srv)/'
)
TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.DOTALL)


def blank(text, strings=True):
    """The text without comments (and strings), every line still in its place."""

    def replace(match):
        token = match.group()
        if token[0] in "\"'" and not strings:
            return token
        return re.sub(r"[^\n]", " ", token)

    return TOKENS.sub(replace, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def include_complaints(folder, path, text):
    for match in INCLUDE.finditer(blank(text, strings=False)):
        form, name = match.groups()
        where = "%s:%d" % (path, line_of(text, match.start()))
        if form == "<":
            for pattern, folders in LIBRARIES.items():
                if re.match(pattern, name) and folder not in folders:
                    yield "%s: %s must not know <%s>" % (where, folder, name)
        elif "/" not in name:
            if (folder, name) != ("api", "backproof.h"):
                yield '%s: write "%s/%s" instead of "%s"' % (where, folder, name, name)
        else:
            other = name.split("/")[0]
            if other != folder and other not in ALLOWED[folder]:
                below = ", ".join(sorted(ALLOWED[folder])) or "nothing"
                yield "%s: %s stands below %s and may include %s" % (where, folder, name, below)


def call_complaints(folder, path, text):
    if folder == "cli" or pathlib.PurePath(path).as_posix() in HOSTS:
        return
    plain = blank(text)
    for pattern, name in FORBIDDEN:
        for match in pattern.finditer(plain):
            where = "%s:%d" % (path, line_of(text, match.start()))
            yield "%s: %s is for cli; return a status or write to a given stream" % (where, name)


def path_complaints(_folder, path, text):
    for match in MACHINE_PATH.finditer(blank(text, strings=False)):
        where = "%s:%d" % (path, line_of(text, match.start()))
        yield "%s: a path of one machine is written into the program" % where


RULES = (
    ("includes only what stands below it", include_complaints),
    ("leaves the terminal, files and processes to cli", call_complaints),
    ("knows no path of one machine", path_complaints),
)


def check(source):
    """Yields (name of the test point, complaints)."""
    source = pathlib.Path(source)
    folders = sorted(path.name for path in source.iterdir() if path.is_dir())
    unknown = [name for name in folders if name not in ALLOWED]
    yield "every folder has a row in the table", ["src/%s has none" % name for name in unknown]
    for folder in (name for name in folders if name in ALLOWED):
        files = sorted(p for p in (source / folder).rglob("*") if p.suffix in SUFFIXES)
        texts = [(p.relative_to(source), p.read_text(encoding="utf-8")) for p in files]
        for sentence, rule in RULES:
            found = [line for path, text in texts for line in rule(folder, path, text)]
            yield "%s %s" % (folder, sentence), found


def self_check():
    """The rules must be able to fail: each of these breaks one, the rest none."""
    bad = [
        (include_complaints, "base", '#include "num/function.h"\n'),
        (include_complaints, "base", '#include "arena.h"\n'),
        (include_complaints, "report", "#include <gsl/gsl_matrix.h>\n"),
        (include_complaints, "net", '  #  include "cli/options.h"\n'),
        (call_complaints, "net", 'void f(void) { printf("x"); }\n'),
        (call_complaints, "net", "if (bad)\n  exit (1);\n"),
        (call_complaints, "base", "fputs(text, stderr);\n"),
        (path_complaints, "cli", 'const char *p = "/usr/share/x";\n'),
    ]
    good = [
        (include_complaints, "net", '#include "num/function.h"\n// #include "cli/main.h"\n'),
        (call_complaints, "net", "/* printf(x) */ snprintf(b, n, f); bp_exit(1); s->open(s);\n"),
        (call_complaints, "net", 'fprintf(out, "exit(1)"); reopen(x); on_exit_status(2);\n'),
        (call_complaints, "cli", "exit(1);\n"),
        (path_complaints, "net", '"and/usr/x", "m/s", "1/m"; // "/usr/bin/x"\n'),
    ]
    wrong = ["not seen: " + t for rule, folder, t in bad if not list(rule(folder, "x.c", t))]
    wrong += ["false alarm: " + t for rule, folder, t in good if list(rule(folder, "x.c", t))]
    return "the rules see what they should", wrong


def main():
    parser = argparse.ArgumentParser(description="Checks the layering of src and prints TAP.")
    parser.add_argument("source", help="the folder src")
    results = [self_check(), *check(parser.parse_args().source)]
    print("TAP version 13\n1..%d" % len(results))
    for number, (name, complaints) in enumerate(results, 1):
        print("%sok %d - %s" % ("not " if complaints else "", number, name))
        for complaint in complaints:
            print("# " + complaint.rstrip().replace("\n", "\n# "))
    return 1 if any(complaints for _, complaints in results) else 0


if __name__ == "__main__":
    sys.exit(main())
