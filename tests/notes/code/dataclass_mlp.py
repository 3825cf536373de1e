from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass
class Params:
    W1: Array
    b1: Array
    W2: Array
    b2: Array


@dataclass
class Grads:
    dW1: Array
    db1: Array
    dW2: Array
    db2: Array


def softplus(x: Array) -> Array:
    return np.log1p(np.exp(x))


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def forward(p: Params, X: Array) -> Tuple[Array, Array, Array]:
    z1: Array = X @ p.W1 + p.b1
    h: Array = softplus(z1)
    out: Array = h @ p.W2 + p.b2
    return z1, h, out


def mse(out: Array, Y: Array) -> float:
    return float(np.mean((out - Y) ** 2))


def backward(p: Params, X: Array, Y: Array) -> Grads:
    z1, h, out = forward(p, X)
    loss = mse(out, Y)
    dout: Array = 2 * (out - Y) / Y.size
    # wrong: dout: Array = (out - Y) / Y.size
    # wrong: dout: Array = 2 * (out - Y) / Y.shape[0]
    dW2: Array = h.T @ dout
    db2: Array = dout.sum(axis=0)
    dh: Array = dout @ p.W2.T
    dz1: Array = dh * sigmoid(z1)
    # wrong: dz1: Array = dh * softplus(z1)
    # wrong: dz1: Array = dh * sigmoid(h)
    dW1: Array = X.T @ dz1
    # wrong: dW1: Array = X.T @ dh
    db1: Array = dz1.sum(axis=0)
    return Grads(dW1, db1, dW2, db2)


def fit(p: Params, X: Array, Y: Array, lr: float = 1e-2, steps: int = 500, log: Optional[List[float]] = None) -> Params:
    for step in range(steps):
        g = backward(p, X, Y)
        p.W1 -= lr * g.dW1
        p.b1 -= lr * g.db1
        p.W2 -= lr * g.dW2
        p.b2 -= lr * g.db2
        if log is not None and (n := step) % 100 == 0:
            log.append(mse(forward(p, X)[-1], Y))
    return p
