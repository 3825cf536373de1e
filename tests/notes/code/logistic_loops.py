import numpy as np

def propagate(w, b, X, y):
    m, n = X.shape
    J = 0
    dw = np.zeros(n)
    db = 0
    for i in range(m):
        z = np.dot(w, X[i]) + b
        a = 1 / (1 + np.exp(-z))
        J += -(y[i] * np.log(a) + (1 - y[i]) * np.log(1 - a))
        dz = a - y[i]
        # wrong: dz = y[i] - a
        # wrong: dz = a * (1 - a)
        for j in range(n):
            dw[j] += X[i, j] * dz
            # wrong: dw[j] += w[j] * dz
        db += dz
        # wrong: db += a
    J /= m
    dw /= m
    db /= m
    # wrong: db *= m
    return J, dw, db
