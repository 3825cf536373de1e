"""Two hidden layers, 'W%d' keys, L2 penalty, mini batches."""
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)

layer_dims = [784, 128, 64, 10]
L = len(layer_dims) - 1
params = {}
for l in range(1, L + 1):
    params['W%d' % l] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
    params['b%d' % l] = np.zeros((layer_dims[l], 1))

def forward(X):
    cache = {'A0': X}
    for l in range(1, L):
        cache['Z%d' % l] = np.dot(params['W%d' % l], cache['A%d' % (l - 1)]) + params['b%d' % l]
        cache['A%d' % l] = np.tanh(cache['Z%d' % l])
    cache['Z%d' % L] = np.dot(params['W%d' % L], cache['A%d' % (L - 1)]) + params['b%d' % L]
    cache['A%d' % L] = softmax(cache['Z%d' % L])
    return cache

def compute_loss(cache, Y, lam):
    m = Y.shape[1]
    data = -np.sum(Y * np.log(cache['A%d' % L])) / m
    reg = 0
    for l in range(1, L + 1):
        reg += np.sum(params['W%d' % l] ** 2)
    return data + lam / (2 * m) * reg

def backward(cache, Y, lam):
    grads = {}
    m = Y.shape[1]
    grads['dZ%d' % L] = cache['A%d' % L] - Y
    # wrong: grads['dZ%d' % L] = Y - cache['A%d' % L]
    grads['dW%d' % L] = np.dot(grads['dZ%d' % L], cache['A%d' % (L - 1)].T) / m + lam / m * params['W%d' % L]
    # wrong: grads['dW%d' % L] = np.dot(grads['dZ%d' % L], cache['A%d' % (L - 1)].T) / m
    grads['db%d' % L] = np.sum(grads['dZ%d' % L], axis=1, keepdims=True) / m
    # wrong: grads['db%d' % L] = np.sum(grads['dZ%d' % L], axis=1, keepdims=True)
    for l in range(L - 1, 0, -1):
        dA = np.dot(params['W%d' % (l + 1)].T, grads['dZ%d' % (l + 1)])
        # wrong: dA = np.dot(params['W%d' % (l + 1)], grads['dZ%d' % (l + 1)])
        grads['dZ%d' % l] = dA * (1 - cache['A%d' % l] ** 2)
        # wrong: grads['dZ%d' % l] = dA * (1 - cache['Z%d' % l] ** 2)
        grads['dW%d' % l] = np.dot(grads['dZ%d' % l], cache['A%d' % (l - 1)].T) / m + lam / m * params['W%d' % l]
        # wrong: grads['dW%d' % l] = np.dot(grads['dZ%d' % l], cache['A%d' % (l - 1)].T) / m + lam * params['W%d' % l]
        # wrong: grads['dW%d' % l] = np.dot(grads['dZ%d' % l], cache['A%d' % l].T) / m + lam / m * params['W%d' % l]
        grads['db%d' % l] = np.sum(grads['dZ%d' % l], axis=1, keepdims=True) / m
        # wrong: grads['db%d' % l] = np.sum(grads['dZ%d' % l], axis=0, keepdims=True) / m
    return grads

for epoch in range(20):
    cache = forward(X_train)
    grads = backward(cache, Y_train, 0.01)
    for l in range(1, L + 1):
        params['W%d' % l] -= 0.5 * grads['dW%d' % l]
        params['b%d' % l] -= 0.5 * grads['db%d' % l]
