"""What others would have said: three rules from courses and libraries, as they are taught.

Each gets the same function, the same numbers and the same precision, and says True (right), False (wrong)
or None (neither).

    Ng         |g - n| / (|g| + |n|) of the whole vector, steps of 1e-7: wrong above 2e-7
               (Ng, "Improving Deep Neural Networks", programming assignment on gradient checking)
    gradcheck  |g - n| <= 1e-5 + 1e-3 |n| in every entry, steps of 1e-6
               (torch.autograd.gradcheck's defaults)
    CS231n     |g - n| / max(|g|, |n|) of each entry, steps of 1e-5: "happy" up to 1e-7, "probably
               wrong" above 1e-2, in between one should "feel uncomfortable"
               (Stanford CS231n, "Neural Networks Part 3")
"""

import numpy as np

NAMES = ["Ng", "gradcheck", "CS231n"]


def differences(value, theta, step):
    """Central differences, as outputs x parameters."""
    columns = []
    for j in range(theta.size):
        above, below = theta.copy(), theta.copy()
        above[j] += theta.dtype.type(step)
        below[j] -= theta.dtype.type(step)
        up, down = np.asarray(value(above), float), np.asarray(value(below), float)
        columns.append((up - down).reshape(-1) / (2 * step))
    return np.array(columns).T


def ng(g, n):
    scale = np.linalg.norm(g) + np.linalg.norm(n)
    return bool(scale == 0 or np.linalg.norm(g - n) / scale <= 2e-7)


def gradcheck(g, n):
    return bool(np.all(np.abs(g - n) <= 1e-5 + 1e-3 * np.abs(n)))


def cs231n(g, n):
    larger = np.maximum(np.abs(g), np.abs(n))
    relative = np.where(larger > 0, np.abs(g - n) / np.where(larger > 0, larger, 1), 0)
    worst = np.max(relative)
    return True if worst <= 1e-7 else None if worst <= 1e-2 else False


class Peers:
    """Differences at one point, taken once and used for every gradient that is shown."""

    def __init__(self, value, theta):
        with np.errstate(all="ignore"):
            self.by_step = {step: differences(value, theta, step) for step in (1e-7, 1e-6, 1e-5)}

    def say(self, gradient):
        g = np.asarray(gradient, float).reshape(self.by_step[1e-5].shape)
        with np.errstate(all="ignore"):
            return [ng(g, self.by_step[1e-7]), gradcheck(g, self.by_step[1e-6]), cs231n(g, self.by_step[1e-5])]
