#!/usr/bin/env python3
"""Tries what others build on: the step of GitHub Actions, the hooks of pre-commit, one version everywhere.

The step's own script is run with the surroundings that GitHub gives it, on a file that fails and one that
holds; the entry of each hook likewise.  The version in meson.build is that of the packages, of the
manual page and of the editors' extension, and every page is built into the program.
Prints TAP.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import yaml

import tap

FILES = {"right file.deriv": "given x : n\nclaim x + x = 2*x\n", "wrong.deriv": "given x : n\nclaim x + x = 3*x\n",
         "note.md": "<!-- backproof: given x : n -->\nIt is $x + x = 3 x$.\n"}


def run(command, folder, program, **more):
    environment = dict(os.environ, LC_ALL="C.UTF-8", **more)
    environment["PATH"] = str(pathlib.Path(program).resolve().parent) + os.pathsep + environment["PATH"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def step_complaints(source, folder, program):
    action = yaml.safe_load((source / "action.yml").read_text(encoding="utf-8"))
    steps = action["runs"]["steps"]
    if action["runs"]["using"] != "composite" or any("shell" not in step for step in steps):
        yield "a composite action has a shell for each step"
    judge = next(step for step in steps if step["name"] == "Judge")
    if set(re.findall(r"inputs\.(\w+)", json.dumps(judge["env"]))) != set(action["inputs"]):
        yield "the step does not read every input"
    for files, options, status in (("wrong.deriv", "", 1), ("wrong.deriv", "--only-failed", 1), ("right*", "", 0),
                                   ("nothing*.deriv", "", 3)):
        summary = pathlib.Path(folder, "summary")
        summary.unlink(missing_ok=True)
        done = run(["bash", "-e", "-o", "pipefail", "-c", judge["run"]], folder, program, FILES=files, OPTIONS=options,
                   RUNNER_TEMP=str(folder), GITHUB_STEP_SUMMARY=str(summary))
        if done.returncode != status or (status < 3 and "wrong.deriv" in files and "::error file=wrong.deriv" not in done.stdout):
            yield "%s %s gave %d: %s" % (files, options, done.returncode, (done.stdout + done.stderr)[:300])
        if status < 3 and (not summary.exists() or "| 1 |" not in summary.read_text(encoding="utf-8")):
            yield "%s: there is no summary" % files


def hook_complaints(source, folder, program):
    for hook in yaml.safe_load((source / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        chosen = [name for name in FILES if re.search(hook["files"], name)]
        if not chosen or hook["language"] != "system":
            yield "%s looks at no file" % hook["id"]
        done = run(shlex.split(hook["entry"]) + chosen, folder, program)
        if done.returncode != 1:
            yield "%s gave %d on %s" % (hook["id"], done.returncode, chosen)


def version_complaints(source):
    def text(name):
        return (source / name).read_text(encoding="utf-8")

    version = re.search(r"version: '([^']+)'", text("meson.build")).group(1)
    places = {
        "debian/changelog": re.search(r"\(([^)]+)\)", text("debian/changelog")).group(1),
        "docs/backproof.1": re.search(r'"backproof ([^"]+)"', text("docs/backproof.1")).group(1),
        "editors/vscode/package.json": json.loads(text("editors/vscode/package.json"))["version"],
        "CHANGELOG.md": re.search(r"## \[(\d[^\]]*)\]", text("CHANGELOG.md")).group(1),
    }
    for name, found in places.items():
        if found != version:
            yield "%s has %s, and meson.build %s" % (name, found, version)
    shown = set(re.findall(r"^  X\((\w+),", text("src/cli/verb/pages.h"), re.MULTILINE))
    there = {path.stem for path in (source / "docs").glob("*.md")} - {"development", "robustness"}
    for page in sorted(shown ^ there):
        yield "docs/%s.md is there or in src/cli/verb/pages.h, and not in both" % page


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            pathlib.Path(folder, name).write_text(content, encoding="utf-8")
        points = [
            ("the step of GitHub Actions", step_complaints(arguments.source, folder, arguments.program)),
            ("the hooks of pre-commit", hook_complaints(arguments.source, folder, arguments.program)),
            ("one version, and every page", version_complaints(arguments.source)),
        ]
        return tap.report([(name, "; ".join(found) or None) for name, found in points])


if __name__ == "__main__":
    sys.exit(main())
