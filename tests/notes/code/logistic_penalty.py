import numpy as np


class LogisticRegressionGD:
    """Logistic regression with an L2 penalty, in the style of scikit-learn."""

    def __init__(self, lr=0.1, n_iter=100, lam=0.01):
        self.lr = lr
        self.n_iter = n_iter
        self.lam = lam

    def _sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.w_ = np.zeros(n_features)
        self.b_ = 0.0
        self.losses_ = []
        for _ in range(self.n_iter):
            z = X @ self.w_ + self.b_
            p = self._sigmoid(z)
            loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + 0.5 * self.lam * np.sum(self.w_ ** 2)
            self.losses_.append(loss)
            error = p - y
            grad_w = X.T @ error / n_samples + self.lam * self.w_
            # wrong: grad_w = X.T @ error / n_samples + 2 * self.lam * self.w_
            # wrong: grad_w = X.T @ error / n_features + self.lam * self.w_
            # wrong: grad_w = X.T @ error / n_samples
            grad_b = np.mean(error)
            # wrong: grad_b = np.sum(error)
            self.w_ -= self.lr * grad_w
            self.b_ -= self.lr * grad_b
        return self

    def predict(self, X):
        return (self._sigmoid(X @ self.w_ + self.b_) >= 0.5).astype(int)
