"""SciPy: every function of scipy.optimize that comes with a derivative, those that its tests bring along,
special functions with their derivatives, distributions (the density is the derivative of the distribution
function), interpolation, the models of odr, and Jacobians of the differential equations of its tests.
"""

import importlib

import mpmath
import numpy as np
import scipy.interpolate as interpolate
import scipy.odr as odr
import scipy.optimize as optimize
import scipy.special as special
import scipy.stats as stats
from cases import Case, scalar

AREA = "SciPy"


def case(name, value, gradient, points, **more):
    return Case(AREA, name, value, gradient, points, **more)


def jacobian(name, value, slopes, points, **more):
    outputs = np.asarray(value(np.asarray(points[0], float))).size
    return Case(AREA, name, value, slopes, points, outputs=outputs, **more)


# ---- minimizers and root finders ------------------------------------------------------------


def dense(a):
    return a.toarray() if hasattr(a, "toarray") else np.asarray(a)


def rosenbrock(draw):
    points = [draw.normal(size=n) * scale for n in (2, 5, 20) for scale in (1, 30)]
    near = [1 + 10.0**-k * draw.normal(size=6) for k in range(1, 13)]
    hessian = lambda x: optimize.rosen_hess(x)
    yield case("optimize.rosen", optimize.rosen, optimize.rosen_der, points)
    yield case("optimize.rosen near its minimum", optimize.rosen, optimize.rosen_der, near)
    yield jacobian("optimize.rosen_hess", optimize.rosen_der, hessian, [draw.normal(size=6) for _ in range(5)])
    for n in (4, 9):
        p = draw.normal(size=n)
        yield case(
            "optimize.rosen_hess_prod n=%d" % n,
            lambda x, p=p: float(optimize.rosen_der(x) @ p),
            lambda x, p=p: optimize.rosen_hess_prod(x, p),
            [draw.normal(size=n) for _ in range(4)],
        )


def roots(draw):
    """scipy.optimize._tstutils: the problems of Alefeld, Potra and Shi and others, with f' and f''."""
    from scipy.optimize import _tstutils

    problems = _tstutils._ORIGINAL_TESTS + _tstutils._APS_TESTS
    for number, (f, first, second, arguments, bracket, _, start, root, name) in enumerate(problems):
        finite = [x for x in (*bracket, start, root * 1.1 + 0.05, root + 1e-5) if np.isfinite(x)]
        points = sorted(x for x in set(map(float, finite)) if x != 0)  # some raise there
        for order, (below, slope) in enumerate(((f, first), (first, second)) if first else ()):
            wrong = WRONG_ROOTS.get(name[:6] + "'" * order)
            yield scalar(
                AREA,
                "optimize._tstutils %s%s #%d" % (name, "'" * order, number),
                lambda x, g=below, a=arguments: g(x, *a),
                lambda x, g=slope, a=arguments: g(x, *a),
                [x for x in points if np.isfinite(below(x, *arguments)) and np.isfinite(slope(x, *arguments))],
                find=wrong and wrong[0],
                truth=wrong and (lambda theta, f=wrong[1], a=arguments: differentiated(f, theta, a)),
            )


def differentiated(function, theta, arguments):
    mpmath.mp.dps = 60
    exact = [mpmath.mpf(a) for a in arguments]
    return [mpmath.diff(lambda x: function(x, *exact), mpmath.mpf(float(theta[0])), h=mpmath.mpf(10) ** -20)]


def steep(x, n):
    """aps15_f: constant outside of an interval."""
    end = mpmath.mpf(2) / 1000 / (1 + n)
    return mpmath.exp((n + 1) * min(max(x, 0), end) / 2 * 1000)


def steep_slope(x, n):
    return steep(x, n) * (n + 1) * 500 if 0 <= x <= mpmath.mpf(2) / 1000 / (1 + n) else 0


