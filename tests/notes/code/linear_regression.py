import numpy as np

class LinearRegression:
    def __init__(self, learning_rate=0.001, epochs=1000):
        self.learning_rate = learning_rate
        self.epochs = epochs

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.w = np.zeros(n_features)
        self.b = 0
        for epoch in range(self.epochs):
            y_hat = X @ self.w + self.b
            loss = np.mean((y_hat - y) ** 2)
            dw = 2 / n_samples * X.T @ (y_hat - y)
            # wrong: dw = 1 / n_samples * X.T @ (y_hat - y)
            # wrong: dw = 2 / n_samples * X.T @ (y - y_hat)
            db = 2 / n_samples * np.sum(y_hat - y)
            # wrong: db = 2 * np.sum(y_hat - y)
            self.w = self.w - self.learning_rate * dw
            self.b = self.b - self.learning_rate * db
