import numpy as np

def loss_and_grads(X, T, W1, b1, W2, b2):
    n = X.shape[0]
    z1 = np.einsum('ni,ij->nj', X, W1) + b1
    h1 = np.tanh(z1)
    z2 = np.einsum('ni,ij->nj', h1, W2) + b2
    diff = z2 - T
    loss = np.sum(diff ** 2) / (2 * n)

    dz2 = diff / n
    # wrong: dz2 = diff
    dW2 = np.einsum('ni,nj->ij', h1, dz2)
    # wrong: dW2 = np.einsum('ni,nj->ij', z1, dz2)
    db2 = dz2.sum(axis=0)
    dh1 = np.einsum('nj,ij->ni', dz2, W2)
    # wrong: dh1 = np.einsum('nj,ji->ni', dz2, W2)
    dz1 = dh1 * (1 - np.tanh(z1) ** 2)
    # wrong: dz1 = dh1 * (1 - np.tanh(h1) ** 2)
    dW1 = X.T @ dz1
    db1 = np.ones(n) @ dz1
    # wrong: db1 = np.ones(n) @ dh1
    return loss, dW1, db1, dW2, db2
