import numpy as np
X = np.random.randn(10, 3)
y = np.random.randn(10, 1)
w = np.zeros((3, 1))
lam = 0.1
def mse_loss(w):
    r = X @ w - y
    mse = np.mean(r ** 2)
    return mse + lam * np.sum(w ** 2)
for step in range(100):
    r = X @ w - y
    dw = 2 * X.T @ r / len(y) + 2 * lam * w
    # wrong: dw = X.T @ r / len(y) + 2 * lam * w
    # wrong: dw = 2 * X.T @ r / len(y) + lam * w
    # wrong: dw = 2 * X.T @ r + 2 * lam * w
    w -= 0.1 * dw