# What scipy/optimize/_tstutils.py has wrong, with the function that is differentiated; ' is the second derivative.
WRONG_ROOTS = {
    "aps.02'": ("aps02_fpp has the wrong sign", lambda x: 6 * sum((2 * i - 5) ** 2 / (x - i**2) ** 4 for i in range(1, 21))),
    "aps.09'": ("aps09_fpp lacks a factor n", lambda x, n: 1 + (1 - n) ** 4 + 4 * n * (1 - n * x) ** 3),
    "aps.10'": ("aps10_fpp has -n x where the derivative of -n (x - 1) + 1 is -n", lambda x, n: mpmath.exp(-n * x) * (-n * (x - 1) + 1) + n * x ** (n - 1)),
    "aps.15": ("aps15_fp gives e - 1.859 where the function is constant", steep),
    "aps.15'": ("aps15_fpp gives e - 1.859 where the function is constant", steep_slope),
}


def constrained(draw):
    """The classes of test_minimize_constrained.py: a function with gradient and Hessian."""
    tests = importlib.import_module("scipy.optimize.tests.test_minimize_constrained")
    problems = [
        tests.Maratos(), tests.HyperbolicIneq(), tests.Rosenbrock(), tests.IneqRosenbrock(), tests.EqIneqRosenbrock(),
        tests.BoundedRosenbrock(), tests.Elec(n_electrons=3),
    ]
    for problem in problems:
        name = "optimize tests %s" % type(problem).__name__
        x0 = np.asarray(problem.x0, float)
        points = [x0, x0 + 0.1 * draw.normal(size=x0.size), x0 + draw.normal(size=x0.size)]
        yield case(name, problem.fun, problem.grad, points)
        yield jacobian(name + " Hessian", problem.grad, lambda x, p=problem: dense(p.hess(x)), points)
        bounds = problem.constr if isinstance(problem.constr, (tuple, list)) else [problem.constr]
        for number, bound in enumerate(b for b in bounds if isinstance(b, optimize.NonlinearConstraint)):
            if not callable(bound.jac):
                continue
            what = "%s constraint %d" % (name, number)
            values = lambda x, b=bound: np.atleast_1d(b.fun(x))
            slopes = lambda x, b=bound: np.atleast_2d(dense(b.jac(x)))
            yield jacobian(what, values, slopes, points)
            if callable(bound.hess):
                v = draw.normal(size=values(x0).size)
                yield jacobian(
                    what + " Hessian", lambda x, s=slopes, v=v: s(x).T @ v, lambda x, b=bound, v=v: dense(b.hess(x, v)), points
                )


def least_squares(draw):
    tests = importlib.import_module("scipy.optimize.tests.test_least_squares")
    for name, start in (
        ("trivial", [2.0]), ("rosenbrock", [-2.0, 1.0]), ("rosenbrock_cropped", [-2.0, 1.0]), ("2d_trivial", [1.0, 2.0])
    ):
        f, slopes = getattr(tests, "fun_" + name, None), getattr(tests, "jac_" + name, None)
        if not f or not slopes:
            continue
        start = np.array(start)
        points = [start] + [start + draw.normal(size=start.size) for _ in range(3)]
        yield jacobian(
            "optimize tests fun_" + name, lambda x, f=f: np.atleast_1d(f(x)), lambda x, j=slopes: dense(j(x)), points
        )
    broyden = tests.BroydenTridiagonal(n=8)
    yield jacobian("optimize tests Broyden", broyden.fun, lambda x: dense(broyden.jac(x)), [broyden.x0, draw.normal(size=8)])
    fit = tests.ExponentialFittingProblem(1, 0.1, 0.1, n_points=9, random_seed=1)
    yield jacobian("optimize tests exponential fit", fit.fun, fit.jac, [fit.p0, fit.p_opt, fit.p_opt + 1e-7])
    from scipy.optimize._lsq.least_squares import IMPLEMENTED_LOSSES

    rules = {name: rule for name, rule in IMPLEMENTED_LOSSES.items() if rule is not None}
    for name, rule in {**rules, "cubic_soft_l1 of the tests": lambda z, rho, _: rho.__setitem__(..., tests.cubic_soft_l1(z))}.items():
        for order in (0, 1):

            def row(x, k, rule=rule):
                rho = np.empty((3, 1))
                rule(np.array([x]), rho, False)
                return rho[k, 0]

            points = [1e-9, 0.3, 0.999, 1.001, 5.0, 1e6]
            value, slope = (lambda x, k=order, r=row: r(x, k)), (lambda x, k=order + 1, r=row: r(x, k))
            yield scalar(AREA, "least_squares loss %s%s" % (name, "'" * order), value, slope, points)


