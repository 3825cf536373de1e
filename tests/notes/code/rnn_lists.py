import numpy as np


def forward(xs, h0, Wxh, Whh, Why, bh, by):
    hs, ys = {-1: h0}, {}
    for t in range(len(xs)):
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        ys[t] = Why @ hs[t] + by
    return hs, ys


def loss_fn(ys, targets):
    loss = 0
    for t in range(len(ys)):
        loss += 0.5 * np.sum((ys[t] - targets[t]) ** 2)
    return loss


def backward(xs, hs, ys, targets, Wxh, Whh, Why):
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh = np.zeros((Whh.shape[0], 1))
    dby = np.zeros((Why.shape[0], 1))
    dhnext = np.zeros((Whh.shape[0], 1))
    for t in reversed(range(len(xs))):
        dy = ys[t] - targets[t]
        # wrong: dy = targets[t] - ys[t]
        dWhy += dy @ hs[t].T
        # wrong: dWhy += dy @ hs[t - 1].T
        dby += dy
        # wrong: dby += ys[t]
        dh = Why.T @ dy + dhnext
        # wrong: dh = Why.T @ dy
        da = (1 - hs[t] ** 2) * dh
        # wrong: da = (1 - hs[t]) * dh
        dbh += da
        # wrong: dbh += dh
        dWxh += da @ xs[t].T
        # wrong: dWxh += dh @ xs[t].T
        dWhh += da @ hs[t - 1].T
        # wrong: dWhh += da @ hs[t].T
        dhnext = Whh.T @ da
        # wrong: dhnext = Whh @ da
    return dWxh, dWhh, dWhy, dbh, dby
