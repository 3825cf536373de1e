import numpy as np

def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    correct = scores[np.arange(num_train), y].reshape(-1, 1)
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(num_train), y] = 0
    loss = np.sum(margins) / num_train + reg * np.sum(W * W)

    mask = np.zeros(margins.shape)
    mask[margins > 0] = 1
    mask[np.arange(num_train), y] = -np.sum(mask, axis=1)
    # wrong: mask[np.arange(num_train), y] = np.sum(mask, axis=1)
    # wrong: mask[np.arange(num_train), y] = -1
    dW = X.T.dot(mask) / num_train + 2 * reg * W
    # wrong: dW = X.T.dot(mask) / num_train + reg * W
    # wrong: dW = X.T.dot(mask) + 2 * reg * W
    return loss, dW
