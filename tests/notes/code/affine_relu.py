import numpy as np

def affine_forward(x, w, b):
    N = x.shape[0]
    out = x.reshape(N, -1).dot(w) + b
    cache = (x, w, b)
    return out, cache

def affine_backward(dout, cache):
    x, w, b = cache
    N = x.shape[0]
    dx = dout.dot(w.T).reshape(x.shape)
    # wrong: dx = dout.dot(w).reshape(x.shape)
    dw = x.reshape(N, -1).T.dot(dout)
    # wrong: dw = x.reshape(N, -1).dot(dout)
    db = np.sum(dout, axis=0)
    # wrong: db = np.sum(dout, axis=1)
    return dx, dw, db

def relu_forward(x):
    out = np.maximum(0, x)
    cache = x
    return out, cache

def relu_backward(dout, cache):
    x = cache
    dx = dout * (x > 0)
    # wrong: dx = dout * (x < 0)
    return dx
