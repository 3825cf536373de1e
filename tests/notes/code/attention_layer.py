import numpy as np


class SelfAttention:
    def __init__(self, d_model, d_k):
        self.d_k = d_k
        self.Wq = np.random.randn(d_model, d_k)
        self.Wk = np.random.randn(d_model, d_k)
        self.Wv = np.random.randn(d_model, d_k)

    def forward(self, X):
        self.X = X
        self.Q = X @ self.Wq
        self.K = X @ self.Wk
        self.V = X @ self.Wv
        S = self.Q @ self.K.T / np.sqrt(self.d_k)
        S = S - S.max(axis=-1, keepdims=True)
        E = np.exp(S)
        self.P = E / E.sum(axis=-1, keepdims=True)
        return self.P @ self.V

    def backward(self, dO):
        dV = self.P.T @ dO
        # wrong: dV = self.P @ dO
        dP = dO @ self.V.T
        dS = self.P * (dP - np.sum(dP * self.P, axis=-1, keepdims=True))
        # wrong: dS = self.P * (dP - np.sum(dP * self.P, axis=0, keepdims=True))
        dQ = dS @ self.K / np.sqrt(self.d_k)
        # wrong: dQ = dS @ self.K
        dK = dS.T @ self.Q / np.sqrt(self.d_k)
        # wrong: dK = dS @ self.Q / np.sqrt(self.d_k)
        self.dWq = self.X.T @ dQ
        self.dWk = self.X.T @ dK
        self.dWv = self.X.T @ dV
        # wrong: self.dWv = self.X.T @ dK
        dX = dQ @ self.Wq.T + dK @ self.Wk.T + dV @ self.Wv.T
        # wrong: dX = dQ @ self.Wq.T + dK @ self.Wk.T
        return dX
