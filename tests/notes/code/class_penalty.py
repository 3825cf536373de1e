import numpy as np


class TwoLayerNet:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1, reg=1e-3):
        self.W1 = np.random.randn(n_in, n_hidden) * np.sqrt(2.0 / n_in)
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = np.random.randn(n_hidden, n_out) * np.sqrt(2.0 / n_hidden)
        self.b2 = np.zeros((1, n_out))
        self.lr = lr
        self.reg = reg

    def forward(self, X):
        self.X = X
        self.Z1 = X @ self.W1 + self.b1
        self.A1 = np.maximum(0, self.Z1)
        self.Z2 = self.A1 @ self.W2 + self.b2
        exp = np.exp(self.Z2 - np.max(self.Z2, axis=1, keepdims=True))
        self.P = exp / np.sum(exp, axis=1, keepdims=True)
        return self.P

    def loss(self, Y):
        m = Y.shape[0]
        data_loss = -np.sum(Y * np.log(self.P + 1e-12)) / m
        reg_loss = 0.5 * self.reg * (np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2))
        return data_loss + reg_loss

    def backward(self, Y):
        m = Y.shape[0]
        dZ2 = (self.P - Y) / m
        self.dW2 = self.A1.T @ dZ2 + self.reg * self.W2
        self.db2 = np.sum(dZ2, axis=0, keepdims=True)
        # wrong: self.db2 = np.sum(dZ2, axis=1, keepdims=True)
        dA1 = dZ2 @ self.W2.T
        dZ1 = dA1 * (self.A1 > 0)
        # wrong: dZ1 = dA1 * (self.A1 < 0)
        self.dW1 = self.X.T @ dZ1 + self.reg * self.W1
        # wrong: self.dW1 = self.X.T @ dZ1 + 2 * self.reg * self.W1
        # wrong: self.dW1 = self.X.T @ dZ1
        self.db1 = np.sum(dZ1, axis=0, keepdims=True)

    def step(self):
        self.W1 -= self.lr * self.dW1
        self.b1 -= self.lr * self.db1
        self.W2 -= self.lr * self.dW2
        self.b2 -= self.lr * self.db2


net = TwoLayerNet(4, 8, 3)
X = np.random.randn(20, 4)
Y = np.eye(3)[np.random.randint(0, 3, 20)]
for epoch in range(100):
    net.forward(X)
    if epoch % 10 == 0:
        print(epoch, net.loss(Y))
    net.backward(Y)
    net.step()
