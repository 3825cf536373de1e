import numpy as np
import matplotlib.pyplot as plt


def stable_sigmoid(t: np.ndarray) -> np.ndarray:
    return np.where(t >= 0, 1 / (1 + np.exp(-t)), np.exp(t) / (1 + np.exp(t)))


class LogisticRegression:
    def __init__(self, lr: float = 0.1, n_iters: int = 1000, lam: float = 0.01) -> None:
        self.lr = lr
        self.n_iters = n_iters
        self.lam = lam
        self.weights = None
        self.bias = None
        self.losses = []

    def fit(self, X: np.ndarray, y: np.ndarray) -> "LogisticRegression":
        n_samples, n_features = X.shape
        self.weights = np.zeros(n_features)
        self.bias = 0

        for i in range(self.n_iters):
            linear = X @ self.weights + self.bias
            y_pred = 1 / (1 + np.exp(-linear))
            loss = -np.mean(y * np.log(y_pred) + (1 - y) * np.log(1 - y_pred)) + self.lam / 2 * np.sum(self.weights ** 2)
            self.losses.append(loss)

            error = y_pred - y
            dw = X.T @ error / n_samples + self.lam * self.weights
            # wrong: dw = X.T @ error / n_samples + 2 * self.lam * self.weights
            # wrong: dw = X.T @ error / n_samples - self.lam * self.weights
            # wrong: dw = X.T @ error + self.lam * self.weights
            db = np.mean(error)
            # wrong: db = np.sum(error)

            self.weights -= self.lr * dw
            self.bias -= self.lr * db
            if i % 100 == 0:
                print("iteration %d: loss %.5f" % (i, loss))
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return (stable_sigmoid(X @ self.weights + self.bias) > 0.5).astype(int)

    def plot(self):
        plt.figure(figsize=(8, 5))
        plt.plot(self.losses)
        plt.xlabel("iteration")
        plt.title("Training loss")
        plt.show()