def pressure_truth(x):
    """F_i = k Q_(i+1)^2 - k Q_0^2 with k = 1/2, and in the last row the sum."""
    n = len(x)
    rows = [[mpmath.mpf(x[j]) * ((j == i + 1) - (j == 0)) for j in range(n)] for i in range(n - 1)]
    return [entry for row in rows + [[mpmath.mpf(1)] * n] for entry in row]


def other_tests(_):
    minpack = importlib.import_module("scipy.optimize.tests.test_minpack")
    base = np.array([0.4, 0.1, 0.3, 0.2])
    yield jacobian(
        "optimize tests pressure network",
        lambda x: minpack.pressure_network(x, base.sum() / 2, np.full(4, 0.5)),
        lambda x: minpack.pressure_network_jacobian(x, base.sum() / 2, np.full(4, 0.5)),
        [base, base + 0.1],
        find="scipy/optimize/tests/test_minpack.py multiplies the pressure rows of this Jacobian by 0, so fsolve is tried "
        "there with a Jacobian that is 0 but for its last row",
        truth=pressure_truth,
    )
    entropy = importlib.import_module("scipy.optimize.tests.test_optimize").CheckOptimize()
    entropy.setup_method()
    points = [entropy.startparams, entropy.startparams + 0.1, entropy.solution, entropy.solution + 1e-8]
    yield case("optimize tests maximum entropy", entropy.func, entropy.grad, points)
    yield jacobian("optimize tests maximum entropy Hessian", entropy.grad, entropy.hess, points)
    tnc = importlib.import_module("scipy.optimize.tests.test_tnc").TestTnc()
    for k in (1, 3, 4, 5, 38, 45):
        f, slope = getattr(tnc, "f%d" % k, None), getattr(tnc, "g%d" % k, None)
        if not f or not slope:
            continue
        n = {1: 2, 3: 2, 4: 2, 5: 2, 38: 4, 45: 5}[k]
        points = [np.linspace(-a, b, n) for a, b in ((1, 2), (0.3, 4), (2, -1))] + [np.ones(n)]
        yield case("optimize tests TNC f%d" % k, lambda x, f=f: float(f(x)), lambda x, s=slope: np.asarray(s(x), float), points)


# ---- special functions -----------------------------------------------------------------------


def bessel(_):
    orders = (0, 1, 2.5, 7)
    for kind, slope, points in (
        ("jv", special.jvp, (0.3, 2.0, 15.0, 80.0)), ("yv", special.yvp, (0.3, 2.0, 15.0, 80.0)),
        ("iv", special.ivp, (0.3, 2.0, 15.0)), ("kv", special.kvp, (0.3, 2.0, 15.0)),
    ):
        f = getattr(special, kind)
        for v in orders:
            yield scalar(AREA, "special.%sp v=%g" % (kind, v), lambda x, f=f, v=v: f(v, x), lambda x, s=slope, v=v: s(v, x), points)
            yield scalar(
                AREA, "special.%sp v=%g, n=2" % (kind, v), lambda x, s=slope, v=v: s(v, x), lambda x, s=slope, v=v: s(v, x, 2), points
            )
    for name in ("jn", "yn", "in", "kn"):
        f = getattr(special, "spherical_" + name)
        for n in (0, 1, 4):
            points = (0.4, 3.0, 12.0)
            yield scalar(
                AREA, "special.spherical_%s n=%d" % (name, n), lambda x, f=f, n=n: f(n, x), lambda x, f=f, n=n: f(n, x, True), points
            )


