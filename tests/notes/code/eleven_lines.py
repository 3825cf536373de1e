import numpy as np

def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

for j in range(60000):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1))
    l2_error = y - l2
    # wrong: l2_error = l2 - y
    l2_delta = l2_error * nonlin(l2, deriv=True)
    # wrong: l2_delta = l2_error * nonlin(l2)
    l1_error = l2_delta.dot(syn1.T)
    # wrong: l1_error = l2_delta.dot(syn1)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    # wrong: l1_delta = l1_error * nonlin(l1)
    syn1 += l1.T.dot(l2_delta)
    # wrong: syn1 += l2.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)
    # wrong: syn0 += l1.T.dot(l1_delta)
