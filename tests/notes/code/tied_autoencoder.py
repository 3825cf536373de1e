import numpy as np

rng = np.random.default_rng(7)

class TiedAutoencoder:
    def __init__(self, n_visible, n_hidden):
        self.W = rng.normal(0, 0.1, (n_visible, n_hidden))
        self.c = np.zeros(n_hidden)
        self.b = np.zeros(n_visible)

    def encode(self, X):
        return 1 / (1 + np.exp(-(X @ self.W + self.c)))

    def gradients(self, X):
        N = len(X)
        H = 1 / (1 + np.exp(-(X @ self.W + self.c)))
        R = H @ self.W.T + self.b
        loss = np.sum((R - X) ** 2) / (2 * N)

        dR = (R - X) / N
        # wrong: dR = (X - R) / N
        dH = dR @ self.W
        # wrong: dH = dR @ self.W.T
        dA = dH * H * (1 - H)
        # wrong: dA = dH * (1 - H)
        dW = X.T @ dA + dR.T @ H
        # wrong: dW = X.T @ dA
        # wrong: dW = dR.T @ H
        # wrong: dW = X.T @ dA + H.T @ dR
        dc = np.sum(dA, axis=0)
        db = np.sum(dR, axis=0)
        # wrong: db = np.sum(dA, axis=0)
        return loss, dW, db, dc
