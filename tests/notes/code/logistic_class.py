import numpy as np

class LogisticRegression:
    def __init__(self, lr=0.01, n_iters=1000):
        self.lr = lr
        self.n_iters = n_iters
        self.weights = None
        self.bias = None

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.weights = np.zeros(n_features)
        self.bias = 0
        for _ in range(self.n_iters):
            linear_pred = np.dot(X, self.weights) + self.bias
            predictions = self._sigmoid(linear_pred)
            dw = (1 / n_samples) * np.dot(X.T, (predictions - y))
            # wrong: dw = (1 / n_samples) * np.dot(X, (predictions - y))
            # wrong: dw = (1 / n_samples) * np.dot(X.T, (y - predictions))
            db = (1 / n_samples) * np.sum(predictions - y)
            # wrong: db = (1 / n_samples) * np.sum(predictions)
            # wrong: db = np.sum(predictions - y)
            self.weights -= self.lr * dw
            self.bias -= self.lr * db

    def _sigmoid(self, x):
        return 1 / (1 + np.exp(-x))
