import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """
    Softmax loss function, naive implementation (with loops).

    - W: A numpy array of shape (D, C) containing weights.
    - X: A numpy array of shape (N, D) containing a minibatch of data.
    - y: A numpy array of shape (N,) containing training labels.
    """
    loss = 0.0
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    num_classes = W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        loss += -np.log(p[y[i]])
        for j in range(num_classes):
            dW[:, j] += (p[j] - (j == y[i])) * X[i]
            # wrong: dW[:, j] += (p[j] + (j == y[i])) * X[i]
            # wrong: dW[:, j] += p[j] * X[i]
    loss /= num_train
    dW /= num_train
    # wrong: dW *= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    # wrong: dW += reg * W
    return loss, dW
