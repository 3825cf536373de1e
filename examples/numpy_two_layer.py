#!/usr/bin/env python3
"""A network of two layers in NumPy, as courses teach it, and how to have its gradients checked.

    python3 numpy_two_layer.py g.npz
    backproof grads "3 - 4 tanh - 1 sigmoid" g.npz

The only line that a project adds is the np.savez at the end: the data, the parameters, and the
gradients that belong to them.
"""

import sys

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = sigmoid(Z2)
    return A1, A2


def backward(X, Y, W2, A1, A2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2


def main():
    random = np.random.default_rng(1)
    X = random.normal(size=(3, 5))
    Y = (random.random(size=(1, 5)) < 0.5).astype(float)
    W1, b1 = random.normal(size=(4, 3)), random.normal(size=(4, 1))
    W2, b2 = random.normal(size=(1, 4)), random.normal(size=(1, 1))

    A1, A2 = forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward(X, Y, W2, A1, A2)

    name = sys.argv[1] if len(sys.argv) > 1 else "g.npz"
    np.savez(name, X=X, Y=Y, W1=W1, b1=b1, W2=W2, b2=b2, dW1=dW1, db1=db1, dW2=dW2, db2=db2)


if __name__ == "__main__":
    main()
