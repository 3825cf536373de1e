import numpy as np


def policy_gradient(states, actions, returns, W):
    """REINFORCE with a linear softmax policy; states (T, d), W (d, k)."""
    T = len(states)
    logits = states @ W
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    loss = -np.sum(returns * np.log(probs[np.arange(T), actions])) / T
    dlogits = probs.copy()
    dlogits[np.arange(T), actions] -= 1
    dlogits *= returns[:, None] / T
    # wrong: dlogits *= returns[:, None]
    dW = states.T @ dlogits
    # wrong: dW = dlogits.T @ states
    return loss, dW
