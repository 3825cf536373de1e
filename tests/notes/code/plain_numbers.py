import math
import random

class Neuron:
    pass

def sigmoid(x):
    return 1 / (1 + math.exp(-x))

# one hidden unit, one output, plain numbers
w1, w2, b1, b2 = 0.4, -0.2, 0.1, 0.0
lr = 0.5
for step in range(1000):
    for x, t in [(0.0, 0.1), (1.0, 0.9)]:
        z1 = w1 * x + b1
        h = sigmoid(z1)
        z2 = w2 * h + b2
        o = sigmoid(z2)
        E = 0.5 * (t - o) ** 2
        dE_do = o - t
        # wrong: dE_do = t - o
        do_dz2 = o * (1 - o)
        # wrong: do_dz2 = o * (1 + o)
        # wrong: do_dz2 = 1 - o
        delta2 = dE_do * do_dz2
        # wrong: delta2 = dE_do + do_dz2
        dE_dw2 = delta2 * h
        # wrong: dE_dw2 = delta2 * w2
        dE_db2 = delta2
        # wrong: dE_db2 = delta2 * h
        dE_dh = delta2 * w2
        # wrong: dE_dh = delta2 * h
        delta1 = dE_dh * h * (1 - h)
        # wrong: delta1 = dE_dh * (1 - h)
        # wrong: delta1 = dE_dh * h * (1 - h * h)
        dE_dw1 = delta1 * x
        # wrong: dE_dw1 = delta1 * z1
        dE_db1 = delta1
        # wrong: dE_db1 = -delta1
        w2 = w2 - lr * dE_dw2
        b2 = b2 - lr * dE_db2
        w1 = w1 - lr * dE_dw1
        b1 = b1 - lr * dE_db1
