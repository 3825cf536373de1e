import numpy as np


class RNN:
    def __init__(self, n_in, n_hidden):
        self.Wx = np.random.randn(n_hidden, n_in) / 100
        self.Wh = np.random.randn(n_hidden, n_hidden) / 100
        self.b = np.zeros((n_hidden, 1))

    def forward(self, inputs):
        h = np.zeros((self.Wh.shape[0], 1))
        self.inputs = inputs
        self.hs = {-1: h}
        for t, x in enumerate(inputs):
            h = np.tanh(self.Wx @ x + self.Wh @ h + self.b)
            self.hs[t] = h
        return h

    def backward(self, dh):
        dWx, dWh, db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        for t in reversed(range(len(self.inputs))):
            da = (1 - self.hs[t] ** 2) * dh
            # wrong: da = (1 - self.hs[t - 1] ** 2) * dh
            db += da
            # wrong: db += dh
            dWh += da @ self.hs[t - 1].T
            # wrong: dWh += da @ self.hs[t].T
            dWx += da @ self.inputs[t].T
            # wrong: dWx += dh @ self.inputs[t].T
            dh = self.Wh.T @ da
            # wrong: dh = self.Wh @ da
        return dWx, dWh, db
