#!/usr/bin/env python3
"""A network 2 - 3 tanh - 1 with half the squared error, for `backproof exec`.

    backproof exec -- python3 examples/exec_python.py
    backproof exec -- python3 examples/exec_python.py slip      forgets tanh' on the way back
"""
import json
import math
import random
import sys

SLIP = "slip" in sys.argv
SAMPLES = [((0.5, -1.0), 1.0), ((1.5, 0.3), 0.2), ((-0.7, 0.8), -0.4)]
draw = random.Random(1)
POINT = [draw.uniform(-1, 1) for _ in range(13)]
BLOCKS = [("W1", [3, 2]), ("b1", [3]), ("W2", [1, 3]), ("b2", [1])]


def loss_and_gradient(theta):
    W1, b1, W2, b2 = theta[0:6], theta[6:9], theta[9:12], theta[12]
    loss, grad = 0.0, [0.0] * 13
    for x, y in SAMPLES:
        a = [math.tanh(W1[2 * i] * x[0] + W1[2 * i + 1] * x[1] + b1[i]) for i in range(3)]
        error = sum(W2[i] * a[i] for i in range(3)) + b2 - y
        loss += error**2 / 2 / len(SAMPLES)
        error /= len(SAMPLES)
        grad[12] += error
        for i in range(3):
            dz = error * W2[i] * (1 if SLIP else 1 - a[i] ** 2)
            grad[2 * i] += dz * x[0]
            grad[2 * i + 1] += dz * x[1]
            grad[6 + i] += dz
            grad[9 + i] += error * a[i]
    return loss, grad


for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "describe":
        blocks = [{"name": name, "shape": shape} for name, shape in BLOCKS]
        answer = {"blocks": blocks, "theta": POINT}
    elif request["op"] == "loss":
        answer = {"loss": loss_and_gradient(request["theta"])[0]}
    else:
        answer = {"grad": loss_and_gradient(request["theta"])[1]}
    print(json.dumps(answer), flush=True)
