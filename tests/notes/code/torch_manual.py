import torch

# The backward pass by hand, to be compared with autograd.
logits_emb = emb.view(emb.shape[0], -1)
hpreact = logits_emb @ W1 + b1
h = torch.tanh(hpreact)
logits = h @ W2 + b2
logit_maxes = logits.max(1, keepdim=True).values
norm_logits = logits - logit_maxes
counts = norm_logits.exp()
counts_sum = counts.sum(1, keepdims=True)
counts_sum_inv = counts_sum ** -1
probs = counts * counts_sum_inv
logprobs = probs.log()
loss = -logprobs[range(n), Yb].mean()

dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), Yb] = -1.0 / n
# wrong: dlogprobs[range(n), Yb] = 1.0 / n
dprobs = (1.0 / probs) * dlogprobs
# wrong: dprobs = probs * dlogprobs
dcounts_sum_inv = (counts * dprobs).sum(1, keepdim=True)
# wrong: dcounts_sum_inv = (counts * dprobs).sum(0, keepdim=True)
dcounts_sum = (-counts_sum ** -2) * dcounts_sum_inv
# wrong: dcounts_sum = (counts_sum ** -2) * dcounts_sum_inv
dcounts = counts_sum_inv * dprobs
dcounts += torch.ones_like(counts) * dcounts_sum
dnorm_logits = counts * dcounts
# wrong: dnorm_logits = norm_logits * dcounts
dlogits = dnorm_logits.clone()
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
# wrong: dW2 = hpreact.T @ dlogits
db2 = dlogits.sum(0)
dhpreact = (1.0 - h ** 2) * dh
dW1 = logits_emb.T @ dhpreact
db1 = dhpreact.sum(0)
