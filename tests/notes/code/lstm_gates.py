import numpy as np

def sigmoid(x):
    return 1. / (1. + np.exp(-x))

def forward(x, h_old, c_old, p):
    X = np.row_stack((h_old, x))
    hf = sigmoid(np.dot(p.Wf, X) + p.bf)
    hi = sigmoid(np.dot(p.Wi, X) + p.bi)
    ho = sigmoid(np.dot(p.Wo, X) + p.bo)
    hc = np.tanh(np.dot(p.Wc, X) + p.bc)
    c = hf * c_old + hi * hc
    h = ho * np.tanh(c)
    y = np.dot(p.Wy, h) + p.by
    prob = np.exp(y) / np.sum(np.exp(y))
    return prob, X, hf, hi, ho, hc, c, h

def backward(target, p, prob, X, hf, hi, ho, hc, c, c_old, h):
    dy = prob - target
    # wrong: dy = target - prob
    dWy = np.dot(dy, h.T)
    # wrong: dWy = np.dot(h, dy.T)
    dby = dy
    dh = np.dot(p.Wy.T, dy)
    dho = np.tanh(c) * dh
    dho = ho * (1. - ho) * dho
    # wrong: dho = ho * (1. + ho) * dho
    dc = ho * dh * (1. - np.tanh(c) ** 2)
    # wrong: dc = ho * dh * (1. - c ** 2)
    dhf = c_old * dc
    dhf = hf * (1. - hf) * dhf
    dhi = hc * dc
    dhi = hi * (1. - hi) * dhi
    dhc = hi * dc
    dhc = (1. - hc ** 2) * dhc
    dWf = np.dot(dhf, X.T)
    dbf = dhf
    dWi = np.dot(dhi, X.T)
    # wrong: dWi = np.dot(dhf, X.T)
    dbi = dhi
    dWo = np.dot(dho, X.T)
    dbo = dho
    dWc = np.dot(dhc, X.T)
    dbc = dhc
    return dWf, dbf, dWi, dbi, dWo, dbo, dWc, dbc, dWy, dby
