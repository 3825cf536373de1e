import numpy as np

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def train_step(params, X, Y, keep_prob=0.8, lr=0.01, training=True):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    m = X.shape[1]

    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    D1 = (np.random.rand(*A1.shape) < keep_prob) / keep_prob
    A1d = A1 * D1
    Z2 = np.dot(W2, A1d) + b2
    A2 = sigmoid(Z2)
    cost = -(1.0 / m) * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

    dZ2 = A2 - Y
    # wrong: dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = (1.0 / m) * np.dot(dZ2, A1d.T)
    # wrong: dW2 = (1.0 / m) * np.dot(dZ2, A1.T)
    db2 = (1.0 / m) * np.sum(dZ2, axis=1, keepdims=True)
    # wrong: db2 = (1.0 / m) * np.sum(dZ2, axis=0, keepdims=True)
    dA1d = np.dot(W2.T, dZ2)
    dA1 = dA1d * D1
    # wrong: dA1 = dA1d
    # wrong: dA1 = dA1d * (1 - D1)
    dZ1 = dA1 * (1 - np.power(A1, 2))
    # wrong: dZ1 = dA1d * (1 - np.power(A1, 2))
    # wrong: dZ1 = dA1 * (1 - np.power(A1d, 2))
    dW1 = (1.0 / m) * np.dot(dZ1, X.T)
    db1 = (1.0 / m) * np.sum(dZ1, axis=1, keepdims=True)

    grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    for k in params:
        params[k] = params[k] - lr * grads[k]
    return cost
