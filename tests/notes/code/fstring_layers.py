"""Deep network with dictionaries and a loop over layers."""
import numpy as np


def init_params(sizes):
    params = {}
    for l in range(1, len(sizes)):
        params[f"W{l}"] = np.random.randn(sizes[l], sizes[l - 1]) * np.sqrt(1 / sizes[l - 1])
        params[f"b{l}"] = np.zeros((sizes[l], 1))
    return params


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, params, L):
    cache = {"A0": X}
    for l in range(1, L + 1):
        cache[f"Z{l}"] = params[f"W{l}"] @ cache[f"A{l-1}"] + params[f"b{l}"]
        cache[f"A{l}"] = sigmoid(cache[f"Z{l}"])
    return cache[f"A{L}"], cache


def cost(A, Y):
    m = Y.shape[1]
    return 1 / (2 * m) * np.sum((A - Y) ** 2)


def backward(Y, params, cache, L):
    m = Y.shape[1]
    grads = {}
    dA = (cache[f"A{L}"] - Y) / m
    # wrong: dA = (Y - cache[f"A{L}"]) / m
    # wrong: dA = cache[f"A{L}"] - Y
    for l in range(L, 0, -1):
        A = cache[f"A{l}"]
        dZ = dA * A * (1 - A)
        # wrong: dZ = dA * (1 - A)
        # wrong: dZ = dA * A * (1 + A)
        grads[f"dW{l}"] = dZ @ cache[f"A{l-1}"].T
        # wrong: grads[f"dW{l}"] = dZ @ cache[f"A{l}"].T
        # wrong: grads[f"dW{l}"] = 2 * dZ @ cache[f"A{l-1}"].T
        grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True)
        # wrong: grads[f"db{l}"] = dZ.sum(axis=0, keepdims=True)
        dA = params[f"W{l}"].T @ dZ
        # wrong: dA = params[f"W{l}"].T @ dA
        # wrong: dA = params[f"W{l}"] @ dZ
    return grads


def train(X, Y, sizes, epochs, alpha):
    params = init_params(sizes)
    L = len(sizes) - 1
    for i in range(epochs):
        A, cache = forward(X, params, L)
        grads = backward(Y, params, cache, L)
        for l in range(1, L + 1):
            params[f"W{l}"] -= alpha * grads[f"dW{l}"]
            params[f"b{l}"] -= alpha * grads[f"db{l}"]
    return params


params = train(X, Y, [4, 5, 3, 2], 1000, 0.1)