def paired(_):
    """Functions that return value and derivative together: (name, call, places of both, points)."""
    rows = [
        ("airy Ai", special.airy, 0, (-20.0, -2.0, 0.0, 1.0, 6.0)),
        ("airy Bi", special.airy, 2, (-20.0, -2.0, 0.0, 1.0, 6.0)),
        ("pbdv v=1.5", lambda x: special.pbdv(1.5, x), 0, (-1.0, 0.5, 3.0)),
        ("pbvv v=1.5", lambda x: special.pbvv(1.5, x), 0, (-1.0, 0.5, 3.0)),
        ("obl_ang1", lambda x: special.obl_ang1(1, 3, 1.2, x), 0, (-0.6, 0.1, 0.7)),
        ("pro_ang1", lambda x: special.pro_ang1(1, 3, 1.2, x), 0, (-0.6, 0.1, 0.7)),
        ("obl_rad1", lambda x: special.obl_rad1(1, 3, 1.2, x), 0, (0.6, 1.1, 2.7)),
        ("pro_rad1", lambda x: special.pro_rad1(1, 3, 1.2, x), 0, (1.6, 2.1, 5.7)),
        ("pro_rad2", lambda x: special.pro_rad2(1, 3, 1.2, x), 0, (1.6, 2.1, 5.7)),
    ]
    for name, call, place, points in rows:
        yield scalar(AREA, "special." + name, lambda x, c=call, k=place: c(x)[k], lambda x, c=call, k=place: c(x)[k + 1], points)
    for name in ("cem", "sem", "modcem1", "modsem1", "modcem2", "modsem2"):
        f = getattr(special, "mathieu_" + name)
        scale = np.pi / 180 if name in ("cem", "sem") else 1
        points = (20.0, 70.0, 130.0) if scale != 1 else (0.5, 1.5, 2.5)
        for m in (1, 3):
            yield scalar(
                AREA,
                "special.mathieu_%s m=%d" % (name, m),
                lambda x, f=f, m=m: f(m, 2.5, x)[0],
                lambda x, f=f, m=m, s=scale: f(m, 2.5, x)[1] * s,
                points,
            )
    for name in ("ber", "bei", "ker", "kei"):
        f, slope = getattr(special, name), getattr(special, name + "p")
        yield scalar(AREA, "special.%sp" % name, f, slope, (0.4, 2.0, 7.0, 25.0))
    for n in (2, 4):
        last = lambda a: np.asarray(a)[-1]
        for name, f, points in (
            ("lpn", special.lpn, (-0.7, 0.2, 0.95)), ("lqn", special.lqn, (-0.7, 0.2, 0.95)),
        ):
            yield scalar(
                AREA, "special.%s n=%d" % (name, n), lambda x, f=f, n=n: last(f(n, x)[0]), lambda x, f=f, n=n: last(f(n, x)[1]), points
            )
        yield scalar(
            AREA, "special.lpmn n=%d" % n, lambda x, n=n: special.lpmn(1, n, x)[0][1, n], lambda x, n=n: special.lpmn(1, n, x)[1][1, n],
            (-0.7, 0.2, 0.95),
        )
        yield scalar(
            AREA, "special.lqmn n=%d" % n, lambda x, n=n: special.lqmn(1, n, x)[0][1, n], lambda x, n=n: special.lqmn(1, n, x)[1][1, n],
            (-0.7, 0.2, 0.9, 2.0),
        )


