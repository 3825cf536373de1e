import numpy as np


class Layer:
    def forward(self, x):
        raise NotImplementedError

    def backward(self, grad):
        raise NotImplementedError


class Linear(Layer):
    def __init__(self, in_features, out_features):
        scale = np.sqrt(2.0 / in_features)
        self.weight = np.random.randn(out_features, in_features) * scale
        self.bias = np.zeros(out_features)
        self.cache = None

    def forward(self, x):
        out = x @ self.weight.T + self.bias
        self.cache = x
        return out

    def backward(self, dout):
        x = self.cache
        self.dweight = dout.T @ x
        # wrong: self.dweight = x.T @ dout
        self.dbias = dout.sum(axis=0)
        # wrong: self.dbias = dout.mean(axis=0)
        dx = dout @ self.weight
        # wrong: dx = dout @ self.weight.T
        return dx


class Tanh(Layer):
    def forward(self, x):
        out = np.tanh(x)
        self.cache = out
        return out

    def backward(self, dout):
        out = self.cache
        dx = dout * (1 - out ** 2)
        # wrong: dx = dout * (1 - out) ** 2
        return dx


class Network:
    def __init__(self, sizes):
        self.layers = []
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            self.layers.append(Linear(n_in, n_out))
            self.layers.append(Tanh())

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad
