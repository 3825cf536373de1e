import random
import numpy as np


class Net(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def loss(self, a, y):
        return 0.5 * np.linalg.norm(a - y) ** 2

    def backprop(self, x, y):
        grad_w = [np.zeros(w.shape) for w in self.weights]
        grad_b = [np.zeros(b.shape) for b in self.biases]
        activations = [x]
        zs = []
        for w, b in zip(self.weights, self.biases):
            z = w @ activations[-1] + b
            zs.append(z)
            activations.append(sigmoid(z))
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        # wrong: delta = (activations[-1] - y)
        grad_b[-1] = delta
        grad_w[-1] = delta @ activations[-2].T
        # wrong: grad_w[-1] = delta @ activations[-1].T
        for k in range(2, self.num_layers):
            delta = (self.weights[-k + 1].T @ delta) * sigmoid_prime(zs[-k])
            # wrong: delta = (self.weights[-k].T @ delta) * sigmoid_prime(zs[-k])
            # wrong: delta = (self.weights[-k + 1].T @ delta) * sigmoid(zs[-k])
            grad_b[-k] = delta
            grad_w[-k] = delta @ activations[-k - 1].T
            # wrong: grad_w[-k] = delta @ activations[-k].T
        return grad_w, grad_b


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    s = sigmoid(z)
    return s * (1 - s)