def known_slopes(_):
    """Functions whose derivative SciPy has under another name."""
    root = np.sqrt
    phi = stats.norm.pdf
    rows = [
        ("gammaln", special.gammaln, special.digamma, (0.1, 1.0, 1.46, 7.0, 300.0)),
        ("digamma", special.digamma, lambda x: special.polygamma(1, x), (0.1, 1.0, 7.0, 300.0)),
        ("polygamma 1", lambda x: special.polygamma(1, x), lambda x: special.polygamma(2, x), (0.1, 1.0, 7.0)),
        ("gamma", special.gamma, lambda x: special.gamma(x) * special.digamma(x), (-1.5, 0.4, 5.0, 30.0)),
        ("rgamma", special.rgamma, lambda x: -special.rgamma(x) * special.digamma(x), (-1.5, 0.4, 5.0, 30.0)),
        ("erf", special.erf, lambda x: 2 / root(np.pi) * np.exp(-x * x), (-5.0, -0.3, 0.0, 2.0)),
        ("erfc", special.erfc, lambda x: -2 / root(np.pi) * np.exp(-x * x), (-3.0, 0.3, 5.0, 20.0)),
        ("erfcx", special.erfcx, lambda x: 2 * x * special.erfcx(x) - 2 / root(np.pi), (-2.0, 0.3, 5.0)),
        ("dawsn", special.dawsn, lambda x: 1 - 2 * x * special.dawsn(x), (-2.0, 0.0, 3.0, 40.0)),
        ("ndtr", special.ndtr, phi, (-30.0, -3.0, 0.0, 2.0)),
        ("log_ndtr", special.log_ndtr, lambda x: phi(x) / special.ndtr(x), (-8.0, -1.0, 3.0)),
        ("ndtri", special.ndtri, lambda p: 1 / phi(special.ndtri(p)), (1e-6, 0.3, 0.5, 0.999)),
        ("expit", special.expit, lambda x: special.expit(x) * special.expit(-x), (-300.0, -2.0, 0.0, 30.0)),
        ("logit", special.logit, lambda p: 1 / (p * (1 - p)), (1e-9, 0.3, 0.5, 0.999)),
        ("log_expit", special.log_expit, lambda x: special.expit(-x), (-300.0, -2.0, 0.0, 30.0)),
        ("exprel", special.exprel, lambda x: (np.exp(x) - special.exprel(x)) / x, (-3.0, 0.5, 8.0)),
        ("spence", special.spence, lambda x: np.log(x) / (1 - x), (0.01, 0.7, 1.3, 50.0)),
        ("entr", special.entr, lambda x: -np.log(x) - 1, (1e-8, 0.3, 4.0)),
        ("kl_div", lambda x: special.kl_div(x, 2.0), lambda x: np.log(x / 2), (1e-3, 1.9, 2.0, 9.0)),
        ("rel_entr", lambda x: special.rel_entr(x, 2.0), lambda x: np.log(x / 2) + 1, (1e-3, 1.9, 9.0)),
        ("huber", lambda x: special.huber(1.5, x), lambda x: np.clip(x, -1.5, 1.5), (-9.0, 0.3, 1.4999, 4.0)),
        ("pseudo_huber", lambda x: special.pseudo_huber(1.5, x), lambda x: x / root(1 + (x / 1.5) ** 2), (-9.0, 1e-9, 4.0)),
        ("boxcox", lambda x: special.boxcox(x, 0.3), lambda x: x**-0.7, (1e-3, 1.0, 40.0)),
        ("sici Si", lambda x: special.sici(x)[0], lambda x: np.sinc(x / np.pi), (-3.0, 1e-5, 2.0, 90.0)),
        ("sici Ci", lambda x: special.sici(x)[1], lambda x: np.cos(x) / x, (0.3, 2.0, 90.0)),
        ("shichi Shi", lambda x: special.shichi(x)[0], lambda x: np.sinh(x) / x, (0.3, 2.0, 30.0)),
        ("fresnel S", lambda x: special.fresnel(x)[0], lambda x: np.sin(np.pi * x * x / 2), (-1.0, 0.3, 9.0)),
        ("fresnel C", lambda x: special.fresnel(x)[1], lambda x: np.cos(np.pi * x * x / 2), (-1.0, 0.3, 9.0)),
        ("expi", special.expi, lambda x: np.exp(x) / x, (-3.0, 0.3, 20.0)),
        ("exp1", special.exp1, lambda x: -np.exp(-x) / x, (0.3, 2.0, 20.0)),
        ("ellipk", special.ellipk, lambda m: (special.ellipe(m) - (1 - m) * special.ellipk(m)) / (2 * m * (1 - m)), (0.1, 0.9, 0.9999)),
        ("ellipe", special.ellipe, lambda m: (special.ellipe(m) - special.ellipk(m)) / (2 * m), (0.1, 0.9, 0.9999)),
        ("ellipj sn", lambda u: special.ellipj(u, 0.6)[0], lambda u: special.ellipj(u, 0.6)[1] * special.ellipj(u, 0.6)[2], (0.3, 2.0, 9.0)),
        ("lambertw", lambda x: special.lambertw(x).real, lambda x: special.lambertw(x).real / (x * (1 + special.lambertw(x).real)), (-0.3, 0.4, 90.0)),
        ("hyp1f1", lambda x: special.hyp1f1(1.2, 2.3, x), lambda x: 1.2 / 2.3 * special.hyp1f1(2.2, 3.3, x), (-4.0, 0.5, 6.0)),
        ("hyp2f1", lambda x: special.hyp2f1(1.2, 0.7, 2.3, x), lambda x: 1.2 * 0.7 / 2.3 * special.hyp2f1(2.2, 1.7, 3.3, x), (-4.0, 0.5, 0.95)),
        ("gammainc", lambda x: special.gammainc(2.5, x), lambda x: x**1.5 * np.exp(-x) / special.gamma(2.5), (0.1, 2.0, 9.0, 60.0)),
        ("betainc", lambda x: special.betainc(2.5, 1.5, x), lambda x: x**1.5 * root(1 - x) / special.beta(2.5, 1.5), (0.01, 0.5, 0.97)),
        ("wofz", lambda x: special.wofz(x + 1j).real, lambda x: (-2 * (x + 1j) * special.wofz(x + 1j) + 2j / root(np.pi)).real, (-2.0, 0.3, 5.0)),
        ("xlogy", lambda x: special.xlogy(x, x), lambda x: np.log(x) + 1, (1e-6, 0.4, 9.0)),
        ("struve", lambda x: special.struve(0, x), lambda x: special.struve(-1, x), (0.4, 3.0, 15.0)),
        ("zeta", lambda x: special.zeta(x, 2.0), lambda x: float(mpmath.zeta(x, 2, 1)), (1.5, 3.0, 8.0)),
        ("logsumexp", lambda x: special.logsumexp([x, 1.0, -2.0]), lambda x: special.softmax([x, 1.0, -2.0])[0], (-40.0, 0.5, 30.0)),
    ]
    for name, f, slope, points in rows:
        yield scalar(AREA, "special." + name, f, slope, points)
    for n in (2, 5, 9):
        points = (-0.8, 0.1, 0.6)
        yield scalar(AREA, "special.eval_chebyt n=%d" % n, lambda x, n=n: special.eval_chebyt(n, x), lambda x, n=n: n * special.eval_chebyu(n - 1, x), points)
        yield scalar(AREA, "special.eval_hermite n=%d" % n, lambda x, n=n: special.eval_hermite(n, x), lambda x, n=n: 2 * n * special.eval_hermite(n - 1, x), points)
        yield scalar(AREA, "special.eval_laguerre n=%d" % n, lambda x, n=n: special.eval_laguerre(n, x), lambda x, n=n: -special.eval_genlaguerre(n - 1, 1, x), points)
        yield scalar(AREA, "special.eval_gegenbauer n=%d" % n, lambda x, n=n: special.eval_gegenbauer(n, 0.7, x), lambda x, n=n: 1.4 * special.eval_gegenbauer(n - 1, 1.7, x), points)
        yield scalar(AREA, "special.eval_jacobi n=%d" % n, lambda x, n=n: special.eval_jacobi(n, 0.7, 1.2, x), lambda x, n=n: (n + 2.9) / 2 * special.eval_jacobi(n - 1, 1.7, 2.2, x), points)


