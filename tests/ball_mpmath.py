#!/usr/bin/env python3
"""Holds enclosures of ball arithmetic against mpmath, another library with formulas of its own.

tests/ball_values.c prints them.  For each, the function of a point of the argument's ball is computed to
150 digits: of its midpoint, or of a point anywhere in it where it has a radius.  That must lie in the
result, always; a wrong bound by a factor of two shows within some thousand points.  A point that is too
wide tells nothing, so results of exact arguments must also have nearly all of their bits.  Prints TAP,
one test point for each function; skipped where there is no mpmath.
"""

import argparse
import random
import subprocess
import sys

import tap

try:
    import mpmath
    from mpmath import mp, mpf
except ImportError:
    print("1..0 # SKIP there is no mpmath")
    sys.exit(0)

DIGITS = 150
LOST_BITS = 12  # of an exact argument's result at most, beside the largest of it and 1 for waves

FUNCTIONS = {
    "exp": lambda x: mpmath.exp(x),
    "log": lambda x: mpmath.log(x),
    "sqrt": lambda x: mpmath.sqrt(x),
    "abs": abs,
    "sin": lambda x: mpmath.sin(x),
    "cos": lambda x: mpmath.cos(x),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": lambda x: mpmath.tanh(x),
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "identity": lambda x: x,
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
}


def number(whole, exponent):
    """Exact, whatever the precision: mpf would round a long integer."""
    return mpmath.ldexp(mpf(int(whole), prec=10000), int(exponent))


def check(name, bits, x, x_radius, result, draw):
    """What is wrong with one enclosure, or None."""
    if result is None:
        return "%s of %s +- %s has no value" % (name, x, x_radius)
    y, y_radius = result
    point = x + x_radius * mpf(draw.choice([-1, 1, draw.uniform(-1, 1)]))
    truth = FUNCTIONS[name](point)
    slack = abs(truth) * mpf(10) ** (4 - DIGITS)
    if x_radius:
        slack += x_radius * mpf(10) ** (4 - DIGITS)
    if not abs(truth - y) <= y_radius + slack:
        return "%s(%s) at %s bits is %s, not within %s of %s" % (
            name,
            mpmath.nstr(point, 40),
            bits,
            mpmath.nstr(truth, 60),
            mpmath.nstr(y_radius, 10),
            mpmath.nstr(y, 60),
        )
    size = max(abs(truth), 1) if name in ("sin", "cos") else abs(truth)
    if not x_radius and not y_radius <= size * mpf(2) ** (LOST_BITS - int(bits)):
        return "%s(%s) at %s bits has a radius of %s" % (name, x, bits, mpmath.nstr(y_radius, 10))
    return None


def main():
    parser = argparse.ArgumentParser(description="Checks enclosures against mpmath and prints TAP.")
    parser.add_argument("program", help="the program ball_values")
    parser.add_argument("--count", type=int, default=6667, help="values of each function")
    arguments = parser.parse_args()
    mp.dps = DIGITS
    draw = random.Random(20260101)
    output = subprocess.run(
        [arguments.program, str(arguments.count)], capture_output=True, text=True, check=True
    ).stdout
    problems = {name: [] for name in FUNCTIONS}
    counts = dict.fromkeys(FUNCTIONS, 0)
    for line in output.splitlines():
        name, bits, *words = line.split()
        numbers = [number(*words[i : i + 2]) for i in range(0, len(words), 2)]
        result = numbers[2:4] if len(numbers) == 4 else None
        problem = check(name, bits, numbers[0], numbers[1], result, draw)
        counts[name] += 1
        if problem:
            problems[name].append(problem)
    points = []
    for name, found in problems.items():
        problem = found[0] if found else None
        if counts[name] != arguments.count:
            problem = "there are %d values" % counts[name]
        points.append(("%s: %d enclosures hold mpmath's values" % (name, counts[name]), problem))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
