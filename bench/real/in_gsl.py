"""GSL: what comes with a derivative of its own - special functions, interpolation, Chebyshev series, polynomials, splines -
and densities against distribution functions.  Its test problems for minimizers and fits run as a unit test, see
docs/trials.md.
"""

import ctypes
import ctypes.util

import mpmath
import numpy as np
from cases import Case, scalar

AREA = "GSL"

double, size, pointer = ctypes.c_double, ctypes.c_size_t, ctypes.c_void_p


def load():
    name = ctypes.util.find_library("gsl")
    if not name:
        raise ImportError("libgsl is not found")
    ctypes.CDLL(ctypes.util.find_library("gslcblas"), mode=ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(name)
    library.gsl_set_error_handler_off()
    return library


gsl = load()


def call(name, *kinds, result=double):
    function = getattr(gsl, name)
    function.argtypes, function.restype = list(kinds), result
    return function


def plain(name):
    return call(name, double)


def moded(name):
    f = call(name, double, ctypes.c_uint)
    return lambda x: f(x, 0)  # GSL_PREC_DOUBLE


def indexed(name, n):
    f = call(name, ctypes.c_int, double)
    return lambda x: f(n, x)


HERMITE = "gsl_sf_hermite_func_der(1, 1, x) is not the derivative of gsl_sf_hermite_func(1, x) = sqrt(2) x exp(-x²/2) / π^(1/4) (specfunc/hermite.c)"


def hermite_truth(theta):
    mpmath.mp.dps = 40
    x = mpmath.mpf(float(theta[0]))
    return [mpmath.sqrt(2) * (1 - x * x) * mpmath.exp(-x * x / 2) / mpmath.root(mpmath.pi, 4)]


def special_functions(_):
    rows = [
        ("airy_Ai", moded("gsl_sf_airy_Ai"), moded("gsl_sf_airy_Ai_deriv"), (-9.0, -1.0, 0.0, 0.7, 4.0)),
        ("airy_Bi", moded("gsl_sf_airy_Bi"), moded("gsl_sf_airy_Bi_deriv"), (-9.0, -1.0, 0.0, 0.7, 4.0)),
        ("lngamma", plain("gsl_sf_lngamma"), plain("gsl_sf_psi"), (0.1, 1.46, 8.0, 200.0)),
        ("psi", plain("gsl_sf_psi"), plain("gsl_sf_psi_1"), (0.1, 1.46, 8.0, 200.0)),
        ("psi_1", plain("gsl_sf_psi_1"), indexed("gsl_sf_psi_n", 2), (0.1, 1.46, 8.0)),
        ("bessel_J0", plain("gsl_sf_bessel_J0"), lambda x, f=plain("gsl_sf_bessel_J1"): -f(x), (0.0, 0.3, 5.0, 90.0)),
        ("bessel_Y0", plain("gsl_sf_bessel_Y0"), lambda x, f=plain("gsl_sf_bessel_Y1"): -f(x), (0.3, 5.0, 90.0)),
        ("bessel_I0", plain("gsl_sf_bessel_I0"), plain("gsl_sf_bessel_I1"), (0.0, 0.3, 5.0, 40.0)),
        ("bessel_K0", plain("gsl_sf_bessel_K0"), lambda x, f=plain("gsl_sf_bessel_K1"): -f(x), (0.3, 5.0, 40.0)),
        ("dawson", plain("gsl_sf_dawson"), lambda x, f=plain("gsl_sf_dawson"): 1 - 2 * x * f(x), (-2.0, 0.0, 0.4, 9.0)),
        ("erf", plain("gsl_sf_erf"), lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x), (-3.0, 0.0, 0.4)),
        ("log_erfc", plain("gsl_sf_log_erfc"), lambda x, f=plain("gsl_sf_hazard"): -np.sqrt(2) * f(np.sqrt(2) * x), (-3.0, 0.1, 9.0)),
        ("expint_Ei", plain("gsl_sf_expint_Ei"), lambda x: np.exp(x) / x, (-3.0, 0.4, 12.0)),
        ("Si", plain("gsl_sf_Si"), lambda x: np.sinc(x / np.pi), (-3.0, 0.0, 60.0)),
        ("Ci", plain("gsl_sf_Ci"), lambda x: np.cos(x) / x, (0.4, 60.0)),
        ("Shi", plain("gsl_sf_Shi"), lambda x: np.sinh(x) / x, (0.4, 12.0)),
        ("dilog", plain("gsl_sf_dilog"), lambda x: -np.log1p(-x) / x, (-9.0, 0.3, 0.98)),
        ("lambert_W0", plain("gsl_sf_lambert_W0"), lambda x, f=plain("gsl_sf_lambert_W0"): f(x) / x / (1 + f(x)), (-0.3, 0.4, 90.0)),
        ("lnsinh", plain("gsl_sf_lnsinh"), lambda x: 1 / np.tanh(x), (0.01, 2.0, 300.0)),
        ("lncosh", plain("gsl_sf_lncosh"), np.tanh, (-2.0, 1e-6, 300.0)),
        ("exprel", plain("gsl_sf_exprel"), lambda x, f=plain("gsl_sf_exprel"): (np.exp(x) - f(x)) / x, (-3.0, 0.5, 20.0)),
        ("log_1plusx", plain("gsl_sf_log_1plusx"), lambda x: 1 / (1 + x), (-0.9, 1e-9, 4.0)),
        ("synchrotron_1", plain("gsl_sf_synchrotron_1"), lambda x, f=plain("gsl_sf_synchrotron_1"), k=call("gsl_sf_bessel_Knu", double, double): f(x) / x - x * k(5 / 3, x), (0.1, 2.0, 20.0)),
    ]
    for name, f, slope, points in rows:
        yield scalar(AREA, "sf_" + name, f, slope, points)
    order = ["mhalf", "half", "3half"]
    for below, above in (("gsl_sf_fermi_dirac_m1", "gsl_sf_fermi_dirac_0"), ("gsl_sf_fermi_dirac_0", "gsl_sf_fermi_dirac_1"), ("gsl_sf_fermi_dirac_1", "gsl_sf_fermi_dirac_2"),
                         *(("gsl_sf_fermi_dirac_" + a, "gsl_sf_fermi_dirac_" + b) for a, b in zip(order, order[1:]))):
        yield scalar(AREA, above[4:], plain(above), plain(below), (-9.0, -0.5, 0.7, 25.0))
    hermite, slopes = call("gsl_sf_hermite", ctypes.c_int, double), call("gsl_sf_hermite_deriv", ctypes.c_int, ctypes.c_int, double)
    function, bends = call("gsl_sf_hermite_func", ctypes.c_int, double), call("gsl_sf_hermite_func_der", ctypes.c_int, ctypes.c_int, double)
    for n in (1, 4, 15):
        yield scalar(AREA, "sf_hermite_deriv n=%d" % n, lambda x, n=n: hermite(n, x), lambda x, n=n: slopes(1, n, x), (-1.0, 0.3, 3.0))
        more = {"find": HERMITE, "truth": hermite_truth} if n == 1 else {}
        yield scalar(AREA, "sf_hermite_func_der n=%d" % n, lambda x, n=n: function(n, x), lambda x, n=n: bends(1, n, x), (-1.0, 0.3, 3.0), **more)
    legendre = call("gsl_sf_legendre_Pl_deriv_array", ctypes.c_int, double, pointer, pointer, result=ctypes.c_int)

    def both(n, x):
        values, derivatives = np.zeros(n + 1), np.zeros(n + 1)
        legendre(n, x, values.ctypes.data, derivatives.ctypes.data)
        return values[n], derivatives[n]

    for n in (1, 5, 20):
        yield scalar(AREA, "sf_legendre_Pl_deriv_array n=%d" % n, lambda x, n=n: both(n, x)[0], lambda x, n=n: both(n, x)[1], (-0.95, 0.1, 0.7))


