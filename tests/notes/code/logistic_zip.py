import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost_and_gradient(theta, X, Y):
    m = len(Y)
    loss = 0
    grad = np.zeros_like(theta)
    for x, y in zip(X, Y):
        h = sigmoid(np.dot(theta, x))
        loss += -y * np.log(h) - (1 - y) * np.log(1 - h)
        grad += (h - y) * x
        # wrong: grad += (y - h) * x
        # wrong: grad += (h - y) * h * (1 - h) * x
        # wrong: grad += (h - y) * theta
    loss = loss / m
    grad = grad / m
    # wrong: grad = grad / (2 * m)
    return loss, grad
