#!/usr/bin/env python3
"""Tests of the case runner itself: a runner that passes everything would hide every mistake.

Prints TAP, one test point for each test method.
"""

import io
import os
import pathlib
import stat
import sys
import tempfile
import textwrap
import unittest
import unittest.mock

import run_cases
import run_doc_examples
import transcript


def agrees(expected, actual):
    return transcript.reconcile(expected, actual)[0]


def corrected(expected, actual):
    return transcript.reconcile(expected, actual)[1]


class Comparing(unittest.TestCase):
    def test_equal_lines_agree(self):
        self.assertTrue(agrees(["a", "b"], ["a", "b"]))
        self.assertTrue(agrees([], []))

    def test_any_difference_is_seen(self):
        for actual in (["a"], ["a", "b", "c"], ["b", "a"], ["a", "b "], ["a", ""], []):
            self.assertFalse(agrees(["a", "b"], actual), actual)

    def test_pattern_signs_are_plain_text(self):
        self.assertFalse(agrees(["a.c"], ["abc"]))
        self.assertTrue(agrees(["W[1] (4,3) * $ ^ |"], ["W[1] (4,3) * $ ^ |"]))

    def test_ellipsis_leaves_the_rest_of_a_line_open(self):
        self.assertTrue(agrees(["took …"], ["took 0.3 s"]))
        self.assertTrue(agrees(["took …"], ["took "]))
        self.assertFalse(agrees(["took …"], ["it took 0.3 s"]))

    def test_ellipsis_in_the_middle(self):
        self.assertTrue(agrees(["took … s"], ["took 0.3 s"]))
        self.assertFalse(agrees(["took … s"], ["took 0.3 ms."]))

    def test_ellipsis_never_spans_lines(self):
        self.assertFalse(agrees(["a…"], ["a", "b"]))

    def test_gap_is_any_number_of_lines(self):
        for between in ([], ["x"], ["x", "y", "z"], ["b"]):
            self.assertTrue(agrees(["a", "[...]", "b"], ["a", *between, "b"]), between)

    def test_gap_does_not_swallow_what_must_follow(self):
        self.assertFalse(agrees(["a", "[...]", "b"], ["a", "x", "b", "c"]))
        self.assertFalse(agrees(["a", "[...]", "b"], ["a", "x"]))

    def test_two_gaps(self):
        expected = ["[...]", "x", "y", "[...]", "end"]
        self.assertTrue(agrees(expected, ["x", "z", "x", "y", "end", "end"]))
        self.assertFalse(agrees(expected, ["x", "z", "y", "end"]))


