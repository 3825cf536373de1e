import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_forward(x, h_prev, Wz, Uz, bz, Wr, Ur, br, Wn, Un, bn):
    z = sigmoid(Wz @ x + Uz @ h_prev + bz)
    r = sigmoid(Wr @ x + Ur @ h_prev + br)
    rh = r * h_prev
    n = np.tanh(Wn @ x + Un @ rh + bn)
    h = (1 - z) * n + z * h_prev
    return h, (x, h_prev, z, r, rh, n)


def gru_backward(dh, cache, Wz, Uz, Wr, Ur, Wn, Un):
    x, h_prev, z, r, rh, n = cache
    dn = dh * (1 - z)
    # wrong: dn = dh * z
    dz = dh * (h_prev - n)
    # wrong: dz = dh * (n - h_prev)
    dan = dn * (1 - n ** 2)
    # wrong: dan = dn * (1 - n)
    drh = Un.T @ dan
    # wrong: drh = Un @ dan
    dr = drh * h_prev
    # wrong: dr = drh * r
    daz = dz * z * (1 - z)
    dar = dr * r * (1 - r)
    # wrong: dar = dr * (1 - r)
    dWn = np.outer(dan, x)
    dUn = np.outer(dan, rh)
    # wrong: dUn = np.outer(dan, h_prev)
    dbn = dan
    dh_prev = dh * z + drh * r + Uz.T @ daz + Ur.T @ dar
    # wrong: dh_prev = drh * r + Uz.T @ daz + Ur.T @ dar
    return dh_prev, dWn, dUn, dbn