# ---- distributions, interpolation, models -----------------------------------------------------

LEFT_OUT = {  # distribution functions by quadrature or by summing series, seconds each
    "kstwo", "ksone", "kstwobign", "levy_stable", "studentized_range", "tukeylambda", "genhyperbolic", "norminvgauss",
    "gausshyper", "crystalball", "geninvgauss", "recipinvgauss", "rv_continuous", "rv_histogram", "nct", "ncx2", "ncf",
}


def distributions(_):
    """The density is the derivative of the distribution function, and log-densities have scores."""
    from scipy.stats import _distr_params

    for name, shapes in _distr_params.distcont:
        if name in LEFT_OUT:
            continue
        law = getattr(stats, name)(*shapes)
        with np.errstate(all="ignore"):
            points = [float(law.ppf(q)) for q in (0.03, 0.31, 0.77, 0.99)]
        points = [x for x in points if np.isfinite(x)]
        yield scalar(AREA, "stats.%s%s pdf" % (name, tuple(shapes)), law.cdf, law.pdf, points)
        yield scalar(AREA, "stats.%s%s -pdf of sf" % (name, tuple(shapes)), law.sf, lambda x, law=law: -law.pdf(x), points[2:])


def interpolations(draw):
    x = np.sort(draw.uniform(0, 10, 12))
    y = draw.normal(size=12)
    inner = list(draw.uniform(x[1], x[-2], 4)) + [x[4], x[7]]
    for name, curve in (
        ("CubicSpline", interpolate.CubicSpline(x, y)),
        ("PchipInterpolator", interpolate.PchipInterpolator(x, y)),
        ("Akima1DInterpolator", interpolate.Akima1DInterpolator(x, y)),
        ("UnivariateSpline", interpolate.UnivariateSpline(x, y, s=1)),
        ("make_interp_spline k=5", interpolate.make_interp_spline(x, y, k=5)),
        ("make_interp_spline k=1", interpolate.make_interp_spline(x, y, k=1)),
        ("KroghInterpolator", interpolate.KroghInterpolator(x[:6], y[:6])),
    ):
        if name == "KroghInterpolator":
            slope = curve.derivative
        else:
            slope = lambda t, c=curve: c(t, 1)
        points = [t for t in inner if name != "KroghInterpolator" or t < x[5]]
        if name == "make_interp_spline k=1":
            points = points[:-2]  # at knots it has two slopes, and any between them is right
        yield scalar(AREA, "interpolate." + name, curve, slope, points)
    grid = np.linspace(0, 4, 6)
    surface = interpolate.RectBivariateSpline(grid, grid, draw.normal(size=(6, 6)))
    yield case(
        "interpolate.RectBivariateSpline",
        lambda p: float(surface.ev(*p)),
        lambda p: np.array([surface.ev(*p, dx=1), surface.ev(*p, dy=1)]),
        [draw.uniform(0.2, 3.8, 2) for _ in range(4)],
    )
    from scipy.interpolate import BPoly, PPoly

    breaks, coefficients = np.array([0.0, 1.0, 3.0]), draw.normal(size=(4, 2))
    for kind in (PPoly, BPoly):
        curve = kind(coefficients, breaks)
        yield scalar(AREA, "interpolate." + kind.__name__, curve, curve.derivative(), [0.3, 0.9, 2.5])


