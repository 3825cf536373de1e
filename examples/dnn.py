"""A network of one hidden layer with softmax, samples as rows.  Two of its derivatives are wrong."""
import numpy as np


def softmax(z):
    exps = np.exp(z - np.max(z, axis=1, keepdims=True))
    return exps / np.sum(exps, axis=1, keepdims=True)


class Network:
    def __init__(self, inputs, hidden, classes):
        self.W1 = np.random.randn(inputs, hidden) * 0.1
        self.b1 = np.zeros((1, hidden))
        self.W2 = np.random.randn(hidden, classes) * 0.1
        self.b2 = np.zeros((1, classes))

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = np.tanh(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.probs = softmax(self.z2)
        return self.probs

    def loss(self, y):
        n = y.shape[0]
        loss = -np.sum(y * np.log(self.probs + 1e-9)) / n
        return loss

    def backward(self, X, y):
        n = X.shape[0]
        dz2 = (self.probs - y) / n
        dW2 = self.a1.T @ dz2
        db2 = np.sum(dz2, axis=0, keepdims=True)
        da1 = dz2 @ self.W2
        dz1 = da1 * (1 - self.a1 ** 2)
        dW1 = X.T @ dz1
        db1 = np.sum(dz1, axis=0, keepdims=True) / n
        return dW1, db1, dW2, db2
