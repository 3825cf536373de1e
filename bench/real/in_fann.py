"""FANN: the gradient that its batch training descends, read from one step with a learning rate of 2^40.

tests/trials/fann.c tells how, and tries all of its functions at fixed points; here points and shapes are drawn.
What is wrong or decided otherwise in FANN (docs/trials.md) is left out but for one find.
"""

import ctypes
import ctypes.util

import mpmath
import numpy as np
from cases import Case, by_complex_step

AREA = "FANN"
RATE = 2.0**40
FUNCTIONS = {"linear": 0, "sigmoid": 3, "symmetric sigmoid": 5, "Gaussian": 7, "Elliot": 10, "symmetric Elliot": 11, "sine": 16, "cosine": 17}
SAMPLES = 4  # a power of two: FANN divides the learning rate by it in float, in its double library too

GAUSSIAN = (
    "the derivative of the Gaussian (and of sine and cosine) takes the steepness once too often, so with the default of 0.5 the gradient is "
    "half of what it should be (fann_train.c, fann_activation_derived)"
)


class Fann:
    """One of the two libraries, with its type of numbers."""

    def __init__(self, name, number, kind):
        path = ctypes.util.find_library(name)
        if not path:
            raise ImportError("lib%s is not found" % name)
        self.library, self.number, self.kind = ctypes.CDLL(path), number, kind
        self.Connection = type("Connection", (ctypes.Structure,), {"_fields_": [("start", ctypes.c_uint), ("end", ctypes.c_uint), ("weight", number)]})
        for function in ("fann_create_standard_array", "fann_create_train"):
            getattr(self.library, function).restype = ctypes.c_void_p
        self.library.fann_run.restype = ctypes.POINTER(number)
        self.library.fann_train_epoch.restype = ctypes.c_float


class Data(ctypes.Structure):
    """The beginning of struct fann_train_data: errno, error_log, errstr, counts, and the rows."""

    _fields_ = [
        ("errno_f", ctypes.c_int), ("error_log", ctypes.c_void_p), ("errstr", ctypes.c_char_p), ("num_data", ctypes.c_uint), ("num_input", ctypes.c_uint),
        ("num_output", ctypes.c_uint), ("input", ctypes.c_void_p), ("output", ctypes.c_void_p),
    ]


class Network:
    """A network of FANN with data, as a function of its weights."""

    def __init__(self, fann, layers, hidden, output, steepness, draw):
        self.fann, self.layers, self.symmetric = fann, layers, "symmetric" in output
        lib = fann.library
        self.ann = ctypes.c_void_p(lib.fann_create_standard_array(len(layers), (ctypes.c_uint * len(layers))(*layers)))
        self.data = ctypes.c_void_p(lib.fann_create_train(SAMPLES, layers[0], layers[-1]))
        if len(layers) > 2:
            lib.fann_set_activation_function_hidden(self.ann, FUNCTIONS[hidden])
            lib.fann_set_activation_steepness_hidden(self.ann, fann.number(steepness))
        lib.fann_set_activation_function_output(self.ann, FUNCTIONS[output])
        lib.fann_set_activation_steepness_output(self.ann, fann.number(steepness))
        lib.fann_set_train_error_function(self.ann, 0)  # FANN_ERRORFUNC_LINEAR
        lib.fann_set_training_algorithm(self.ann, 1)  # FANN_TRAIN_BATCH
        lib.fann_set_learning_rate(self.ann, ctypes.c_float(RATE))
        self.count = lib.fann_get_total_connections(self.ann)
        self.connections = (fann.Connection * self.count)()
        lib.fann_get_connection_array(self.ann, self.connections)
        self.inputs = draw.uniform(-1, 1, (SAMPLES, layers[0])).astype(fann.kind)
        low = -0.7 if self.symmetric else 0.15
        self.outputs = draw.uniform(low, 0.7, (SAMPLES, layers[-1])).astype(fann.kind)
        data = ctypes.cast(self.data, ctypes.POINTER(Data)).contents
        for rows, numbers in ((data.input, self.inputs), (data.output, self.outputs)):
            pointers = ctypes.cast(rows, ctypes.POINTER(ctypes.POINTER(fann.number)))
            for i, row in enumerate(numbers):
                for j, value in enumerate(row):
                    pointers[i][j] = value

    def set_weights(self, theta):
        for connection, weight in zip(self.connections, theta):
            connection.weight = weight
        self.fann.library.fann_set_weight_array(self.ann, self.connections, self.count)

    def value(self, theta):
        self.set_weights(theta)
        total, halved = 0.0, 2.0 if self.symmetric else 1.0
        for given, wanted in zip(self.inputs, self.outputs):
            row = (self.fann.number * len(given))(*given)
            out = self.fann.library.fann_run(self.ann, row)
            for j, target in enumerate(wanted):
                d = (float(target) - float(out[j])) / halved
                total += halved * d * d / 2
        return total / SAMPLES

    def gradient(self, theta):
        self.set_weights(theta)
        self.fann.library.fann_train_epoch(self.ann, self.data)
        after = (self.fann.Connection * self.count)()
        self.fann.library.fann_get_connection_array(self.ann, after)
        return np.array([(float(w) - after[i].weight) / RATE for i, w in enumerate(theta)])

    def exact_value(self, theta):
        """The same with mpmath, of a network without hidden layers and with Gaussian outputs."""
        n, total = self.layers[0] + 1, mpmath.mpf(0)
        for given, wanted in zip(self.inputs, self.outputs):
            row = [mpmath.mpf(float(v)) for v in given] + [mpmath.mpf(1)]
            for j, target in enumerate(wanted):
                z = sum(w * v for w, v in zip(theta[j * n : (j + 1) * n], row)) / 2
                total += (mpmath.mpf(float(target)) - mpmath.exp(-z * z)) ** 2 / 2
        return total / SAMPLES


def networks(draw):
    for fann in (Fann("doublefann", ctypes.c_double, np.float64), Fann("floatfann", ctypes.c_float, np.float32)):
        single = fann.kind == np.float32
        rows = [("sigmoid", "sigmoid", 0.5), ("sigmoid", "linear", 1.0), ("symmetric sigmoid", "symmetric sigmoid", 0.5), ("symmetric sigmoid", "linear", 0.5),
                ("Elliot", "Elliot", 0.5), ("symmetric Elliot", "symmetric Elliot", 0.5), ("linear", "linear", 0.5), ("Gaussian", "Gaussian", 1.0), ("sine", "sine", 1.0), ("cosine", "cosine", 1.0),
                ("sigmoid", "Gaussian", 1.0)]
        for hidden, output, steepness in rows:
            for layers in ((3, 4, 2), (2, 3, 3, 1)):
                network = Network(fann, layers, hidden, output, steepness, draw)
                points = [draw.uniform(-0.4, 0.4, network.count) for _ in range(2)]  # FANN clips sigmoids above 0.99
                name = "%s, %s, %s, steepness %g" % ("-".join(map(str, layers)), hidden, output, steepness)
                yield Case(AREA, name, network.value, network.gradient, points, single=single)
        network = Network(fann, (3, 2), "linear", "Gaussian", 0.5, draw)
        yield Case(AREA, "3-2, Gaussian, steepness 0.5", network.value, network.gradient, [draw.uniform(-1, 1, network.count)], single=single, find=GAUSSIAN, truth=by_complex_step(network.exact_value))


GROUPS = [networks]