def odr_models(draw):
    for name, model, beta in (
        ("exponential", odr.exponential, [0.4, 0.7]),
        ("quadratic", odr.quadratic, [0.4, -1.2, 2.0]),
        ("unilinear", odr.unilinear, [0.4, 2.0]),
        ("polynomial", odr.polynomial(3), [0.4, -1.2, 2.0, 0.3]),
    ):
        x, beta = draw.uniform(-1, 2, 7), np.array(beta)
        more = (np.arange(1, 4)[:, None],) if name == "polynomial" else ()
        points = [beta, beta + 0.1 * draw.normal(size=beta.size)]
        values = lambda b, x, f=model.fcn, more=more: np.ravel(f(np.array(b), x, *more))
        by_beta = lambda b, x, f=model.fjacb, more=more: np.atleast_2d(f(np.array(b), x, *more)).T
        by_x = lambda b, x, f=model.fjacd, more=more: np.diag(np.ravel(f(np.array(b), x, *more)))
        yield jacobian("odr.%s fjacb" % name, lambda b, f=values, x=x: f(b, x), lambda b, f=by_beta, x=x: f(b, x), points)
        yield jacobian("odr.%s fjacd" % name, lambda t, f=values, b=beta: f(b, t), lambda t, f=by_x, b=beta: f(b, t), [x])


