#!/usr/bin/env python3
"""Counts every test point that ran in one or more build folders: "N passed, N failed".

Meson counts a test program as one test; what interests us is each test function and each golden
case inside.  Those are in testlog.junit.xml.  A program that crashed or ran out of time may have no
failed point there, so testlog.json, which has the result of each program, is read as well and such
a program counts as one failure more.  A folder without a log counts as a failure, and so does the
case that nothing ran at all: nothing checked is never a pass.  What was skipped, for want of a program
say, is told by name and is neither.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

PROGRAM_PASSED = ("OK", "EXPECTEDFAIL", "SKIP")


def bare(name):
    """The last part of "project:suite / program"."""
    return name.split(" / ")[-1]


def programs_of(log):
    """Names of the test programs that did not end well, and of those that were skipped."""
    results = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line]
    return ([bare(result["name"]) for result in results if result["result"] not in PROGRAM_PASSED],
            [bare(result["name"]) for result in results if result["result"] == "SKIP"])


def count(build):
    """Returns (passed, names of what failed, names of what was skipped) for one build folder."""
    logs = pathlib.Path(build, "meson-logs")
    try:
        suites = ElementTree.parse(logs / "testlog.junit.xml").getroot()
        programs, idle = programs_of(logs / "testlog.json")
    except (OSError, ValueError, ElementTree.ParseError) as error:
        return 0, ["%s: no test log (%s)" % (build, error)], []

    passed = 0
    failed = []
    skipped = ["%s: %s" % (build, program) for program in idle]
    blamed = set()
    for suite in suites.iter("testsuite"):
        for point in suite.iter("testcase"):
            # A suite is named project.program, or only project for programs without points.
            program = bare(suite.get("name", "").partition(".")[2] or point.get("name"))
            if point.find("failure") is not None or point.find("error") is not None:
                failed.append("%s: %s: %s" % (build, program, bare(point.get("name"))))
                blamed.add(program)
            elif point.find("skipped") is not None:
                if program not in idle:
                    skipped.append("%s: %s: %s" % (build, program, bare(point.get("name"))))
            # A program without points that ran out of time has neither element.
            elif program not in programs or program != bare(point.get("name")):
                passed += 1
    for program in programs:
        if program not in blamed:
            failed.append("%s: %s: did not end well" % (build, program))
    return passed, failed, skipped


def main():
    passed = failed = skipped = 0
    for build in sys.argv[1:]:
        good, bad, idle = count(build)
        passed += good
        failed += len(bad)
        skipped += len(idle)
        for what, names in (("skipped", idle), ("failed", bad)):
            for name in names:
                print("%s: %s" % (what, name))
    if skipped:
        print("%d skipped" % skipped)
    if passed + failed == 0:
        print("no test ran at all")
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
