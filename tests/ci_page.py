#!/usr/bin/env python3
"""Does what docs/ci.md says.

The YAML files are parsed, their shell lines are checked and those that call backproof are run in a
folder with derivations, where they must leave the reports that the file hands on.  Both hooks see a
good derivation and a bad one.  The C program is built with the Meson and the CMake file of the page
against an installed copy, and must pass; with a wrong gradient it must not.  Prints TAP.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:  # Debian's package belongs to Debian's interpreter
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    raise SystemExit("1..0 # SKIP needs python3-yaml; try ./dev deps")

GOOD = "given W : n x k\ngiven x : k\nclaim \"right\" ∂(W*x)/∂x = W\n"
BAD = "given W : n x k\ngiven x : k\nclaim \"wrong\" ∂(W*x)/∂x = W'\n"
RIGHT, WRONG = "(output(w, i) - y[i])", "(y[i] - output(w, i))"


class Complaint(Exception):
    pass


def demand(condition, *words):
    if not condition:
        raise Complaint(" ".join(str(word) for word in words))


def blocks_of(page):
    """The code blocks of the page by the name of the file that they begin with."""
    found = {}
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        first = re.search(r"([\w./-]*/?[\w.-]+)", text.replace("#!/bin/sh\n", ""))
        if language != "console":
            found[first.group(1)] = text
    return found


class Tester:
    def __init__(self, options, folder):
        self.blocks = blocks_of(options.page.read_text("utf-8"))
        self.folder, self.options = pathlib.Path(folder), options
        self.number, self.failed = 0, False
        self.environment = dict(os.environ)
        self.environment["PATH"] = "%s:%s" % (options.program.resolve().parent, os.environ["PATH"])
        self.environment.update(GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@localhost",
                                GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@localhost",
                                GIT_CONFIG_GLOBAL="/dev/null", LC_ALL="C.UTF-8")

    def run(self, command, cwd, **more):
        return subprocess.run(command, cwd=cwd, env=dict(self.environment, **more),
                              capture_output=True, text=True)

    def succeed(self, command, cwd, **more):
        done = self.run(command, cwd, **more)
        demand(done.returncode == 0, command, "gave", done.returncode, done.stdout, done.stderr)
        return done

    def point(self, name, function):
        self.number += 1
        try:
            skip = function()
            print("ok %d - %s%s" % (self.number, name, " # SKIP " + skip if skip else ""))
        except Complaint as complaint:
            self.failed = True
            print("not ok %d - %s" % (self.number, name))
            for line in str(complaint).split("\n")[-30:]:
                print("# " + line)

    def project(self, name):
        """A folder with derivations that hold."""
        folder = self.folder / name
        (folder / "derivations").mkdir(parents=True)
        (folder / "derivations" / "good.deriv").write_text(GOOD, "utf-8")
        return folder

    def run_scripts(self, scripts, folder):
        ran = 0
        for script in scripts:
            self.succeed(["bash", "-n", "-c", script], folder)
            if script.lstrip().startswith(("backproof ", "cat ")):
                self.succeed(["bash", "-e", "-c", script], folder,
                             GITHUB_STEP_SUMMARY=str(folder / "summary.md"))
                ran += 1
        demand(ran >= 2, "only", ran, "of the scripts were run")

    # ---- workflows ---------------------------------------------------------------

    def github(self):
        workflow = yaml.safe_load(self.blocks[".github/workflows/gradients.yml"])
        folder = self.project("github")
        steps = workflow["jobs"]["gradients"]["steps"]
        demand(all(("run" in step) != ("uses" in step) for step in steps), "a step without a task")
        self.run_scripts([step["run"] for step in steps if "run" in step], folder)
        handed_on = [value for step in steps for name, value in step.get("with", {}).items()
                     if name in ("path", "sarif_file")]
        demand(len(handed_on) == 2, handed_on)
        for name in handed_on:
            demand((folder / name).is_file(), "no file", name)
        demand((folder / "summary.md").read_text("utf-8").startswith("## backproof holds"), "summary")

    def gitlab(self):
        job = yaml.safe_load(self.blocks[".gitlab-ci.yml"])["gradients"]
        folder = self.project("gitlab")
        self.run_scripts(job["script"], folder)
        for name in job["artifacts"]["reports"]["junit"]:
            demand((folder / name).is_file(), "no file", name)

    def install_lines(self):
        """The verbs of ./dev that the page relies on."""
        text = self.blocks[".github/workflows/gradients.yml"] + self.blocks[".gitlab-ci.yml"]
        verbs = set(re.findall(r"backproof/dev (\w+)", text))
        demand(verbs == {"deps", "install"}, verbs)
        known = self.succeed([str(self.options.page.resolve().parent.parent / "dev")], "/").stdout
        for verb in verbs:
            demand(re.search(r"^  %s " % verb, known, re.MULTILINE), "./dev has no", verb)

    # ---- hooks -------------------------------------------------------------------

    def pre_commit(self):
        (repo,) = yaml.safe_load(self.blocks[".pre-commit-config.yaml"])["repos"]
        (hook,) = repo["hooks"]
        demand(repo["repo"] == "local" and {"id", "name", "entry", "language"} <= set(hook), hook)
        folder = self.project("pre-commit")
        (folder / "bad.deriv").write_text(BAD, "utf-8")
        pattern = re.compile(hook["files"])
        demand(pattern.search("a/b.deriv") and not pattern.search("b.derivative"), hook["files"])
        command = hook["entry"].split()
        self.succeed([*command, "derivations/good.deriv"], folder)
        done = self.run([*command, "derivations/good.deriv", "bad.deriv"], folder)
        demand(done.returncode == 1, "a bad file gave", done.returncode)

    def git_hook(self):
        folder = self.project("git")
        self.succeed(["git", "init", "-q"], folder)
        hook = folder / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(self.blocks[".git/hooks/pre-commit"], "utf-8")
        hook.chmod(0o755)
        self.succeed(["git", "add", "."], folder)
        self.succeed(["git", "commit", "-qm", "good"], folder)
        name = "bad name.deriv"
        (folder / name).write_text(BAD, "utf-8")
        self.succeed(["git", "add", "."], folder)
        (folder / name).write_text(GOOD, "utf-8")  # which is not what is committed
        self.refuse_commit(folder, name)
        self.succeed(["git", "add", "."], folder)
        self.succeed(["git", "commit", "-qm", "good now"], folder)

    def refuse_commit(self, folder, name):
        done = self.run(["git", "commit", "-qm", "bad"], folder)
        said = done.stdout + done.stderr
        demand(done.returncode != 0 and "wrong" in said and name in said, done.returncode, said)

    def git_hook_names(self):
        """The repository of git_hook, with files that are renamed or have unusual names."""
        folder = self.folder / "git"
        (folder / "\u00fc.deriv").write_text(GOOD, "utf-8")
        (folder / "a\nb.deriv").write_text(GOOD, "utf-8")
        self.succeed(["git", "add", "."], folder)
        self.succeed(["git", "commit", "-qm", "names"], folder)
        filler = "".join("# a long remark, number %d\n" % i for i in range(40))  # so that it is the same file
        (folder / "old.deriv").write_text(GOOD + filler, "utf-8")
        self.succeed(["git", "add", "."], folder)
        self.succeed(["git", "commit", "-qm", "old"], folder)
        self.succeed(["git", "mv", "old.deriv", "n\u00ebw.deriv"], folder)
        (folder / "n\u00ebw.deriv").write_text(BAD + filler, "utf-8")
        self.succeed(["git", "add", "."], folder)
        status = self.succeed(["git", "diff", "--cached", "--name-status"], folder).stdout
        demand(status.startswith("R"), "git does not see a renamed file:", status)
        self.refuse_commit(folder, "n\u00ebw.deriv")

    # ---- builds ------------------------------------------------------------------

    def install(self):
        self.root = self.folder / "root"
        self.succeed([self.options.meson, "install", "--no-rebuild", "-C", str(self.options.build)],
                     self.folder, DESTDIR=str(self.root))
        (settings,) = self.root.rglob("backproof.pc")
        # As if installed there for good.  A sysroot would move the paths of other libraries, too.
        text = settings.read_text("utf-8")
        settings.write_text(re.sub(r"^prefix=", "prefix=%s" % self.root, text, flags=re.MULTILINE))
        self.installed = {"PKG_CONFIG_PATH": str(settings.parent),
                          "LD_LIBRARY_PATH": str(settings.parent.parent)}

    def sources(self, name, wrong):
        folder = self.folder / (name + (".wrong" if wrong else ".right"))
        folder.mkdir()
        text = self.blocks["test_gradients.c"]
        demand(RIGHT in text, "the program has no", RIGHT)
        (folder / "test_gradients.c").write_text(text.replace(RIGHT, WRONG) if wrong else text, "utf-8")
        for file in ("meson.build", "CMakeLists.txt"):
            (folder / file).write_text(self.blocks[file], "utf-8")
        (folder / "notes.deriv").write_text(GOOD, "utf-8")
        return folder

    def both_ways(self, name, setup, test, count):
        for wrong in (False, True):
            folder = self.sources(name, wrong)
            for command in setup:
                self.succeed(command, folder, **self.installed)
            done = self.run(test, folder, **self.installed)
            demand((done.returncode == 0) != wrong, "with a", "wrong" if wrong else "right",
                   "gradient:", done.stdout, done.stderr)
            demand(wrong or re.search(count, done.stdout), "not all tests were run:", done.stdout)

    def meson(self):
        self.both_ways("meson", [[self.options.meson, "setup", "build"]],
                       [self.options.meson, "test", "-C", "build", "--print-errorlogs"],
                       r"Ok: +2")

    def cmake(self):
        if not shutil.which("cmake") or not shutil.which("make"):
            return "there is no cmake here, or no make"
        self.both_ways("cmake", [["cmake", "-S", ".", "-B", "build"], ["cmake", "--build", "build"]],
                       ["ctest", "--test-dir", "build", "--output-on-failure"],
                       r"100% tests passed, 0 tests failed out of 2")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--meson", required=True)
    parser.add_argument("page", type=pathlib.Path)
    options = parser.parse_args()
    print("TAP version 13\n1..9")
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(options, folder)
        tester.point("the workflow for GitHub", tester.github)
        tester.point("the pipeline for GitLab", tester.gitlab)
        tester.point("installing", tester.install_lines)
        tester.point("the hook for pre-commit", tester.pre_commit)
        tester.point("the hook for git", tester.git_hook)
        tester.point("the hook for git, with names", tester.git_hook_names)
        tester.point("an installed copy", tester.install)
        tester.point("the Meson file", tester.meson)
        tester.point("the CMake file", tester.cmake)
    return 1 if tester.failed else 0


if __name__ == "__main__":
    sys.exit(main())
