import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def one_hot(y, k):
    return np.eye(k)[y].T


def cost_and_grad(W, b, X, y, k):
    """X is (n, m), W (k, n), b (k, 1), y a list of classes."""
    m = X.shape[1]
    Y = one_hot(y, k)
    P = softmax(W @ X + b)
    J = -np.sum(Y * np.log(P)) / m
    dZ = (P - Y) / m
    # wrong: dZ = (P - Y)
    dW = dZ @ X.T
    # wrong: dW = X @ dZ.T
    db = np.sum(dZ, axis=1, keepdims=True)
    # wrong: db = np.sum(dZ, axis=0, keepdims=True)
    return J, dW, db
