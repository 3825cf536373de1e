import numpy as np


def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[np.arange(num_train), y]))
    loss /= num_train
    loss += 0.5 * reg * np.sum(W * W)

    dscores = probs
    dscores[np.arange(num_train), y] -= 1
    # wrong: dscores[np.arange(num_train), y] -= 2
    dW = X.T.dot(dscores)
    # wrong: dW = scores.T.dot(dscores)
    dW /= num_train
    dW += reg * W
    # wrong: dW += 2 * reg * W
    # wrong: dW -= reg * W
    return loss, dW
