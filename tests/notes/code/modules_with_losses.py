import numpy as np


class Module:
    def __call__(self, *args):
        return self.forward(*args)


class Linear(Module):
    def __init__(self, n_in, n_out):
        self.weight = np.random.randn(n_out, n_in) / np.sqrt(n_in)
        self.bias = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.weight.T + self.bias

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.x
        # wrong: self.grad_weight = self.x.T @ grad_output
        self.grad_bias = grad_output.sum(0)
        # wrong: self.grad_bias = grad_output.mean(0)
        return grad_output @ self.weight
        # wrong: return grad_output @ self.weight.T


class ReLU(Module):
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad_output):
        return grad_output * self.mask
        # wrong: return grad_output * ~self.mask


class Sigmoid(Module):
    def forward(self, x):
        self.y = 1.0 / (1.0 + np.exp(-x))
        return self.y

    def backward(self, grad_output):
        return grad_output * self.y * (1 - self.y)
        # wrong: return grad_output * self.y


class MSELoss(Module):
    def forward(self, pred, target):
        self.diff = pred - target
        return (self.diff ** 2).mean()

    def backward(self):
        return 2 * self.diff / self.diff.size
        # wrong: return self.diff / self.diff.size


class SoftmaxCrossEntropy(Module):
    def forward(self, logits, target):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        self.t = target
        return -(target * np.log(self.p)).sum() / len(logits)

    def backward(self):
        return (self.p - self.t) / len(self.p)
        # wrong: return self.p - self.t
