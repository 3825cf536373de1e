import numpy as np


def relu(z):
    return np.maximum(0, z)


class MLP:
    def __init__(self, sizes):
        self.params = []
        for i in range(len(sizes) - 1):
            W = np.random.randn(sizes[i], sizes[i + 1]) * np.sqrt(2 / sizes[i])
            b = np.zeros(sizes[i + 1])
            self.params.append([W, b])

    def forward(self, X):
        self.inputs = []
        self.pre = []
        out = X
        for i, (W, b) in enumerate(self.params):
            self.inputs.append(out)
            z = out @ W + b
            self.pre.append(z)
            out = relu(z) if i < len(self.params) - 1 else z
        return out

    def loss(self, out, Y):
        return np.sum((out - Y) ** 2) / (2 * len(Y))

    def backward(self, out, Y):
        grads = []
        delta = (out - Y) / len(Y)
        # wrong: delta = (out - Y)
        for i in reversed(range(len(self.params))):
            W, b = self.params[i]
            if i < len(self.params) - 1:
                delta = delta * (self.pre[i] > 0)
                # wrong: delta = delta * (self.inputs[i] > 0)
            dW = self.inputs[i].T @ delta
            # wrong: dW = self.pre[i].T @ delta
            db = delta.sum(axis=0)
            # wrong: db = delta.mean(axis=0)
            grads.insert(0, (dW, db))
            delta = delta @ W.T
            # wrong: delta = delta @ W
        return grads