def differential_equations(draw):
    tests = importlib.import_module("scipy.integrate._ivp.tests.test_ivp")
    y = np.array([1 / 3, 2 / 9])
    yield jacobian("integrate tests rational", lambda y: tests.fun_rational(5.0, y), lambda y: dense(tests.jac_rational(5.0, y)), [y, y + 0.1])
    boundary = importlib.import_module("scipy.integrate.tests.test_bvp")
    for name, parameters in (("exp", None), ("sl", np.array([3.0])), ("emden", None), ("shock", None), ("nonlin_bc", None)):
        f, slopes = getattr(boundary, name + "_fun", None), getattr(boundary, name + "_fun_jac", None)
        if not f or not slopes:
            continue
        y = draw.normal(size=2) + 2
        more = () if parameters is None else (parameters,)

        def state_jacobian(v, s=slopes, m=more):
            result = s(np.array([0.3]), v[:, None], *m)
            return (result[0] if isinstance(result, tuple) else result)[:, :, 0]

        yield jacobian("integrate tests %s_fun" % name, lambda v, f=f, m=more: f(np.array([0.3]), v[:, None], *m)[:, 0], state_jacobian, [y])


def geometry(draw):
    from scipy import linalg, spatial

    a = draw.normal(size=4)
    for name, f, slope in (
        ("euclidean", spatial.distance.euclidean, lambda x: (x - a) / np.linalg.norm(x - a)),
        ("sqeuclidean", spatial.distance.sqeuclidean, lambda x: 2 * (x - a)),
        ("cityblock", spatial.distance.cityblock, lambda x: np.sign(x - a)),
    ):
        points = [draw.normal(size=4), a + 1e-6 * draw.normal(size=4)]
        yield case("spatial.distance." + name, lambda x, f=f: float(f(x, a)), slope, points)
    for n in (2, 4):
        weights = draw.normal(size=(n, n))
        yield case(
            "linalg.expm_frechet n=%d" % n,
            lambda x, w=weights, n=n: float(np.sum(w * linalg.expm(x.reshape(n, n)))),
            lambda x, w=weights, n=n: linalg.expm_frechet(x.reshape(n, n).T, w, compute_expm=False).ravel(),
            [draw.normal(size=n * n), 4 * draw.normal(size=n * n)],
        )
    times = np.arange(5.0)
    spline = spatial.transform.RotationSpline(times, spatial.transform.Rotation.from_rotvec(draw.normal(size=(5, 3)) / 2))
    axis = draw.normal(size=3)

    def turned(t):
        return spline(t).apply(axis)

    yield jacobian(
        "spatial.RotationSpline rate",
        lambda t: turned(t[0]),
        lambda t: spline(t[0]).apply(np.cross(spline(t[0], 1), axis))[:, None],
        [np.array([0.4]), np.array([2.7])],
    )


GROUPS = [
    rosenbrock, roots, constrained, least_squares, other_tests, bessel, paired, known_slopes, distributions,
    interpolations, odr_models, differential_equations, geometry,
]
