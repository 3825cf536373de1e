import numpy as np
import matplotlib.pyplot as plt

# housing prices, one feature per column
data = np.loadtxt("housing.csv", delimiter=",")
X = data[:, :-1]
y = data[:, -1]

n, d = X.shape
w = np.zeros(d)
b = 0.0
lr = 0.01
history = []

for epoch in range(100):
    dw = np.zeros(d)
    db = 0.0
    loss = 0.0
    for i in range(n):
        pred = b
        for j in range(d):
            pred += w[j] * X[i][j]
        err = pred - y[i]
        loss += err ** 2
        for j in range(d):
            dw[j] += 2 * err * X[i][j]
            # wrong: dw[j] += 2 * err * w[j]
        db += 2 * err
        # wrong: db += 2 * y[i]
    loss = loss / n
    dw = dw / n
    db = db / n
    # wrong: db = db / d
    for j in range(d):
        w[j] = w[j] - lr * dw[j]
    b = b - lr * db
    history.append(loss)
    if epoch % 10 == 0:
        print("epoch", epoch, "loss", loss)

plt.plot(history)
plt.show()
