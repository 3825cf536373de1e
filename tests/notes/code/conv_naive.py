import numpy as np

def conv_forward_naive(x, w, b):
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    H_out = H - HH + 1
    W_out = W - WW + 1
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    out[n, f, i, j] = np.sum(x[n, :, i:i+HH, j:j+WW] * w[f]) + b[f]
    cache = (x, w, b)
    return out, cache

def conv_backward_naive(dout, cache):
    x, w, b = cache
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    N, F, H_out, W_out = dout.shape
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            db[f] += np.sum(dout[n, f])
            for i in range(H_out):
                for j in range(W_out):
                    dw[f] += x[n, :, i:i+HH, j:j+WW] * dout[n, f, i, j]
                    # wrong: dw[f] += w[f] * dout[n, f, i, j]
                    dx[n, :, i:i+HH, j:j+WW] += w[f] * dout[n, f, i, j]
                    # wrong: dx[n, :, i:i+HH, j:j+WW] = w[f] * dout[n, f, i, j]
    return dx, dw, db
