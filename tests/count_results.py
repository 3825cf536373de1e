#!/usr/bin/env python3
"""Counts every test point that ran in one or more build folders: "N passed, N failed".

Meson counts a test program as one test; what interests us is each test function and each golden
case inside.  Those are in testlog.junit.xml.  A program that crashed or ran out of time may have no
failed point there, so testlog.json, which has the result of each program, is read as well and such
a program counts as one failure more.  A folder without a log counts as a failure, and so does the
case that nothing ran at all: nothing checked is never a pass.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

PROGRAM_PASSED = ("OK", "EXPECTEDFAIL", "SKIP")


def bare(name):
    """The last part of "project:suite / program"."""
    return name.split(" / ")[-1]


def failed_programs(log):
    """Names of the test programs that did not end well."""
    results = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line]
    return [bare(result["name"]) for result in results if result["result"] not in PROGRAM_PASSED]


def count(build):
    """Returns (passed, failed, names of what failed) for one build folder."""
    logs = pathlib.Path(build, "meson-logs")
    try:
        suites = ElementTree.parse(logs / "testlog.junit.xml").getroot()
        programs = failed_programs(logs / "testlog.json")
    except (OSError, ValueError, ElementTree.ParseError) as error:
        return 0, 1, ["%s: no test log (%s)" % (build, error)]

    passed = 0
    failed = []
    blamed = set()
    for suite in suites.iter("testsuite"):
        for point in suite.iter("testcase"):
            # A suite is named project.program, or only project for programs without points.
            program = bare(suite.get("name", "").partition(".")[2] or point.get("name"))
            if point.find("failure") is not None or point.find("error") is not None:
                failed.append("%s: %s: %s" % (build, program, bare(point.get("name"))))
                blamed.add(program)
            elif point.find("skipped") is None and not (
                # A program without points that ran out of time has neither element.
                program in programs
                and program == bare(point.get("name"))
            ):
                passed += 1
    for program in programs:
        if program not in blamed:
            failed.append("%s: %s: did not end well" % (build, program))
    return passed, len(failed), failed


def main():
    passed = failed = 0
    for build in sys.argv[1:]:
        good, bad, names = count(build)
        passed += good
        failed += bad
        for name in names:
            print("failed: " + name)
    if passed + failed == 0:
        print("no test ran at all")
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
