# manual backward, checked against autograd further down
import torch
import torch.nn.functional as F

g = torch.Generator().manual_seed(42)
W1 = torch.randn((30, 64), generator=g)
b1 = torch.randn(64, generator=g) * 0.1
W2 = torch.randn((64, 27), generator=g) * 0.1
b2 = torch.randn(27, generator=g) * 0.1
parameters = [W1, b1, W2, b2]
for p in parameters:
    p.requires_grad = True

# forward
hpreact = X @ W1 + b1
h = torch.tanh(hpreact)
logits = h @ W2 + b2
logprobs = F.log_softmax(logits, dim=1)
loss = -logprobs[range(n), Y].mean()

# backward
dlogits = F.softmax(logits, 1)
dlogits[range(n), Y] -= 1
# wrong: dlogits[range(n), Y] += 1
dlogits /= n
# wrong: dlogits /= 2 * n
dh = dlogits @ W2.T
# wrong: dh = dlogits @ W2
dW2 = h.T @ dlogits
# wrong: dW2 = hpreact.T @ dlogits
db2 = dlogits.sum(0)
# wrong: db2 = dlogits.sum(1)
dhpreact = (1.0 - h**2) * dh
# wrong: dhpreact = (1.0 - hpreact**2) * dh
# wrong: dhpreact = (1.0 - h) * dh
dW1 = X.T @ dhpreact
# wrong: dW1 = X.T @ dh
db1 = dhpreact.sum(0)
