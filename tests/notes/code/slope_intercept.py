# y = m * x + b, gradient descent on the mean squared error
from numpy import *


def compute_error(b, m, points):
    totalError = 0
    for i in range(0, len(points)):
        x = points[i, 0]
        y = points[i, 1]
        totalError += (y - (m * x + b)) ** 2
    return totalError / float(len(points))


def step_gradient(b, m, xs, ys, learning_rate):
    b_gradient = 0
    m_gradient = 0
    error = 0
    N = float(len(xs))
    for i in range(0, len(xs)):
        x = xs[i]
        y = ys[i]
        error += (y - (m * x + b)) ** 2 / N
        b_gradient += -(2 / N) * (y - (m * x + b))
        # wrong: b_gradient += (2 / N) * (y - (m * x + b))
        # wrong: b_gradient += -(2 / N) * b * (y - (m * x + b))
        m_gradient += -(2 / N) * x * (y - (m * x + b))
        # wrong: m_gradient += -(2 / N) * (y - (m * x + b))
        # wrong: m_gradient += -(1 / N) * x * (y - (m * x + b))
    new_b = b - learning_rate * b_gradient
    new_m = m - learning_rate * m_gradient
    return [new_b, new_m, error]
