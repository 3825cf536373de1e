import numpy as np

sigmoid = lambda z: 1 / (1 + np.exp(-z))


def lstm_forward(x, h_prev, c_prev, Wf, Wi, Wg, Wo, bf, bi, bg, bo):
    z = np.concatenate([h_prev, x])
    f = sigmoid(Wf @ z + bf)
    i = sigmoid(Wi @ z + bi)
    g = np.tanh(Wg @ z + bg)
    o = sigmoid(Wo @ z + bo)
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    cache = (z, f, i, g, o, c, c_prev, Wf, Wi, Wg, Wo)
    return h, c, cache


def lstm_backward(dh, dc_next, cache):
    z, f, i, g, o, c, c_prev, Wf, Wi, Wg, Wo = cache
    tc = np.tanh(c)
    do = dh * tc
    # wrong: do = dh * c
    dc = dc_next + dh * o * (1 - tc ** 2)
    # wrong: dc = dh * o * (1 - tc ** 2)
    df = dc * c_prev
    # wrong: df = dc * c
    di = dc * g
    # wrong: di = dc * i
    dg = dc * i
    # wrong: dg = dc * f
    dc_prev = dc * f
    # wrong: dc_prev = dc * i
    daf = df * f * (1 - f)
    # wrong: daf = df * (1 - f)
    dai = di * i * (1 - i)
    dag = dg * (1 - g ** 2)
    # wrong: dag = dg * g * (1 - g)
    dao = do * o * (1 - o)
    dWf = np.outer(daf, z)
    # wrong: dWf = np.outer(z, daf)
    dWi = np.outer(dai, z)
    dWg = np.outer(dag, z)
    dWo = np.outer(dao, z)
    dbf, dbi, dbg, dbo = daf, dai, dag, dao
    dz = Wf.T @ daf + Wi.T @ dai + Wg.T @ dag + Wo.T @ dao
    # wrong: dz = Wf.T @ daf + Wi.T @ dai + Wg.T @ dag
    return dz, dc_prev, dWf, dWi, dWg, dWo, dbf, dbi, dbg, dbo
