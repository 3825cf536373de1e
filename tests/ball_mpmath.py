#!/usr/bin/env python3
"""Holds enclosures of ball arithmetic against mpmath, another library with formulas of its own.

tests/ball_values.c prints them, with the number of bits that they were computed to.  For each, the function
is computed by mpmath at a point of the argument: at a point anywhere in it where it is a ball or a disc.  At
least 150 digits are taken, and more where the ball has more.  Then

    a value    must hold that number;
    missing    means that there is no such number, at that point as at any other, and must be said of a point
               without one;
    unknown    must have an excuse: a border of the domain, a pole, a kink or a cut that the argument reaches
               or nearly reaches, or an exponent that no ball has.

A bound that is too small by a factor of two shows within some thousand points.  One that is too wide tells
nothing, so results of exact arguments must also have nearly all of their bits.

Prints TAP, one test point for each function; skipped where there is no mpmath.
"""

import argparse
import collections
import dataclasses
import random
import subprocess
import sys

import tap

try:
    import mpmath
    from mpmath import mp, mpc, mpf
except ImportError:
    print("1..0 # SKIP there is no mpmath")
    sys.exit(0)

DIGITS = 150
MORE_DIGITS = 45  # than the bits of the ball, for the rounding of formulas that lose some
LOST_BITS = 12  # of an exact argument's result at most, beside the largest of it and 1 for waves
FAR = 16  # of a disc's radii from what a function does not allow, at which it must have a value
MOST_EXPONENT = 2**59


class NoValue(Exception):
    """There is no such number."""


# ---- functions of real and complex numbers; complex ones are continued from the real axis ----


def positive(function, zero=None):
    """Of numbers right of 0, and of what is not real off the cut."""

    def checked(x):
        if isinstance(x, mpf) and (x < 0 or (x == 0 and zero is None)):
            raise NoValue
        return zero if x == 0 else function(x)

    return checked


def softplus(x):
    return mpmath.log1p(mpmath.exp(x)) if mpmath.re(x) < 0 else x + mpmath.log1p(mpmath.exp(-x))


def sigmoid(x):
    return mpmath.exp(x) / (1 + mpmath.exp(x)) if mpmath.re(x) < 0 else 1 / (1 + mpmath.exp(-x))


def by_sign(above, below):
    return lambda x: above(x) if mpmath.re(x) > 0 else below(x)


def gelu(x):
    """x erfc(-x / sqrt 2) / 2; far out by its asymptotic series, as mpmath takes no such argument."""
    if abs(x) < mpf(10) ** 20:
        return x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    if mpmath.re(x) > 0:
        return x + gelu(-x)
    total, term = mpf(0), mpf(1)
    for k in range(1, 40):
        total, term = total + term, -term * (2 * k - 1) / x**2
    return -mpmath.exp(-(x**2) / 2) / mpmath.sqrt(2 * mpmath.pi) * total


def quotient(a, b):
    if b == 0:
        raise NoValue
    return a / b


def power(a, b):
    if isinstance(b, mpf) and b == mpmath.floor(b):
        if a == 0 and b < 0:
            raise NoValue
        return a ** int(b)
    if a == 0 and mpmath.re(b) > 0:
        return mpf(0)
    if isinstance(a, mpf) and a <= 0:
        raise NoValue
    return mpmath.exp(b * mpmath.log(a))


def atan(x):
    """By its series near 0, where mpmath's loses a part of what is complex."""
    if abs(x) > mpf(10) ** -20:
        with mp.workdps(mp.dps + 40):
            return mpmath.atan(x)
    total, power = x, x
    for k in range(1, 40):
        power *= -x * x
        total += power / (2 * k + 1)
    return total


def drawn(x, *c):
    return c[0] + c[1] * x + c[2] * mpmath.sin(c[3] * x + c[4]) + c[5] * mpmath.sin(c[6] * x + c[7])


