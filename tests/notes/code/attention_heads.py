import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_forward(X, Wq, Wk, Wv):
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    d = Q.shape[-1]
    S = Q @ K.T / np.sqrt(d)
    A = softmax(S)
    O = A @ V
    cache = (X, Wq, Wk, Wv, Q, K, V, A, d)
    return O, cache


def attention_backward(dO, cache):
    X, Wq, Wk, Wv, Q, K, V, A, d = cache
    dV = A.T @ dO
    # wrong: dV = A @ dO
    dA = dO @ V.T
    # wrong: dA = dO @ V
    dS = A * (dA - np.sum(dA * A, axis=-1, keepdims=True))
    # wrong: dS = A * (dA - np.sum(dA, axis=-1, keepdims=True))
    # wrong: dS = A * (1 - A) * dA
    dQ = dS @ K / np.sqrt(d)
    # wrong: dQ = dS @ K
    dK = dS.T @ Q / np.sqrt(d)
    # wrong: dK = dS @ Q / np.sqrt(d)
    dWq = X.T @ dQ
    dWk = X.T @ dK
    dWv = X.T @ dV
    # wrong: dWv = X.T @ dK
    dX = dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
    # wrong: dX = dQ @ Wq.T + dK @ Wk.T
    return dX, dWq, dWk, dWv
