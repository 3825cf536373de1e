import numpy as np


class MLP:
    def __init__(self, n_input: int, n_hidden: int, n_output: int, lr: float = 0.05, momentum: float = 0.9):
        self.lr = lr
        self.momentum = momentum
        self.W1 = np.random.uniform(-0.5, 0.5, (n_input, n_hidden))
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = np.random.uniform(-0.5, 0.5, (n_hidden, n_output))
        self.b2 = np.zeros((1, n_output))
        self.v = {k: 0 for k in ["W1", "b1", "W2", "b2"]}

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = np.maximum(0, self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        shifted = self.z2 - np.max(self.z2, axis=1, keepdims=True)
        exps = np.exp(shifted)
        self.probs = exps / np.sum(exps, axis=1, keepdims=True)
        return self.probs

    def loss(self, Y):
        return -np.sum(Y * np.log(self.probs + 1e-12)) / Y.shape[0]

    def train_batch(self, X, Y):
        batch_size = X.shape[0]
        self.forward(X)
        loss = self.loss(Y)

        dz2 = (self.probs - Y) / batch_size
        # wrong: dz2 = self.probs - Y
        # wrong: dz2 = (Y - self.probs) / batch_size
        dW2 = self.a1.T @ dz2
        db2 = dz2.sum(axis=0, keepdims=True)
        da1 = dz2 @ self.W2.T
        dz1 = da1 * (self.z1 > 0)
        # wrong: dz1 = da1 * (self.z1 < 0)
        # wrong: dz1 = da1 * self.a1
        dW1 = X.T @ dz1
        # wrong: dW1 = X.T @ da1
        db1 = dz1.sum(axis=0, keepdims=True)

        # momentum
        for name, grad in zip(["W1", "b1", "W2", "b2"], [dW1, db1, dW2, db2]):
            self.v[name] = self.momentum * self.v[name] - self.lr * grad
            setattr(self, name, getattr(self, name) + self.v[name])
        return loss

    def fit(self, X, Y, epochs=20, batch_size=32):
        n = X.shape[0]
        for epoch in range(epochs):
            idx = np.random.permutation(n)
            X_shuffled, Y_shuffled = X[idx], Y[idx]
            losses = []
            for start in range(0, n, batch_size):
                xb = X_shuffled[start:start + batch_size]
                yb = Y_shuffled[start:start + batch_size]
                losses.append(self.train_batch(xb, yb))
            print(f"epoch {epoch:3d}  loss {np.mean(losses):.4f}")
