import numpy as np

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dtanh = dnext_h * (1 - next_h ** 2)
    dx = dtanh.dot(Wx.T)
    # wrong: dx = dtanh.dot(Wx)
    dprev_h = dtanh.dot(Wh.T)
    # wrong: dprev_h = dtanh.dot(Wx.T)
    dWx = x.T.dot(dtanh)
    # wrong: dWx = x.T.dot(dnext_h)
    dWh = prev_h.T.dot(dtanh)
    # wrong: dWh = next_h.T.dot(dtanh)
    db = np.sum(dtanh, axis=0)
    return dx, dprev_h, dWx, dWh, db