def distributions(_):
    rows = [
        ("gaussian", (1.3,)), ("cauchy", (1.3,)), ("laplace", (1.3,)), ("exponential", (1.3,)), ("rayleigh", (1.3,)), ("gamma", (2.5, 1.3)), ("flat", (-4.0, 9.0)), ("lognormal", (0.2, 0.7)),
        ("chisq", (3.5,)), ("fdist", (3.5, 6.0)), ("tdist", (3.5,)), ("beta", (2.5, 1.3)), ("logistic", (1.3,)), ("pareto", (2.5, 0.2)), ("weibull", (1.3, 2.5)), ("gumbel1", (1.3, 0.4)), ("gumbel2", (1.3, 0.4)),
        ("exppow", (1.3, 1.6)),
    ]
    for name, shapes in rows:
        kinds = [double] * (1 + len(shapes))
        density, below, above = call("gsl_ran_%s_pdf" % name, *kinds), call("gsl_cdf_%s_P" % name, *kinds), call("gsl_cdf_%s_Q" % name, *kinds)
        points = (0.31, 0.77) if name == "beta" else (0.31, 0.77, 2.4, 7.0)
        yield scalar(AREA, "ran_%s_pdf of P" % name, lambda x, f=below, s=shapes: f(x, *s), lambda x, f=density, s=shapes: f(x, *s), points)
        yield scalar(AREA, "ran_%s_pdf of Q" % name, lambda x, f=above, s=shapes: f(x, *s), lambda x, f=density, s=shapes: -f(x, *s), points)


