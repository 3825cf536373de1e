import numpy as np

def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma * x_hat + beta
    cache = (x, x_hat, mean, std, gamma)
    return out, cache

def batchnorm_backward_alt(dout, cache):
    x, x_hat, mean, std, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    # wrong: dgamma = np.sum(dout * x, axis=0)
    dx_hat = dout * gamma
    # wrong: dx_hat = dout
    dx = (dx_hat - dx_hat.mean(axis=0) - x_hat * np.mean(dx_hat * x_hat, axis=0)) / std
    # wrong: dx = (dx_hat - dx_hat.mean(axis=0) + x_hat * np.mean(dx_hat * x_hat, axis=0)) / std
    # wrong: dx = (dx_hat - dx_hat.mean(axis=0) - x_hat * np.sum(dx_hat * x_hat, axis=0)) / std
    return dx, dgamma, dbeta
