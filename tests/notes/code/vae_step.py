import numpy as np


def vae_step(x, W1, b1, Wm, bm, Wv, bv, Wd, bd, eps):
    # encoder
    h = np.tanh(x @ W1 + b1)
    mu = h @ Wm + bm
    logvar = h @ Wv + bv
    std = np.exp(0.5 * logvar)
    z = mu + std * eps
    # decoder
    logits = z @ Wd + bd
    p = 1 / (1 + np.exp(-logits))
    recon = -np.sum(x * np.log(p) + (1 - x) * np.log(1 - p))
    kl = -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
    loss = recon + kl
    # backward
    dlogits = p - x
    # wrong: dlogits = x - p
    dWd = z.T @ dlogits
    # wrong: dWd = mu.T @ dlogits
    dbd = dlogits.sum(axis=0)
    dz = dlogits @ Wd.T
    # wrong: dz = dlogits @ Wd
    dmu = dz + mu
    # wrong: dmu = dz - mu
    # wrong: dmu = dz
    dlogvar = dz * eps * 0.5 * std + 0.5 * (np.exp(logvar) - 1)
    # wrong: dlogvar = dz * eps * std + 0.5 * (np.exp(logvar) - 1)
    # wrong: dlogvar = dz * eps * 0.5 * std - 0.5 * (np.exp(logvar) - 1)
    dWm = h.T @ dmu
    dbm = dmu.sum(axis=0)
    dWv = h.T @ dlogvar
    dbv = dlogvar.sum(axis=0)
    dh = dmu @ Wm.T + dlogvar @ Wv.T
    # wrong: dh = dmu @ Wm.T
    da = dh * (1 - h ** 2)
    # wrong: da = dh * (1 - h) ** 2
    dW1 = x.T @ da
    db1 = da.sum(axis=0)
    return loss, dW1, db1, dWm, dbm, dWv, dbv, dWd, dbd
