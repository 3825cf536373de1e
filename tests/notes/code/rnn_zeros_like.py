# Backpropagation through a plain RNN
import numpy as np

def tanh_prime(z):
    return 1 - np.tanh(z) ** 2

def forward(x, y, params):
    T = len(x)
    hs = {-1: np.zeros((H, 1))}
    zs, outs = {}, {}
    loss = 0
    for t in range(T):
        zs[t] = params["Wxh"] @ x[t] + params["Whh"] @ hs[t - 1] + params["bh"]
        hs[t] = np.tanh(zs[t])
        outs[t] = params["Why"] @ hs[t] + params["by"]
        loss += 0.5 * np.sum((outs[t] - y[t]) ** 2)
    return loss, (hs, zs, outs)

def backward(x, y, params, cache):
    hs, zs, outs = cache
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    dh_next = np.zeros((H, 1))
    for t in reversed(range(len(x))):
        dy = outs[t] - y[t]
        # wrong: dy = y[t] - outs[t]
        # wrong: dy = outs[t] + y[t]
        grads["Why"] += dy @ hs[t].T
        # wrong: grads["Why"] += dy @ hs[t - 1].T
        grads["by"] += dy
        # wrong: grads["by"] -= dy
        dh = params["Why"].T @ dy + dh_next
        # wrong: dh = params["Why"].T @ dy
        # wrong: dh = params["Why"] @ dy + dh_next
        dz = dh * (1 - hs[t] ** 2)
        # wrong: dz = dh * (1 - zs[t] ** 2)
        grads["Wxh"] += dz @ x[t].T
        # wrong: grads["Wxh"] += dh @ x[t].T
        grads["Whh"] += dz @ hs[t - 1].T
        # wrong: grads["Whh"] += dz @ hs[t].T
        grads["bh"] += dz
        # wrong: grads["bh"] = dz
        dh_next = params["Whh"].T @ dz
        # wrong: dh_next = params["Whh"] @ dz
    return grads
