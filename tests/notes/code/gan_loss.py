import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def discriminator_loss(x_real, x_fake, w, b):
    s_real = x_real @ w + b
    s_fake = x_fake @ w + b
    d_real = sigmoid(s_real)
    d_fake = sigmoid(s_fake)
    loss = -np.mean(np.log(d_real)) - np.mean(np.log(1 - d_fake))
    ds_real = (d_real - 1) / len(s_real)
    # wrong: ds_real = (1 - d_real) / len(s_real)
    ds_fake = d_fake / len(s_fake)
    # wrong: ds_fake = (d_fake - 1) / len(s_fake)
    dw = x_real.T @ ds_real + x_fake.T @ ds_fake
    # wrong: dw = x_real.T @ ds_real - x_fake.T @ ds_fake
    db = ds_real.sum() + ds_fake.sum()
    # wrong: db = ds_real.sum()
    return loss, dw, db