FUNCTIONS = {
    "exp": mpmath.exp,
    "log": positive(mpmath.log),
    "sqrt": positive(mpmath.sqrt, mpf(0)),
    "abs": by_sign(lambda x: x, lambda x: -x),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "atan": atan,
    "arctan": atan,
    "erf": mpmath.erf,
    "sigmoid": sigmoid,
    "tanh": mpmath.tanh,
    "relu": by_sign(lambda x: x, lambda x: mpf(0)),
    "leaky_relu": by_sign(lambda x: x, lambda x: x / 100),
    "identity": lambda x: x,
    "softplus": softplus,
    "elu": by_sign(lambda x: x, mpmath.expm1),
    "silu": lambda x: x * sigmoid(x),
    "gelu": gelu,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": quotient,
    "pow": power,
    "max": lambda a, b: a if mpmath.re(a) > mpmath.re(b) else b,
    "min": lambda a, b: b if mpmath.re(a) > mpmath.re(b) else a,
    "drawn": drawn,
}

# What a function does not allow: poles at that distance from the real axis, a cut, a kink.
POLE = {"sigmoid": mpmath.pi, "softplus": mpmath.pi, "silu": mpmath.pi, "tanh": mpmath.pi / 2, "atan": mpf(1), "arctan": mpf(1)}
LEFT_OF_ZERO = {"log", "sqrt"}
AT_ZERO = {"abs", "relu", "leaky_relu", "elu"}
GROWING = {"exp", "elu", "gelu", "pow", "sin", "cos", "tan", "sinh", "cosh", "erf", "drawn"}  # too large for an exponent somewhere
WAVES = {"sin", "cos", "tan", "drawn"}
CANCELS = {"add", "sub", "drawn"}


# ---- numbers ----


@dataclasses.dataclass
class Ball:
    middle: object  # an mpf, or an mpc for what is not real
    radius: object
    across: object  # the radius of the imaginary part

    @property
    def real(self):
        return isinstance(self.middle, mpf)

    @property
    def exact(self):
        return not self.radius and not self.across

    @property
    def size(self):
        """At least the modulus of every number in it."""
        return abs(self.middle) + self.radius + self.across

    def point(self, draw):
        def part():
            return mpf(draw.choice([-1, 1, draw.uniform(-1, 1)]))

        if self.exact:
            return self.middle
        return self.middle + self.radius * part() + (0 if self.real else mpc(0, self.across * part()))

    def outside(self, number):
        """How far outside of it a number lies."""
        gap = number - self.middle
        return max(abs(mpmath.re(gap)) - self.radius, abs(mpmath.im(gap)) - self.across, mpf(0))


def number(whole, exponent):
    """Exact, whatever the precision: mpf would round a long integer."""
    return mpmath.ldexp(mpf(int(whole), prec=1000000), int(exponent))


def ball(words):
    middle, radius, imaginary, across = [number(*words[i : i + 2]) for i in range(0, 8, 2)]
    if imaginary or across:
        middle = mp.make_mpc((middle._mpf_, imaginary._mpf_))  # mpc would round
    return Ball(middle, radius, across)


# ---- what is wrong with an enclosure ----


def is_whole(argument):
    return argument.exact and argument.middle == mpmath.floor(mpmath.re(argument.middle))


def forbidden(name, arguments):
    """What the function does not allow: how far the argument's middle is from it along the real axis, and
    how far the argument reaches that way.  None where it allows everything, or the argument does not reach
    so far from the axis.  Its middle is real."""
    x, last = arguments[0], arguments[-1]
    if name == "tan":  # poles on the real axis
        return abs((mpmath.re(x.middle) % mpmath.pi) - mpmath.pi / 2), x.radius
    if name in POLE:
        return (abs(mpmath.re(x.middle)), x.radius) if x.across >= POLE[name] / FAR else None
    if name in LEFT_OF_ZERO or (name == "pow" and not is_whole(last)):
        return mpmath.re(x.middle), x.radius
    if name in AT_ZERO:
        return abs(mpmath.re(x.middle)), x.radius
    if name == "div" or (name == "pow" and last.middle < 0):
        below = last if name == "div" else x
        return abs(mpmath.re(below.middle)), below.radius
    if name in ("max", "min"):
        return abs(mpmath.re(x.middle - last.middle)), x.radius + last.radius
    return None


def is_analytic(name, arguments):
    """Whether there is nothing in a disc that the function does not allow."""
    near = forbidden(name, arguments)
    if near is None or all(argument.real for argument in arguments):
        return True
    return near[0] >= near[1] or (name in POLE and arguments[0].across < POLE[name])


