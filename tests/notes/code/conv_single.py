import numpy as np

def conv2d(x, k):
    H, W = x.shape
    h, w = k.shape
    out = np.zeros((H - h + 1, W - w + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i:i+h, j:j+w] * k)
    return out

def conv2d_backward(dout, x, k):
    h, w = k.shape
    dx = np.zeros_like(x)
    dk = np.zeros_like(k)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            dk += x[i:i+h, j:j+w] * dout[i, j]
            # wrong: dk += x[i:i+h, j:j+w] * k
            # wrong: dk -= x[i:i+h, j:j+w] * dout[i, j]
            dx[i:i+h, j:j+w] += k * dout[i, j]
            # wrong: dx[i:i+h, j:j+w] = k * dout[i, j]
    return dx, dk