class Correcting(unittest.TestCase):
    def test_only_the_changed_line_changes(self):
        expected = ["a", "took …", "b", "c"]
        actual = ["a", "took 1 s", "B", "c"]
        self.assertEqual(corrected(expected, actual), ["a", "took …", "B", "c"])

    def test_new_and_vanished_lines(self):
        self.assertEqual(corrected(["a", "t…"], ["a", "new", "t1"]), ["a", "new", "t…"])
        self.assertEqual(corrected(["a", "old", "t…"], ["a", "t1"]), ["a", "t…"])

    def test_gap_survives_a_change_elsewhere(self):
        expected = ["head", "[...]", "sum 1", "? 0"]
        actual = ["head", "x", "y", "sum 2", "? 0"]
        self.assertEqual(corrected(expected, actual), ["head", "[...]", "sum 2", "? 0"])

    def test_correction_always_agrees_afterwards(self):
        lines = ["a", "b", "[...]", "c…", "…d", ""]
        for seed in range(300):
            expected = [lines[(seed * 7 + k * k) % 6] for k in range(seed % 6)]
            actual = [lines[(seed * 5 + k * 3 + seed // 9) % 6] for k in range(seed % 5)]
            self.assertTrue(agrees(corrected(expected, actual), actual), (expected, actual))

    def test_enormous_outputs_are_replaced(self):
        expected = ["same"] + ["e%d" % k for k in range(3000)]
        actual = ["same"] + ["a%d" % k for k in range(3000)]
        self.assertEqual(corrected(expected, actual), actual)


class WithFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="a folder with blanks ")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(os.path.realpath(temporary.name))

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def outcomes(self, timeout=1800.0):
        cases = run_cases.read_cases(self.folder)
        runner = transcript.Runner(None, self.folder, timeout, run_cases.observe)
        return list(runner.run_all(cases, 2))

    def single(self, text, timeout=1800.0):
        self.write("one.case", text)
        (outcome,) = self.outcomes(timeout)
        return outcome

    def tap(self, outcomes):
        out = io.StringIO()
        status = transcript.tap(outcomes, len(outcomes), self.folder, "hint", out)
        return status, out.getvalue()

    def accept(self, outcomes, answer=True):
        out = io.StringIO()
        status = transcript.accept(outcomes, self.folder, lambda name: answer, out)
        return status, out.getvalue()


class Running(WithFolder):
    def test_output_and_status(self):
        self.assertTrue(self.single("$ echo out; echo err >&2; exit 3\nout\nerr\n? 3\n").passed)

    def test_wrong_output_fails(self):
        self.assertFalse(self.single("$ echo out\nelse\n? 0\n").passed)

    def test_wrong_status_fails(self):
        self.assertFalse(self.single("$ echo out; exit 1\nout\n? 0\n").passed)

    def test_signal_is_a_status(self):
        self.assertTrue(self.single("$ kill -SEGV $$\n? 139\n").passed)

    def test_missing_last_line_end_is_seen(self):
        self.assertFalse(self.single("$ printf out\nout\n? 0\n").passed)
        note = transcript.NO_NEWLINE
        self.assertTrue(self.single("$ printf out\nout\n" + note + "\n? 0\n").passed)

    def test_files_are_there(self):
        text = "--- file sub/x.csv\n1,2\n\n? 0\n---\n$ cat sub/x.csv | wc -l\n3\n? 0\n"
        self.assertTrue(self.single(text).passed)

    def test_steps_share_a_directory_and_cases_do_not(self):
        self.write("a.case", "$ echo x > f\n? 0\n$ cat f\nx\n? 0\n")
        self.write("b.case", "$ ls\n? 0\n")
        self.assertEqual([outcome.passed for outcome in self.outcomes()], [True, True])

    def test_continued_command(self):
        self.assertTrue(self.single("$ echo a \\\n>   b\na b\n? 0\n").passed)

    def test_output_may_look_like_a_command(self):
        self.assertTrue(self.single("$ echo x; echo '$ y'\nx\n$ y\n? 0\n").passed)

    def test_a_case_without_its_programs_is_skipped(self):
        text = "requires: bash no-such-program-anywhere\n$ exit 7\n? 0\n"
        status, printed = self.tap([self.single(text)])
        self.assertEqual(status, 0)
        self.assertIn("# SKIP there is no no-such-program-anywhere", printed)
        self.assertFalse(self.single("requires: bash\n$ exit 7\n? 0\n").passed)

    def test_directories_have_names(self):
        self.assertTrue(self.single('$ pwd; echo "$SOURCE"\n$PWD\n$SOURCE\n? 0\n').passed)

    def test_environment_is_scrubbed(self):
        os.environ["COLUMNS"] = "40"
        self.addCleanup(os.environ.pop, "COLUMNS")
        text = '$ echo "${COLUMNS-unset} $TERM $LC_ALL $OPENBLAS_NUM_THREADS"\n'
        self.assertTrue(self.single(text + "unset dumb C.UTF-8 1\n? 0\n").passed)

    def test_bytes_that_are_not_text(self):
        self.assertTrue(self.single("$ printf '\\377\\n'\n\\xff\n? 0\n").passed)

    def test_time_limit(self):
        outcome = self.single("$ sleep 3600 & sleep 3600\n? 0\n", timeout=0.3)
        self.assertIn("no end after 0.3 seconds", outcome.problem)
        self.assertLess(outcome.seconds, 1800)

    def test_work_limit(self):
        with unittest.mock.patch.object(transcript, "MOST_WORK", 1):
            outcome = self.single("$ while :; do :; done\n? 0\n", timeout=1800)
        self.assertFalse(outcome.passed)
        self.assertIsNone(outcome.problem)

    def test_source_paths_with_blanks(self):
        program = self.write("bin dir/backproof", "#!/bin/sh\necho hello $1\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.write("x.case", "$ backproof net\nhello net\n? 0\n")
        runner = transcript.Runner(program, self.folder, 1800, run_cases.observe)
        (outcome,) = runner.run_all(run_cases.read_cases(self.folder), 1)
        self.assertTrue(outcome.passed)


class BadCases(WithFolder):
    def problem(self, text):
        outcome = self.single(text)
        self.assertFalse(outcome.passed)
        return outcome.problem or ""

    def test_no_command(self):
        self.assertIn("one.case:1: no command", self.problem("just words\n"))

    def test_empty(self):
        self.assertIn("no command", self.problem(""))

    def test_no_status(self):
        self.assertIn("one.case:2: no '? status'", self.problem("words\n$ echo a\na\n"))

    def test_status_alone(self):
        self.assertIn("one.case:1: an exit status", self.problem("? 0\n"))

    def test_open_file(self):
        self.assertIn("not closed", self.problem("--- file x\n1\n$ true\n? 0\n"))

    def test_file_outside(self):
        self.assertIn("inside the directory", self.problem("--- file ../x\n---\n$ true\n? 0\n"))

    def test_not_text(self):
        (self.folder / "x.case").write_bytes(b"$ true\n\xff\n? 0\n")
        self.assertIn("UTF-8", self.outcomes()[0].problem)


class Reporting(WithFolder):
    def test_points_and_status(self):
        self.write("a/good.case", "$ true\n? 0\n")
        self.write("bad.case", "$ echo now\nthen\n? 0\n")
        status, text = self.tap(self.outcomes())
        self.assertEqual(status, 1)
        self.assertIn("1..2\n", text)
        self.assertIn("\nok 1 - a/good\n", text)
        self.assertIn("\nnot ok 2 - bad\n", text)
        self.assertIn("# -then\n# +now\n", text)

    def test_nothing_to_run_is_skipped_not_passed(self):
        status, text = self.tap([])
        self.assertEqual(status, 0)
        self.assertTrue(text.startswith("1..0 # SKIP"))


class Accepting(WithFolder):
    def test_writes_what_changed_and_keeps_the_rest(self):
        path = self.write(
            "x.case",
            """\
            Prose stays.
            $ echo a; echo took 3 s; echo b
            a
            took …
            old
            ? 0
            More prose.
            $ false
            ? 0
            """,
        )
        status, text = self.accept(self.outcomes())
        self.assertEqual(status, 0)
        self.assertIn("-old\n+b", text)
        self.assertIn("1 file changed", text)
        self.assertEqual(
            path.read_text(encoding="utf-8"),
            "Prose stays.\n$ echo a; echo took 3 s; echo b\na\ntook …\nb\n? 0\n"
            "More prose.\n$ false\n? 1\n",
        )
        self.assertTrue(self.outcomes()[0].passed)

    def test_records_new_commands(self):
        path = self.write("x.case", "$ echo a\n$ echo b\n")
        self.assertFalse(self.outcomes()[0].passed)
        self.accept(self.outcomes())
        self.assertEqual(path.read_text(), "$ echo a\na\n? 0\n$ echo b\nb\n? 0\n")

    def test_no_means_no(self):
        path = self.write("x.case", "$ echo a\nb\n? 0\n")
        status, _ = self.accept(self.outcomes(), answer=False)
        self.assertEqual(status, 1)
        self.assertEqual(path.read_text(), "$ echo a\nb\n? 0\n")

    def test_problems_cannot_be_accepted(self):
        self.write("x.case", "no command\n")
        status, text = self.accept(self.outcomes())
        self.assertEqual(status, 1)
        self.assertIn("cannot be accepted", text)


class Documents(WithFolder):
    PAGE = """\
        # A page

        ```console
        $ ./dev run
        not run
        $ backproof one
        ran one

        $ echo $?
        1
        ```

        Words, and a block of another kind:

        ```sh
        backproof never
        ```

        1. In a list:

           ```console
           $ backproof two
           ran …
           ```
        """

    def setUp(self):
        super().setUp()
        program = self.write("bin/backproof", "#!/bin/sh\necho ran $1\ntest $1 = two\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.page = self.write("README.md", self.PAGE)

    def run_page(self):
        cases = run_doc_examples.read_documents(self.folder)
        runner = transcript.Runner(
            self.folder / "bin" / "backproof", self.folder, 20, run_doc_examples.observe
        )
        return list(runner.run_all(cases, 2))

    def test_blocks_are_found_and_run(self):
        outcomes = self.run_page()
        self.assertEqual([o.case.name for o in outcomes], ["README.md:3", "README.md:21"])
        self.assertEqual([o.passed for o in outcomes], [True, True])

    def test_wrong_examples_fail_and_can_be_accepted(self):
        self.page.write_text(
            self.page.read_text().replace("ran one", "was one").replace("ran …", "is…")
        )
        outcomes = self.run_page()
        self.assertEqual([outcome.passed for outcome in outcomes], [False, False])
        self.accept(outcomes)
        text = self.page.read_text()
        self.assertIn("\nran one\n\n$ echo $?\n", text)
        self.assertIn("\n   ran two\n   ```\n", text)
        self.assertTrue(all(outcome.passed for outcome in self.run_page()))

    def test_wrong_status_fails(self):
        self.page.write_text(self.page.read_text().replace("\n1\n", "\n0\n"))
        self.assertFalse(self.run_page()[0].passed)


class TapResult(unittest.TestResult):
    """Writes a test point as each test ends."""

    def __init__(self):
        super().__init__()
        self.problems = 0

    def stopTest(self, test):
        super().stopTest(test)
        found = self.failures + self.errors
        good = len(found) == self.problems
        self.problems = len(found)
        name = ".".join(test.id().split(".")[-2:])
        print("%sok %d - %s" % ("" if good else "not ", self.testsRun, name))
        if not good:
            for line in found[-1][1].splitlines():
                print("# " + line)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    print("TAP version 13\n1..%d" % suite.countTestCases())
    result = TapResult()
    suite.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
