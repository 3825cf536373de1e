# Linear regression, multiple ways
import numpy as np

def compute_cost(X, y, w, b):
    m = X.shape[0]
    cost = 0.0
    for i in range(m):
        f_wb_i = np.dot(X[i], w) + b
        cost = cost + (f_wb_i - y[i]) ** 2
    cost = cost / (2 * m)
    return cost

def compute_gradient(X, y, w, b):
    m, n = X.shape
    dj_dw = np.zeros((n,))
    dj_db = 0.0
    for i in range(m):
        err = (np.dot(X[i], w) + b) - y[i]
        # wrong: err = (np.dot(X[i], w) + b) + y[i]
        # wrong: err = np.dot(X[i], w) - y[i]
        for j in range(n):
            dj_dw[j] = dj_dw[j] + err * X[i, j]
            # wrong: dj_dw[j] = dj_dw[j] + err * X[i, j] ** 2
            # wrong: dj_dw[j] = dj_dw[j] - err * X[i, j]
            # wrong: dj_dw[j] = err * X[i, j]
        dj_db = dj_db + err
        # wrong: dj_db = dj_db - err
        # wrong: dj_db = err
    dj_dw = dj_dw / m
    # wrong: dj_dw = dj_dw / n
    # wrong: dj_dw = dj_dw
    dj_db = dj_db / m
    # wrong: dj_db = dj_db * m
    return dj_db, dj_dw

def gradient_descent(X, y, w, b, alpha, num_iters):
    history = []
    for i in range(num_iters):
        dj_db, dj_dw = compute_gradient(X, y, w, b)
        w = w - alpha * dj_dw
        b = b - alpha * dj_db
        if i < 100000:
            history.append(compute_cost(X, y, w, b))
    return w, b, history
