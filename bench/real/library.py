"""The calls of backproof.h that check other people's functions, by ctypes.

A check is given Python functions of a NumPy array; what they raise ends the check and is raised again
here, since no exception may pass through the library.
"""

import collections
import ctypes
import os

import numpy as np

HOLDS, FAILS, UNDECIDED, BAD_INPUT = range(4)
WORDS = ["holds", "fails", "undecided", "bad input"]

size = ctypes.c_size_t
double = ctypes.c_double


class Options(ctypes.Structure):
    _fields_ = [
        ("title", ctypes.c_char_p),
        ("blocks", ctypes.c_void_p),
        ("block_count", size),
        ("every", size),
        ("random", size),
        ("indices", ctypes.c_void_p),
        ("index_count", size),
        ("directions", size),
        ("seed", ctypes.c_ulong),
        ("scales", ctypes.c_void_p),
        ("noise", double),
        ("gradient_error", double),
        ("ranks", ctypes.c_int),
    ]


class Entry(ctypes.Structure):
    _fields_ = [
        ("value", double),
        ("difference", double),
        ("bound", double),
        ("outcome", ctypes.c_int),
        ("reason", ctypes.c_char_p),
    ]


class Result(ctypes.Structure):
    _fields_ = [
        ("outcome", ctypes.c_int),
        ("message", ctypes.c_char_p),
        ("parameters", size),
        ("outputs", size),
        ("checked", size),
        ("holds", size),
        ("fails", size),
        ("undecided", size),
        ("skipped", size),
        ("evaluations", size),
        ("visible", double),
        ("detail", ctypes.c_void_p),
    ]


class Block(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("rows", size), ("columns", size)]


Found = collections.namedtuple("Found", "outcome message holds fails undecided evaluations visible entries")


class Library:
    """The shared library; one for each process."""

    def __init__(self, path):
        self.library = ctypes.CDLL(os.fspath(path))
        for name in ("bp_check_gradient", "bp_check_gradient_float", "bp_check_jacobian"):
            getattr(self.library, name).restype = Result
        self.library.bp_result_entry.restype = Entry
        self.library.bp_result_entry.argtypes = [ctypes.POINTER(Result), size, size]
        self.library.bp_result_free.argtypes = [ctypes.POINTER(Result)]

    def _found(self, result, raised):
        if raised:
            self.library.bp_result_free(ctypes.byref(result))
            raise raised[0]
        entries = []
        for o in range(result.outputs):
            for j in range(result.parameters):
                entry = self.library.bp_result_entry(ctypes.byref(result), o, j)
                entries.append((entry.value, entry.difference, entry.bound, entry.outcome, entry.reason.decode()))
        found = Found(
            result.outcome,
            result.message.decode(),
            result.holds,
            result.fails,
            result.undecided,
            result.evaluations,
            result.visible,
            entries,
        )
        self.library.bp_result_free(ctypes.byref(result))
        return found

    @staticmethod
    def _options(blocks, seed):
        options = Options()
        options.seed = seed
        if blocks:
            array = (Block * len(blocks))(*[(name.encode(), count, 1) for name, count in blocks])
            options.blocks = ctypes.cast(array, ctypes.c_void_p)
            options.block_count = len(blocks)
            options.kept = array  # as long as the options
        return options

    def gradient(self, value, gradient, theta, single=False, blocks=None, seed=1):
        """The gradient of a function with one value; `single`: both compute in float32."""
        number = ctypes.c_float if single else double
        kind = np.float32 if single else np.float64
        theta = np.ascontiguousarray(theta, kind)
        shape = theta.shape
        raised = []

        def call_value(x, n, _):
            if raised:
                return float("nan")
            try:
                return float(value(np.ctypeslib.as_array(x, shape).copy()))
            except Exception as error:  # pylint: disable=broad-except
                raised.append(error)
                return float("nan")

        def call_gradient(x, n, _, out):
            try:
                np.ctypeslib.as_array(out, shape)[:] = gradient(np.ctypeslib.as_array(x, shape).copy())
            except Exception as error:  # pylint: disable=broad-except
                raised.append(error)

        pointer = ctypes.POINTER(number)
        as_value = ctypes.CFUNCTYPE(number, pointer, size, ctypes.c_void_p)(call_value)
        as_gradient = ctypes.CFUNCTYPE(None, pointer, size, ctypes.c_void_p, pointer)(call_gradient)
        check = self.library.bp_check_gradient_float if single else self.library.bp_check_gradient
        options = self._options(blocks, seed)
        result = check(
            as_value, as_gradient, theta.ctypes.data_as(pointer), size(theta.size), None, ctypes.byref(options)
        )
        return self._found(result, raised)

    def jacobian(self, value, jacobian, theta, outputs, seed=1):
        """The Jacobian of a function with several values, as outputs x parameters."""
        theta = np.ascontiguousarray(theta, np.float64)
        n, raised = theta.size, []

        def call(function, x, count, out):
            if raised:
                return 1
            try:
                numbers = np.asarray(function(np.ctypeslib.as_array(x, (n,)).copy()), float)
                np.ctypeslib.as_array(out, (count,))[:] = numbers.reshape(-1)
                return 0
            except Exception as error:  # pylint: disable=broad-except
                raised.append(error)
                return 1

        pointer = ctypes.POINTER(double)
        kind = ctypes.CFUNCTYPE(ctypes.c_int, pointer, size, size, ctypes.c_void_p, pointer)
        as_value = kind(lambda x, n, k, _, out: call(value, x, k, out))
        as_jacobian = kind(lambda x, n, k, _, out: call(jacobian, x, n * k, out))
        options = self._options(None, seed)
        result = self.library.bp_check_jacobian(
            as_value, as_jacobian, theta.ctypes.data_as(pointer), size(n), size(outputs), None, ctypes.byref(options)
        )
        return self._found(result, raised)
