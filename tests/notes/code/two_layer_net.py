import numpy as np


class TwoLayerNet(object):
    """A two-layer fully-connected network with ReLU and softmax."""

    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape

        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2

        if y is None:
            return scores

        shifted = scores - np.max(scores, axis=1, keepdims=True)
        exp_scores = np.exp(shifted)
        probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        correct_logprobs = -np.log(probs[range(N), y])
        data_loss = np.sum(correct_logprobs) / N
        reg_loss = reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        loss = data_loss + reg_loss

        grads = {}
        dscores = probs.copy()
        dscores[range(N), y] -= 1
        # wrong: dscores[range(N), y] += 1
        dscores /= N
        # wrong: dscores *= N
        grads['W2'] = hidden.T.dot(dscores) + 2 * reg * W2
        # wrong: grads['W2'] = hidden.T.dot(dscores) + reg * W2
        grads['b2'] = np.sum(dscores, axis=0)
        # wrong: grads['b2'] = np.mean(dscores, axis=0)
        dhidden = dscores.dot(W2.T)
        # wrong: dhidden = dscores.dot(W2)
        dhidden[hidden <= 0] = 0
        # wrong: dhidden[hidden > 0] = 0
        grads['W1'] = X.T.dot(dhidden) + 2 * reg * W1
        # wrong: grads['W1'] = X.T.dot(dhidden) + 2 * reg * W2
        grads['b1'] = np.sum(dhidden, axis=0)
        return loss, grads
