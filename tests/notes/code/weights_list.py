import numpy as np

def relu(z):
    return np.maximum(0, z)

def relu_grad(z):
    return (z > 0).astype(float)

def forward(x, weights, biases):
    a = [x]
    z = []
    for W, b in zip(weights[:-1], biases[:-1]):
        z.append(W @ a[-1] + b)
        a.append(relu(z[-1]))
    z.append(weights[-1] @ a[-1] + biases[-1])
    a.append(z[-1])
    return z, a

def backward(x, y, weights, biases):
    z, a = forward(x, weights, biases)
    L = len(weights)
    dW = [None] * L
    db = [None] * L
    loss = 0.5 * np.sum((a[-1] - y) ** 2)
    delta = a[-1] - y
    # wrong: delta = y - a[-1]
    for l in reversed(range(L)):
        dW[l] = delta @ a[l].T
        # wrong: dW[l] = delta @ a[l+1].T
        # wrong: dW[l] = a[l] @ delta.T
        db[l] = delta
        if l > 0:
            delta = (weights[l].T @ delta) * relu_grad(z[l-1])
            # wrong: delta = (weights[l].T @ delta) * relu_grad(z[l])
            # wrong: delta = (weights[l] @ delta) * relu_grad(z[l-1])
    return dW, db
