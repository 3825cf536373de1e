#!/usr/bin/env python3
"""Installs into an empty folder, then builds and runs a program against what is there, the way a user
would: with the header and the flags that pkg-config gives.  Prints TAP."""

import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = r"""
#include <backproof.h>
int main(void) { return bp_network_check("3 - 4 tanh - 1 sigmoid", NULL, stdout, stderr); }
"""


def main():
    build, meson, compiler = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    print("1..3")
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
        (root / "try.c").write_text(PROGRAM)
        done = subprocess.run([*compiler, "-o", str(root / "try"), str(root / "try.c"), *flags],
                              capture_output=True, text=True)
        print("%s 2 - a program builds with the flags of pkg-config"
              % ("ok" if done.returncode == 0 else "not ok"))
        if done.returncode:
            sys.exit(done.stderr)
        environment["LD_LIBRARY_PATH"] = str(settings[0].parent.parent)
        done = subprocess.run([str(root / "try")], env=environment, capture_output=True, text=True)
        fine = done.returncode == 0 and "all 21 parameters agree" in done.stdout
        print("%s 3 - and runs" % ("ok" if fine else "not ok"))
        if not fine:
            sys.exit(done.stdout + done.stderr)


main()
