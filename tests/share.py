"""Which rows of a long test run: all of them, or a part where `./dev test` was given nothing else to do.

A row is taken or left by its name alone, so that a run can be repeated, a new row moves no other, and no clock and no
chance decides.  The names that are taken differ from test to test, because the name of the test is mixed in.
"""

import os
import zlib

PART = os.environ.get("BACKPROOF_TESTS") == "part"
SANITIZED = "ASAN_OPTIONS" in os.environ


def of(rows, parts, test, name=str):
    """One in so many of the rows, at least one where there are any."""
    rows = list(rows)
    if not PART or parts == 1:
        return rows
    return [row for row in rows if zlib.crc32((test + " " + name(row)).encode("utf-8", "replace")) % parts == 0] or rows[:1]
