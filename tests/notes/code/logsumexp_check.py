import numpy as np


def logsumexp(z):
    m = np.max(z, axis=1, keepdims=True)
    return m + np.log(np.sum(np.exp(z - m), axis=1, keepdims=True))


def loss_and_grad(W, b, X, Y):
    """Multiclass logistic regression; Y is one-hot."""
    N = X.shape[0]
    Z = X @ W + b
    log_probs = Z - logsumexp(Z)
    loss = -np.sum(Y * log_probs) / N
    P = np.exp(log_probs)
    dZ = (P - Y) / N
    # wrong: dZ = (P - Y) * N
    # wrong: dZ = P * (1 - P) / N
    dW = X.T @ dZ
    # wrong: dW = X.T @ Z
    db = np.sum(dZ, axis=0)
    # wrong: db = np.sum(Z, axis=0)
    return loss, dW, db


def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + eps
        fxph = f(x)
        x[ix] = old - eps
        fxmh = f(x)
        x[ix] = old
        grad[ix] = (fxph - fxmh) / (2 * eps)
        it.iternext()
    return grad


def check_gradients():
    X = np.random.randn(10, 4)
    Y = np.eye(3)[np.random.randint(0, 3, 10)]
    W = np.random.randn(4, 3)
    b = np.zeros(3)
    loss, dW, db = loss_and_grad(W, b, X, Y)
    num = numerical_gradient(lambda w: loss_and_grad(w, b, X, Y)[0], W)
    rel = np.abs(dW - num) / np.maximum(1e-8, np.abs(dW) + np.abs(num))
    assert rel.max() < 1e-5, rel.max()
    print("gradient check passed:", rel.max())


if __name__ == "__main__":
    check_gradients()
