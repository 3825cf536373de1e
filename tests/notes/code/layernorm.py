import numpy as np


def layernorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    inv_std = 1.0 / np.sqrt(var + eps)
    xhat = (x - mu) * inv_std
    out = gamma * xhat + beta
    cache = (xhat, gamma, inv_std)
    return out, cache


def layernorm_backward(dout, cache):
    xhat, gamma, inv_std = cache
    N, D = dout.shape
    dgamma = np.sum(dout * xhat, axis=0)
    # wrong: dgamma = np.sum(dout * xhat, axis=1)
    # wrong: dgamma = np.sum(dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    # wrong: dbeta = np.mean(dout, axis=0)
    dxhat = dout * gamma
    # wrong: dxhat = dout * xhat
    dx = inv_std / D * (D * dxhat - np.sum(dxhat, axis=1, keepdims=True) - xhat * np.sum(dxhat * xhat, axis=1, keepdims=True))
    # wrong: dx = inv_std * (D * dxhat - np.sum(dxhat, axis=1, keepdims=True) - xhat * np.sum(dxhat * xhat, axis=1, keepdims=True))
    # wrong: dx = inv_std / D * (D * dxhat - np.sum(dxhat, axis=1, keepdims=True) - np.sum(dxhat * xhat, axis=1, keepdims=True))
    return dx, dgamma, dbeta
