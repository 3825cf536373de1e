"""What is tried: a function of some package, its derivative by the same package, and a few points.

A case that must fail says why (`find`), and brings the true derivative (`truth`, with mpmath): then the
package's numbers must be off by more than the bound of the report, and the report's own differences
must not.
"""

import collections

import mpmath
import numpy as np

Case = collections.namedtuple(
    "Case", "area name value gradient points single outputs blocks find truth grads", defaults=[False] + [None] * 5
)
Grads = collections.namedtuple("Grads", "spec arrays options")


def scalar(area, name, value, gradient, xs, **more):
    """A function of one number, at each of `xs`."""
    return Case(
        area,
        name,
        lambda x: float(value(float(x[0]))),
        lambda x: np.array([float(gradient(float(x[0])))]),
        [np.array([x], float) for x in xs],
        **more
    )


def by_complex_step(loss):
    """The true gradient of a function that is written for mpmath's numbers: Im f(x + ih) / h with h = 1e-40 in 60
    digits.  It must not compare or take absolute values but of real parts."""

    def truth(theta):
        mpmath.mp.dps = 60
        exact, h, slopes = [mpmath.mpf(float(t)) for t in theta], mpmath.mpf(10) ** -40, []
        for j in range(len(exact)):
            moved = list(exact)
            moved[j] = mpmath.mpc(exact[j], h)
            slopes.append(mpmath.im(loss(moved)) / h)
        return slopes

    return truth
