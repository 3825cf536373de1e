import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
y = (X[:, 0] > 0).astype(float).reshape(-1, 1)

W1 = rng.normal(size=(3, 8)) * 0.1
b1 = np.zeros((1, 8))
W2 = rng.normal(size=(8, 1)) * 0.1
b2 = np.zeros((1, 1))
lr = 0.1

for epoch in range(1000):
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    yhat = 1 / (1 + np.exp(-z2))
    loss = -np.mean(y * np.log(yhat) + (1 - y) * np.log(1 - yhat))

    dz2 = (yhat - y) / len(X)
    # wrong: dz2 = (yhat - y) * yhat * (1 - yhat) / len(X)
    dW2 = a1.T @ dz2
    # wrong: dW2 = z1.T @ dz2
    db2 = dz2.sum(axis=0, keepdims=True)
    # wrong: db2 = dz2.sum(axis=1, keepdims=True)
    da1 = dz2 @ W2.T
    # wrong: da1 = dz2 @ W2
    dz1 = da1 * (z1 > 0)
    # wrong: dz1 = da1 * (z1 < 0)
    dW1 = X.T @ dz1
    # wrong: dW1 = X.T @ da1
    db1 = dz1.sum(axis=0, keepdims=True)
    # wrong: db1 = -dz1.sum(axis=0, keepdims=True)

    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
    if epoch % 100 == 0:
        print(epoch, loss)