def is_excused(name, arguments):
    """Whether nothing needs to be known of the result."""
    if name in GROWING and max(argument.size for argument in arguments) > 2**50:
        return True
    radius = sum(argument.radius + argument.across for argument in arguments)
    if name in ("exp", "gelu", "sin", "cos", "sinh", "cosh", "erf", "drawn", "pow", "elu") and radius > 1:
        return True  # it grows like e^x, or e^(x^2)
    near = forbidden(name, arguments)
    return near is not None and not near[0] > FAR * radius


def allowance(name, bits, arguments, truth):
    """The widest radius that an exact argument's result may have."""
    size = max(abs(truth), mpf(1)) if name in WAVES else abs(truth)
    if name in CANCELS:
        size += sum(argument.size for argument in arguments[:2])
    if name == "pow" and truth and arguments[0].middle:
        size *= 1 + abs(arguments[1].middle * mpmath.log(abs(arguments[0].middle)))
    return size * mpf(2) ** (LOST_BITS - bits) + mpf(2) ** -MOST_EXPONENT


def show(x):
    return mpmath.nstr(x, 25)


def problem_of(name, bits, arguments, word, result, draw):
    """What is wrong with one enclosure, or None."""
    shown = ", ".join("%s +- %s" % (show(a.middle), show(a.radius + a.across)) for a in arguments[:2])
    said = "%s(%s) to %d bits" % (name, shown, bits)
    points = [argument.point(draw) for argument in arguments]
    try:
        truth = FUNCTIONS[name](*points)
    except NoValue:
        # A root of what may be below 0 is that of what is not, see ball_function.h.
        if word == "value" and not (name == "sqrt" and not arguments[0].exact):
            return "%s has a value, and none at %s" % (said, show(points[0]))
        if word == "unknown" and all(argument.exact for argument in arguments):
            return "%s is unknown, and missing for certain" % said
        return None
    if word == "missing":
        return "%s is said to be missing, and is %s at %s" % (said, show(truth), show(points[0]))
    if word == "unknown":
        return None if is_excused(name, arguments) else "%s is unknown" % said
    if not is_analytic(name, arguments):
        return "%s has a value, and is not analytic there" % said
    slack = abs(truth) + sum(argument.size for argument in arguments) * mpf(10) ** -20 * bool(result.radius)
    if not result.outside(truth) <= slack * mpf(10) ** (20 - mp.dps):
        far = (mpmath.nstr(truth, 60), show(result.radius), mpmath.nstr(result.middle, 60))
        return "%s is %s, not within %s of %s" % (said, *far)
    radius = result.radius + result.across
    if all(a.exact for a in arguments) and not radius <= allowance(name, bits, arguments, truth):
        return "%s has a radius of %s" % (said, show(radius))
    return None


def digits_for(bits, arguments):
    """Enough for the ball, and for a function whose argument's last digit decides many of its own."""
    size = max(max(argument.size for argument in arguments), mpf(10))
    return max(DIGITS, int(bits * 0.30103)) + MORE_DIGITS + 2 * min(int(mpmath.log10(size)), 20)


def main():
    parser = argparse.ArgumentParser(description="Checks enclosures against mpmath and prints TAP.")
    parser.add_argument("program", help="the program ball_values")
    parser.add_argument("--count", type=int, default=4400, help="values of each function (4400)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    command = [options.program, str(options.count), str(options.seed)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    problems = {name: [] for name in FUNCTIONS}
    words = {name: collections.Counter() for name in FUNCTIONS}
    for line in output.splitlines():
        name, bits, count, word, *numbers = line.split()
        balls = [ball(numbers[i : i + 8]) for i in range(0, len(numbers), 8)]
        arguments, result = balls[: int(count)], balls[int(count) :]
        words[name][word] += 1
        with mp.workdps(digits_for(int(bits), arguments)):
            problem = problem_of(name, int(bits), arguments, word, result and result[0], draw)
        if problem:
            problems[name].append(problem)
    points = []
    for name, found in problems.items():
        count = words[name]
        problem = "%d are wrong; %s" % (len(found), found[0]) if found else None
        if sum(count.values()) != options.count:
            problem = "there are %d enclosures" % sum(count.values())
        said = "%s: %d values hold mpmath's, %d missing, %d unknown"
        points.append((said % (name, count["value"], count["missing"], count["unknown"]), problem))
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
