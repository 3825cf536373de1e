import numpy as np

np.random.seed(42)

def sgd_step(X, Y, W1, b1, W2, b2, eta=0.1):
    """One step over a mini-batch, sample by sample."""
    dW1 = np.zeros_like(W1)
    db1 = np.zeros_like(b1)
    dW2 = np.zeros_like(W2)
    db2 = np.zeros_like(b2)
    total = 0
    for x, y in zip(X, Y):
        # forward
        h = np.tanh(W1 @ x + b1)
        out = W2 @ h + b2
        diff = out - y
        total += 0.5 * np.sum(diff ** 2)
        # backward
        delta2 = diff
        # wrong: delta2 = diff * (1 - out ** 2)
        delta1 = (W2.T @ delta2) * (1 - h ** 2)
        # wrong: delta1 = (W2 @ delta2) * (1 - h ** 2)
        # wrong: delta1 = (W2.T @ delta2) * (1 - h)
        dW2 += np.outer(delta2, h)
        # wrong: dW2 += np.outer(h, delta2)
        db2 += delta2
        dW1 += np.outer(delta1, x)
        # wrong: dW1 += np.outer(delta1, h)
        db1 += delta1
    W1 -= eta * dW1
    b1 -= eta * db1
    W2 -= eta * dW2
    b2 -= eta * db2
    return total
