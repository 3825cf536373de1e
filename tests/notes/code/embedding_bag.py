import numpy as np


class BagOfWords:
    """Mean of word vectors, then a linear classifier."""

    def __init__(self, vocab_size, dim, n_classes):
        self.E = 0.01 * np.random.randn(vocab_size, dim)
        self.W = 0.01 * np.random.randn(dim, n_classes)
        self.b = np.zeros(n_classes)

    def step(self, counts, y, lr=0.1):
        # counts: (N, vocab) bag of words, y: class ids
        N = counts.shape[0]
        h = counts @ self.E
        logits = h @ self.W + self.b
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(N), y]).mean()

        dlogits = p.copy()
        dlogits[np.arange(N), y] -= 1
        # wrong: dlogits[np.arange(N), y] += 1
        dlogits /= N
        # wrong: dlogits *= N
        dW = h.T @ dlogits
        # wrong: dW = h.T @ p
        db = dlogits.sum(axis=0)
        dh = dlogits @ self.W.T
        # wrong: dh = dlogits @ self.W
        dE = counts.T @ dh
        # wrong: dE = counts.T @ h

        self.E -= lr * dE
        self.W -= lr * dW
        self.b -= lr * db
        return loss