def interpolations(draw):
    gsl.gsl_interp_alloc.restype = pointer
    x, y = np.sort(draw.uniform(0, 10, 9)), draw.normal(size=9)
    inner = draw.uniform(x[1], x[-2], 4)
    arguments = [pointer, pointer, pointer, double, pointer]
    value, slope, bend = (call(name, *arguments) for name in ("gsl_interp_eval", "gsl_interp_eval_deriv", "gsl_interp_eval_deriv2"))
    area = call("gsl_interp_eval_integ", pointer, pointer, pointer, double, double, pointer)
    for kind in ("linear", "polynomial", "cspline", "cspline_periodic", "akima", "akima_periodic", "steffen"):
        heights = y.copy()
        if "periodic" in kind:
            heights[-1] = heights[0]
        handle = pointer(gsl.gsl_interp_alloc(pointer.in_dll(gsl, "gsl_interp_" + kind), size(9)))
        gsl.gsl_interp_init(handle, pointer(x.ctypes.data), pointer(heights.ctypes.data), size(9))
        kept = (x, heights, handle)
        at = lambda f, t, k=kept: f(k[2], k[0].ctypes.data, k[1].ctypes.data, t, None)
        yield scalar(AREA, "interp_%s deriv" % kind, lambda t, a=at: a(value, t), lambda t, a=at: a(slope, t), inner)
        if kind not in ("linear",):
            yield scalar(AREA, "interp_%s deriv2" % kind, lambda t, a=at: a(slope, t), lambda t, a=at: a(bend, t), inner)
        yield scalar(
            AREA, "interp_%s integ" % kind, lambda t, k=kept: area(k[2], k[0].ctypes.data, k[1].ctypes.data, k[0][0], t, None), lambda t, a=at: a(value, t), inner
        )


def series(draw):
    class Series(ctypes.Structure):
        _fields_ = [("c", ctypes.POINTER(double)), ("order", size), ("a", double), ("b", double), ("order_sp", size), ("f", pointer)]

    gsl.gsl_cheb_alloc.restype = ctypes.POINTER(Series)
    evaluate = call("gsl_cheb_eval", ctypes.POINTER(Series), double)
    for order in (3, 12):
        first, slopes, area = (gsl.gsl_cheb_alloc(size(order)) for _ in range(3))
        first.contents.a, first.contents.b = -1.0, 3.0
        first.contents.c[order] = 0.0  # its integral would need one term more than there is room for
        for k in range(order):
            first.contents.c[k] = draw.normal() / (1 + k)
        gsl.gsl_cheb_calc_deriv(slopes, first)
        gsl.gsl_cheb_calc_integ(area, first)
        points = draw.uniform(-0.9, 2.9, 4)
        yield scalar(AREA, "cheb_calc_deriv order %d" % order, lambda t, s=first: evaluate(s, t), lambda t, s=slopes: evaluate(s, t), points)
        yield scalar(AREA, "cheb_calc_integ order %d" % order, lambda t, s=area: evaluate(s, t), lambda t, s=first: evaluate(s, t), points)
    derivatives = call("gsl_poly_eval_derivs", pointer, size, double, pointer, size, result=ctypes.c_int)
    c = draw.normal(size=6)

    def at(x):
        out = np.zeros(5)
        derivatives(c.ctypes.data, 6, x, out.ctypes.data, 5)
        return out

    for order in range(4):
        yield scalar(AREA, "poly_eval_derivs %d" % (order + 1), lambda x, k=order: at(x)[k], lambda x, k=order: at(x)[k + 1], draw.normal(size=3) * 2)


GROUPS = [special_functions, distributions, interpolations, series]
