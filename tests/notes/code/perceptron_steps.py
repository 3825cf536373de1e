import numpy as np

def train_step(X, Y, W1, b1, W2, b2, lr):
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    eps = 1e-8
    loss = -(Y * np.log(A2 + eps) + (1 - Y) * np.log(1 - A2 + eps)).mean()
    grads = {}
    grads['Z2'] = (A2 - Y) / m
    # wrong: grads['Z2'] = (A2 + Y) / m
    grads['W2'] = grads['Z2'] @ A1.T
    # wrong: grads['W2'] = grads['Z2'] @ A1.T / m
    grads['b2'] = grads['Z2'].sum(axis=1, keepdims=True)
    grads['A1'] = W2.T @ grads['Z2']
    grads['Z1'] = grads['A1'] * np.where(Z1 > 0, 1, 0.01)
    # wrong: grads['Z1'] = grads['A1'] * np.where(Z1 > 0, 0.01, 1)
    grads['W1'] = grads['Z1'] @ X.T
    # wrong: grads['W1'] = grads['A1'] @ X.T
    grads['b1'] = grads['Z1'].sum(axis=1, keepdims=True)
    W1 -= lr * grads['W1']
    b1 -= lr * grads['b1']
    W2 -= lr * grads['W2']
    b2 -= lr * grads['b2']
    return loss
