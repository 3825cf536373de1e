#!/usr/bin/env python3
"""Installs into an empty folder, then builds and runs a program against what is there, the way a user
would: with the header and the flags that pkg-config gives.  Prints TAP."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import readme_example

PROGRAM = r"""
#include <backproof.h>
int main(void) { return bp_network_check("3 - 4 tanh - 1 sigmoid", NULL, stdout, stderr); }
"""

OWN_CODE = r"""
#include <backproof.h>
static double f(const gsl_vector *x, void *p) {
  (void)p;
  return gsl_vector_get(x, 0) * gsl_vector_get(x, 1);
}
static void df(const gsl_vector *x, void *p, gsl_vector *g) { (void)p; gsl_vector_memcpy(g, x); }
static void fdf(const gsl_vector *x, void *p, double *y, gsl_vector *g) { *y = f(x, p); df(x, p, g); }
int main(void) {
  gsl_multimin_function_fdf function = {f, df, fdf, 2, NULL};
  double at[] = {1, 3};
  gsl_vector_view x = gsl_vector_view_array(at, 2);
  struct bp_result result = bp_check_multimin(&function, &x.vector, NULL);
  bp_result_write(&result, "text", stdout);
  int status = result.outcome;
  bp_result_free(&result);
  return status;
}
"""

DERIVATION = r"""
#include <backproof.h>
#include <string.h>
static int use(void *user, const char *from, const char *path, struct bp_derivation_text *text) {
  const char *bytes = (const char *)user;
  (void)from;
  text->name = path;
  text->bytes = bytes;
  text->length = strlen(bytes);
  return 0;
}
int main(void) {
  static char given[] = "given X : n x m\nlet J = tr(X' * X)\n";
  static const char text[] = "use \"given\"\nclaim ∂J / ∂X = 2 * X\nclaim ∂J / ∂X = X\n";
  struct bp_derivation_request request;
  memset(&request, 0, sizeof request);
  request.name = "mine.deriv";
  request.use = use;
  request.user = given;
  return bp_derivation_check(text, strlen(text), &request, stdout, stderr);
}
"""

WITH_CHECK = r"""
#include <backproof_check.h>
#include <stdlib.h>
static double loss(const double *x, size_t n, void *u) { (void)n; (void)u; return x[0] * x[1]; }
static void right(const double *x, size_t n, void *u, double *g) {
  (void)n; (void)u;
  g[0] = x[1]; g[1] = x[0];
}
static void wrong(const double *x, size_t n, void *u, double *g) {
  (void)n; (void)u;
  g[0] = x[1]; g[1] = -x[0];
}
static const double at[] = {1, 3};
START_TEST(one) { bp_ck_assert_gradient(loss, right, at, 2, NULL); }
END_TEST
START_TEST(other) { bp_ck_assert_gradient(loss, wrong, at, 2, NULL); }
END_TEST
int main(void) {
  Suite *suite = suite_create("mine");
  TCase *tests = tcase_create("mine");
  tcase_add_test(tests, one);
  tcase_add_test(tests, other);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed;
}
"""


def run_with_check(root, compiler, environment):
    """A user's Check suite against the installed macros, in C and, where there is a compiler, C++:
    one of its two tests fails, and the message names the wrong entry."""
    packages = ["pkg-config", "--cflags", "--libs", "backproof", "check"]
    flags = subprocess.run(packages, env=environment, capture_output=True, text=True).stdout.split()
    compilers = {"c": compiler}
    if shutil.which("c++"):
        compilers["cc"] = ["c++"]
    for suffix, command in compilers.items():
        source, program = root / ("suite." + suffix), root / ("suite-" + suffix)
        source.write_text(WITH_CHECK)
        done = subprocess.run([*command, "-Wall", "-Wextra", "-Werror", "-o", str(program), str(source),
                               *flags, "-lm"], capture_output=True, text=True)
        if done.returncode != 0:
            return done.stderr
        quiet = {name: value for name, value in environment.items() if not name.startswith("CK_")}
        done = subprocess.run([str(program)], env=quiet, capture_output=True, text=True)
        if done.returncode != 1 or "theta(2,1)" not in done.stdout or "50%" not in done.stdout:
            return done.stdout + done.stderr
    return ""


def run_derivation(root, compiler, flags, environment):
    """A derivation in memory that uses another one: one of its two lines holds."""
    (root / "derivation.c").write_text(DERIVATION, encoding="utf-8")
    command = ["-Wall", "-Wextra", "-Werror", str(root / "derivation.c"), *flags]
    done = subprocess.run([*compiler, "-o", str(root / "derivation"), *command], capture_output=True, text=True)
    if done.returncode == 0 and shutil.which("c++"):
        done = subprocess.run(["c++", "-fsyntax-only", "-x", "c++", *command], capture_output=True, text=True)
    if done.returncode == 0:
        done = subprocess.run([str(root / "derivation")], env=environment, capture_output=True, text=True)
        if done.returncode == 1 and "1 holds, 1 fails" in done.stdout and done.stderr == "":
            return ""
    return done.stdout + done.stderr or "nothing was printed"


def run_readme(root, compiler, flags, environment):
    """The lines of the README as a program of a user of GSL, whose gradient is wrong, and as a test of
    Check, whose gradient is right."""
    readme = pathlib.Path(__file__).parent.parent / "README.md"
    for which, more, wanted in (("gsl", [], 1), ("check", ["check"], 0)):
        program = root / ("readme-" + which)
        program.with_suffix(".c").write_text(readme_example.example(readme, which))
        libraries = subprocess.run(["pkg-config", "--libs", *more], capture_output=True, text=True).stdout.split()
        done = subprocess.run([*compiler, "-o", str(program), str(program.with_suffix(".c")), *flags,
                               *libraries, "-lm"], capture_output=True, text=True)
        if done.returncode == 0:
            done = subprocess.run([str(program)], env=environment, capture_output=True, text=True)
        if done.returncode != wanted:
            return done.stdout + done.stderr or which + " gave %d" % done.returncode
    return ""


def needless_flags(folder):
    """Who includes the header needs GSL, and nothing of what the library itself is made of."""

    def flags(package):
        environment = dict(os.environ, PKG_CONFIG_PATH=str(folder))
        return subprocess.run(["pkg-config", "--cflags", "--libs", package], env=environment,
                              capture_output=True, text=True).stdout.split()

    own = [flag for flag in flags("backproof") if flag not in flags("gsl")]
    if sorted(flag[:2] for flag in own) != ["-I", "-L", "-l"]:
        return "pkg-config shows more than GSL's flags and the library's own: %s" % own
    return ""


def main():
    build, meson, compiler = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    print("1..8")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        environment = dict(os.environ, DESTDIR=str(root))
        done = subprocess.run([meson, "install", "--no-rebuild", "-C", str(build)],
                              env=environment, capture_output=True, text=True)
        settings = list(root.rglob("backproof.pc"))
        fine = done.returncode == 0 and len(settings) == 1
        print("%s 1 - installs" % ("ok" if fine else "not ok"))
        if not fine:
            sys.exit(done.stdout + done.stderr)
        # With PKG_CONFIG_SYSROOT_DIR the flags point into the folder.
        environment.update(PKG_CONFIG_PATH=str(settings[0].parent),
                           PKG_CONFIG_SYSROOT_DIR=str(root))
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "backproof"],
                               env=environment, capture_output=True, text=True).stdout.split()
        complaint = needless_flags(settings[0].parent)
        if complaint:
            sys.exit(complaint)
        (root / "try.c").write_text(PROGRAM)
        done = subprocess.run([*compiler, "-o", str(root / "try"), str(root / "try.c"), *flags],
                              capture_output=True, text=True)
        print("%s 2 - a program builds with the flags of pkg-config"
              % ("ok" if done.returncode == 0 else "not ok"))
        if done.returncode:
            sys.exit(done.stderr)
        library = next(root.rglob("libbackproof.so"))
        done = subprocess.run(["nm", "-D", "--defined-only", str(library)],
                              capture_output=True, text=True)
        shown = {line.split()[-1].split("@")[0] for line in done.stdout.splitlines()}
        header = next(root.rglob("backproof.h")).read_text(encoding="utf-8")
        declared = set(re.findall(r"^(?:[a-z].*?)?\b(bp_[a-z_0-9]+)\(", header, re.MULTILINE))
        fine = done.returncode == 0 and len(declared) > 5 and shown == declared
        print("%s 3 - shows what the header declares, and nothing else" % ("ok" if fine else "not ok"))
        if not fine:
            print("# shown only: %s; declared only: %s" % (shown - declared, declared - shown))
            sys.exit(done.stderr)
        (root / "own.c").write_text(OWN_CODE)
        environment["LD_LIBRARY_PATH"] = str(settings[0].parent.parent)
        done = subprocess.run([str(root / "try")], env=environment, capture_output=True, text=True)
        fine = done.returncode == 0 and "all 21 parameters agree" in done.stdout
        print("%s 4 - and runs" % ("ok" if fine else "not ok"))
        if not fine:
            sys.exit(done.stdout + done.stderr)
        done = subprocess.run([*compiler, "-o", str(root / "own"), str(root / "own.c"), *flags, "-lm"],
                              capture_output=True, text=True)
        if done.returncode == 0:
            done = subprocess.run([str(root / "own")], env=environment, capture_output=True,
                                  text=True)
        fine = done.returncode == 1 and "2 of 2 entries disagree" in done.stdout
        if fine and shutil.which("c++"):
            done = subprocess.run(["c++", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++",
                                   str(root / "own.c"), *flags], capture_output=True, text=True)
            fine = done.returncode == 0
        print("%s 5 - a GSL user's wrong gradient is found" % ("ok" if fine else "not ok"))
        if not fine:
            sys.exit(done.stdout + done.stderr)
        complaint = run_with_check(root, compiler, environment)
        print("%s 6 - so do the macros for Check" % ("not ok" if complaint else "ok"))
        if complaint:
            sys.exit(complaint)
        complaint = run_derivation(root, compiler, flags, environment)
        print("%s 7 - a derivation in memory is judged" % ("not ok" if complaint else "ok"))
        if complaint:
            sys.exit(complaint)
        complaint = run_readme(root, compiler, flags, environment)
        print("%s 8 - the example of the README builds and says what is wrong" % ("not ok" if complaint else "ok"))
        if complaint:
            sys.exit(complaint)


main()
