import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.1
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad_output):
        self.dW = self.x.T @ grad_output
        # wrong: self.dW = self.x @ grad_output
        # wrong: self.dW = self.W.T @ grad_output
        self.db = np.sum(grad_output, axis=0, keepdims=True)
        # wrong: self.db = np.sum(grad_output, axis=1, keepdims=True)
        return grad_output @ self.W.T
        # wrong: return grad_output @ self.W

class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, grad_output):
        return grad_output * self.out * (1 - self.out)
        # wrong: return grad_output * (1 - self.out)

class ReLU:
    def forward(self, x):
        self.mask = (x > 0)
        return x * self.mask

    def backward(self, grad_output):
        return grad_output * self.mask
        # wrong: return grad_output * (1 - self.mask)

class MSE:
    def forward(self, pred, target):
        self.pred = pred
        self.target = target
        return np.mean((pred - target) ** 2)

    def backward(self):
        return 2 * (self.pred - self.target) / self.pred.size
        # wrong: return (self.pred - self.target) / self.pred.size
