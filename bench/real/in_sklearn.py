"""scikit-learn: kernels of Gaussian processes, likelihoods, multilayer perceptrons, losses and embeddings."""

import itertools

import mpmath
import numpy as np
from cases import Case, Grads, by_complex_step, scalar

AREA = "scikit-learn"


def case(name, value, gradient, points, **more):
    return Case(AREA, name, value, gradient, points, **more)


# ---- Gaussian processes -------------------------------------------------------------------------

MATERN = (
    "the Matérn kernel with another ν than 1/2, 3/2, 5/2 has no formula for its gradient: forward differences with a step of "
    "1e-10 stand in its place (gaussian_process/kernels.py, _approx_fprime), right to 5 or 6 digits"
)
PAIRWISE = (
    "PairwiseKernel has no formula for the gradient by gamma: forward differences with a step of 1e-10 stand in its place, "
    "right to 5 or 6 digits"
)


def matern_truth(X, nu):
    """d/d(log l) of 2^(1-ν)/Γ(ν) t^ν K_ν(t), with t = sqrt(2ν) d / l."""

    def truth(theta):
        mpmath.mp.dps = 30
        length = mpmath.exp(mpmath.mpf(float(theta[0])))
        entries = []
        for a, b in itertools.product(X, X):
            d = mpmath.sqrt(sum((mpmath.mpf(float(p)) - mpmath.mpf(float(q))) ** 2 for p, q in zip(a, b)))
            t = mpmath.sqrt(2 * mpmath.mpf(nu)) * d / length
            slope = 0 if d == 0 else t * 2 ** (1 - mpmath.mpf(nu)) / mpmath.gamma(nu) * t**nu * mpmath.besselk(nu - 1, t)
            entries.append(slope)
        return entries

    return truth


def pairwise_truth(X, of_gamma):
    def truth(theta):
        mpmath.mp.dps = 30
        gamma = mpmath.exp(mpmath.mpf(float(theta[0])))
        exact = [[mpmath.mpf(float(p)) for p in row] for row in X]
        return [of_gamma(gamma, a, b) for a, b in itertools.product(exact, exact)]

    return truth


def square(a, b):
    return sum((p - q) ** 2 for p, q in zip(a, b))


def inner(a, b):
    return sum(p * q for p, q in zip(a, b))


def by_rbf(g, a, b):
    return -g * square(a, b) * mpmath.exp(-g * square(a, b))


def by_laplacian(g, a, b):
    d = sum(abs(p - q) for p, q in zip(a, b))
    return -g * d * mpmath.exp(-g * d)


def by_sigmoid(g, a, b):
    return g * inner(a, b) * mpmath.sech(g * inner(a, b) + 1) ** 2


def by_polynomial(g, a, b):
    return 3 * g * inner(a, b) * (g * inner(a, b) + 1) ** 2


def by_chi2(g, a, b):
    d = sum((p - q) ** 2 / (p + q) for p, q in zip(a, b))
    return -g * d * mpmath.exp(-g * d)


def kernels(draw):
    from sklearn.gaussian_process import kernels as k

    X = draw.normal(size=(4, 2))
    rows = [
        ("RBF", k.RBF(0.8)), ("RBF anisotropic", k.RBF([0.8, 2.0])), ("ConstantKernel", k.ConstantKernel(2.0)), ("WhiteKernel", k.WhiteKernel(0.3)),
        ("Matern 1/2", k.Matern(0.8, nu=0.5)), ("Matern 3/2", k.Matern(0.8, nu=1.5)), ("Matern 5/2", k.Matern(0.8, nu=2.5)), ("Matern inf", k.Matern(0.8, nu=np.inf)),
        ("Matern 3/2 anisotropic", k.Matern([0.8, 2.0], nu=1.5)), ("Matern 1/2 anisotropic", k.Matern([0.8, 2.0], nu=0.5)), ("Matern 5/2 anisotropic", k.Matern([0.8, 2.0], nu=2.5)),
        ("RationalQuadratic", k.RationalQuadratic(0.8, 1.3)), ("ExpSineSquared", k.ExpSineSquared(0.8, 1.3)), ("DotProduct", k.DotProduct(0.7)), ("DotProduct squared", k.DotProduct(0.7) ** 2),
        ("sum", k.RBF(0.8) + k.WhiteKernel(0.1)), ("product", k.ConstantKernel(2.0) * k.RBF(0.8)), ("Exponentiation", k.Exponentiation(k.RationalQuadratic(0.8, 1.3), 3)),
        ("nested", (k.RBF(0.8) + k.ExpSineSquared(0.8, 1.3)) * k.DotProduct(0.7) + k.WhiteKernel(0.1)),
    ]
    finds = [("Matern nu=%g" % nu, k.Matern(0.8, nu=nu), X, MATERN, matern_truth(X, nu)) for nu in (0.7, 1.1, 3.5)]
    for metric, rule in (("rbf", by_rbf), ("laplacian", by_laplacian), ("sigmoid", by_sigmoid), ("polynomial", by_polynomial), ("chi2", by_chi2)):
        given = np.abs(X) if metric == "chi2" else X
        finds.append(("PairwiseKernel " + metric, k.PairwiseKernel(0.6, metric=metric), given, PAIRWISE, pairwise_truth(given, rule)))
    for name, kernel, given, find, truth in [(*row, X, None, None) for row in rows] + finds:
        values = lambda t, kernel=kernel, given=given: kernel.clone_with_theta(np.array(t))(given).ravel()
        slopes = lambda t, kernel=kernel, given=given: kernel.clone_with_theta(np.array(t))(given, eval_gradient=True)[1]
        start = kernel.theta
        points = [start, start + 0.4 * draw.normal(size=start.size), start + draw.normal(size=start.size)]
        flat = lambda t, s=slopes: s(t).reshape(-1, t.size)
        yield Case(AREA, "kernels." + name, values, flat, points, outputs=values(start).size, find=find, truth=truth)


def processes(draw):
    from sklearn import gaussian_process as gp
    from sklearn.gaussian_process import kernels as k

    X = draw.normal(size=(9, 2))
    y = np.sin(X[:, 0]) + 0.1 * draw.normal(size=9)
    rows = [k.ConstantKernel(1.2) * k.RBF(0.8) + k.WhiteKernel(0.1), k.Matern(0.8, nu=1.5) + k.WhiteKernel(0.1), k.RationalQuadratic(0.8, 1.3) + k.WhiteKernel(0.1), k.DotProduct(1.0) + k.RBF([1.0, 2.0]) + k.WhiteKernel(0.2)]
    for kernel in rows:
        for name, model, target in (
            ("GaussianProcessRegressor", gp.GaussianProcessRegressor(kernel, optimizer=None), y),
            ("GaussianProcessRegressor normalize_y", gp.GaussianProcessRegressor(kernel, optimizer=None, normalize_y=True), y),
            ("GaussianProcessRegressor two outputs", gp.GaussianProcessRegressor(kernel, optimizer=None), np.column_stack([y, y**2])),
            ("GaussianProcessClassifier", gp.GaussianProcessClassifier(kernel, optimizer=None), y > 0),
        ):
            model.fit(X, target)
            start = model.kernel_.theta
            points = [start, start + 0.4 * draw.normal(size=start.size)]
            value = lambda t, m=model: float(m.log_marginal_likelihood(t, clone_kernel=True))
            slopes = lambda t, m=model: m.log_marginal_likelihood(t, eval_gradient=True, clone_kernel=True)[1]
            yield case("%s, %s" % (name, kernel), value, slopes, points)


# ---- multilayer perceptrons ------------------------------------------------------------------------

SQUARED = (
    "MLPRegressor reports the mean of (y - a)²/2 over samples and outputs, and descends the gradient of its sum over the outputs: "
    "with K outputs the gradient is K times that of the loss (neural_network/_base.py squared_loss, _multilayer_perceptron.py)"
)


def perceptron_truth(X, y, shapes, activation, alpha):
    """The gradient of the loss that is reported."""

    def loss(numbers):
        at, parts = 0, []
        for rows, columns in shapes:
            parts.append([numbers[at + i * columns : at + (i + 1) * columns] for i in range(rows)])
            at += rows * columns
        half, total = len(parts) // 2, mpmath.mpf(0)
        for row, wanted in zip(X, y):
            a = [mpmath.mpf(float(v)) for v in row]
            for l in range(half):
                a = [inner(a, column) + c for column, c in zip(zip(*parts[l]), parts[half + l][0])]
                if l + 1 < half:
                    a = [activation(v) for v in a]
            total += mean_square(a, wanted)
        squares = sum(w * w for part in parts[:half] for line in part for w in line)
        return (total + mpmath.mpf(alpha) / 2 * squares) / len(X)

    return by_complex_step(loss)


def mean_square(a, wanted):
    return sum((v - mpmath.mpf(float(w))) ** 2 for v, w in zip(a, wanted)) / 2 / len(a)


RULES = {"identity": lambda v: v, "tanh": mpmath.tanh, "logistic": lambda v: 1 / (1 + mpmath.exp(-v)), "relu": lambda v: v if mpmath.re(v) > 0 else 0 * v}


def perceptron(model, X, y):
    """Loss and gradient of a fitted model as functions of its packed weights, as its own L-BFGS calls them."""
    units = [X.shape[1], *np.atleast_1d(model.hidden_layer_sizes), model.n_outputs_]

    def both(theta):
        activations = [X] + [None] * (len(units) - 1)
        return model._loss_grad_lbfgs(
            np.array(theta, X.dtype), X, y, activations, [None] * (len(units) - 1), [None] * (len(units) - 1), [None] * (len(units) - 1)
        )

    return lambda t: float(both(t)[0]), lambda t: both(t)[1]


def perceptrons(draw):
    import warnings

    from sklearn.neural_network import MLPClassifier, MLPRegressor

    words = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
    X = draw.normal(size=(8, 3))
    for (activation, word), alpha, kind in itertools.product(words.items(), (0.0, 0.3), (np.float64, np.float32)):
        for task, tail, target in (
            ("regressor", "1 identity", draw.normal(size=8)), ("regressor", "2 identity", draw.normal(size=(8, 2))),
            ("classifier", "1 sigmoid", np.arange(8) % 2), ("classifier", "3 softmax", np.arange(8) % 3), ("classifier", "2 sigmoid", draw.integers(0, 2, (8, 2))),
        ):
            model = (MLPRegressor if task == "regressor" else MLPClassifier)((5, 4), activation=activation, alpha=alpha, solver="lbfgs", max_iter=3, random_state=1)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                given = X.astype(kind)
                model.fit(given, target)
            if task == "classifier":
                y = model._label_binarizer.transform(target)
            else:
                y = np.asarray(target, kind).reshape(8, -1)
            value, slopes = perceptron(model, given, y)
            start = np.hstack([w.ravel() for w in model.coefs_ + model.intercepts_]).astype(float)
            more = {"single": kind == np.float32, "blocks": [("p%d" % i, w.size) for i, w in enumerate(model.coefs_ + model.intercepts_)]}
            squared = tail == "2 identity"
            if squared and alpha:
                continue  # once is enough for a find
            shapes = [np.atleast_2d(w).shape for w in model.coefs_ + model.intercepts_]
            if squared:
                more.update(find=SQUARED, truth=perceptron_truth(given, y, shapes, RULES[activation], alpha))
            elif alpha == 0:
                more["grads"] = as_arrays(model, given, y, slopes(start), "3 - 5 %s - 4 %s - %s" % (word, word, tail), kind)
            yield case("MLP %s 3 - 5 %s - 4 %s - %s, alpha %g" % (task, word, word, tail, alpha), value, slopes, [start, start + 0.5 * draw.normal(size=start.size)], **more)


def as_arrays(model, X, y, slopes, spec, kind):
    arrays, at = {"X": X, "Y": np.asarray(y, kind)}, 0
    for name, group in (("W", model.coefs_), ("b", model.intercepts_)):
        for l, w in enumerate(group, 1):
            arrays["%s%d" % (name, l)] = w.astype(kind)
            arrays["d%s%d" % (name, l)] = slopes[at : at + w.size].reshape(w.shape).astype(kind)
            at += w.size
    loss = ["--loss", "half-squared"] if "identity" in spec.split(" - ")[-1] else []
    return Grads(spec, arrays, ["--samples-as", "rows", "--weights-as", "in-out", *loss])


# ---- losses ----------------------------------------------------------------------------------------


def losses(draw):
    from sklearn._loss import loss as module

    rows = [
        ("HalfSquaredError", module.HalfSquaredError(), None), ("AbsoluteError", module.AbsoluteError(), None), ("PinballLoss 0.3", module.PinballLoss(quantile=0.3), None),
        ("HalfPoissonLoss", module.HalfPoissonLoss(), 3.0), ("HalfGammaLoss", module.HalfGammaLoss(), 3.0), ("HalfTweedieLoss 1.5", module.HalfTweedieLoss(power=1.5), 3.0),
        ("HalfTweedieLoss 3", module.HalfTweedieLoss(power=3), 3.0), ("HalfTweedieLossIdentity 1.5", module.HalfTweedieLossIdentity(power=1.5), 3.0), ("HalfBinomialLoss", module.HalfBinomialLoss(), 1.0),
    ]
    for name, loss, size in rows:
        for y in (0.4, 1.0 if size == 1.0 else 2.5):
            target = np.array([y if size else y - 1])
            points = [-3.0, 0.2, 4.0, 30.0] if "Identity" not in name else [0.2, 4.0, 30.0]
            value = lambda x, l=loss, t=target: l.loss(t, np.array([x]))[0]
            slope = lambda x, l=loss, t=target: l.gradient(t, np.array([x]))[0]
            bend = lambda x, l=loss, t=target: l.gradient_hessian(t, np.array([x]))[1][0]
            yield scalar(AREA, "_loss.%s y=%g" % (name, y), value, slope, points)
            if name not in ("AbsoluteError", "PinballLoss 0.3"):
                yield scalar(AREA, "_loss.%s y=%g hessian" % (name, y), slope, bend, points)
    many = module.HalfMultinomialLoss(n_classes=3)
    value = lambda x: float(many.loss(np.array([1.0]), x.reshape(1, 3))[0])
    yield case("_loss.HalfMultinomialLoss", value, lambda x: many.gradient(np.array([1.0]), x.reshape(1, 3))[0], [draw.normal(size=3) * s for s in (1, 20)])
    from sklearn.linear_model import _sgd_fast as sgd

    for name, loss in (
        ("Hinge", sgd.Hinge(1.0)), ("SquaredHinge", sgd.SquaredHinge(1.0)), ("Log", sgd.Log()), ("ModifiedHuber", sgd.ModifiedHuber()), ("SquaredLoss", sgd.SquaredLoss()),
        ("Huber", sgd.Huber(0.4)), ("EpsilonInsensitive", sgd.EpsilonInsensitive(0.1)), ("SquaredEpsilonInsensitive", sgd.SquaredEpsilonInsensitive(0.1)),
    ):
        for y in (-1.0, 1.0):
            yield scalar(AREA, "SGD %s y=%g" % (name, y), lambda p, l=loss, y=y: l.py_loss(p, y), lambda p, l=loss, y=y: l.py_dloss(p, y), [-25.0, -0.95, 0.2, 0.999, 3.0, 25.0])
    from sklearn.ensemble import _gb_losses as boosting

    bits, numbers = (draw.random(5) < 0.5).astype(float), draw.normal(size=5)
    for name, loss, y, factor in (  # the residuals leave out the 2 of a square and of a deviance
        ("BinomialDeviance", boosting.BinomialDeviance(2), bits, 2), ("ExponentialLoss", boosting.ExponentialLoss(2), bits, 1),
        ("LeastSquaresError", boosting.LeastSquaresError(), numbers, 2), ("LeastAbsoluteError", boosting.LeastAbsoluteError(), numbers, 1),
        ("QuantileLossFunction", boosting.QuantileLossFunction(0.7), numbers, 1),
    ):
        shape = (5, 1) if factor == 2 and "Binomial" in name or "Exponential" in name else (5,)
        value = lambda p, l=loss, y=y, n=shape: float(5 * l(y, p.reshape(n)))
        slope = lambda p, l=loss, y=y, n=shape, f=factor: -f * np.ravel(l.negative_gradient(y, p.reshape(n)))
        yield case("GradientBoosting " + name, value, slope, [draw.normal(size=5), 5 * draw.normal(size=5)])


def linear_models(draw):
    from sklearn._loss import loss as module
    from sklearn.linear_model import _huber
    from sklearn.linear_model._linear_loss import LinearModelLoss

    X = draw.normal(size=(12, 3))
    rows = [
        ("squared", module.HalfSquaredError(), draw.normal(size=12)), ("Poisson", module.HalfPoissonLoss(), draw.poisson(2.0, 12).astype(float)),
        ("Gamma", module.HalfGammaLoss(), draw.gamma(2.0, size=12)), ("Tweedie", module.HalfTweedieLoss(power=1.7), draw.gamma(2.0, size=12)),
        ("logistic", module.HalfBinomialLoss(), (np.arange(12) % 2).astype(float)), ("multinomial", module.HalfMultinomialLoss(n_classes=3), (np.arange(12) % 3).astype(float)),
    ]
    for (name, loss, y), intercept, strength in itertools.product(rows, (True, False), (0.0, 0.7)):
        model = LinearModelLoss(base_loss=loss, fit_intercept=intercept)
        shape = (3, 3 + intercept) if name == "multinomial" else (3 + intercept,)
        unpack = lambda w, shape=shape: np.asarray(w).reshape(shape, order="F")
        value = lambda w, m=model, y=y, s=strength, u=unpack: float(m.loss(u(w), X, y, l2_reg_strength=s))
        slope = lambda w, m=model, y=y, s=strength, u=unpack: np.asarray(m.loss_gradient(u(w), X, y, l2_reg_strength=s)[1]).ravel(order="F")
        count = int(np.prod(shape))
        what = "LinearModelLoss %s%s, l2 %g" % (name, ", intercept" if intercept else "", strength)
        points = [draw.normal(size=count) * 0.5, np.zeros(count), draw.normal(size=count) * 2]
        yield case(what, value, slope, points)
        if name != "multinomial":
            bend = lambda w, m=model, y=y, s=strength, u=unpack: m.gradient_hessian(u(w), X, y, l2_reg_strength=s)[1]
            yield Case(AREA, what + " Hessian", slope, bend, points, outputs=count)
    y = X @ [1.0, -2.0, 0.5] + draw.standard_t(2, 12)
    for intercept in (0, 1):
        call = lambda w: _huber._huber_loss_and_gradient(np.array(w), X, y, 1.35, 0.1, np.ones(12))
        points = [np.concatenate([draw.normal(size=3 + intercept), [s]]) for s in (1.0, 0.2)]
        yield case("HuberRegressor%s" % (", intercept" if intercept else ""), lambda w, c=call: float(c(w)[0]), lambda w, c=call: c(w)[1], points)


# ---- embeddings --------------------------------------------------------------------------------------


TSNE = (
    "t-SNE's gradient (manifold/_t_sne.py _kl_divergence) takes (1 + d²/ν)^(-(ν+1)/2) for the factor (1 + d²/ν)^-1; they are the same "
    "for ν = 1 only, and an embedding in k dimensions is made with ν = k - 1"
)


def embedding_truth(P, freedom):
    def loss(numbers):
        points = [numbers[i : i + 2] for i in range(0, len(numbers), 2)]
        pairs = [(i, j) for i in range(len(points)) for j in range(i)]
        q = [(1 + square(points[i], points[j]) / freedom) ** (-(mpmath.mpf(freedom) + 1) / 2) for i, j in pairs]
        total = 2 * sum(q)
        return sum(2 * mpmath.mpf(P[i, j]) * mpmath.log(mpmath.mpf(P[i, j]) / (w / total)) for (i, j), w in zip(pairs, q))

    return by_complex_step(loss)


def embeddings(draw):
    from scipy.sparse import csr_matrix
    from scipy.spatial.distance import squareform
    from sklearn.manifold import _t_sne
    from sklearn.neighbors import NeighborhoodComponentsAnalysis

    X = draw.normal(size=(9, 3))
    labels = np.arange(9) % 3
    same = labels[:, None] == labels[None, :]
    for components in (1, 2, 3):
        model = NeighborhoodComponentsAnalysis(n_components=components)
        model.n_iter_, model.verbose = 0, 0
        call = lambda w, m=model: m._loss_grad_lbfgs(np.array(w), X, same, -1.0)
        points = [draw.normal(size=3 * components), 3 * draw.normal(size=3 * components)]
        yield case("NeighborhoodComponentsAnalysis %d" % components, lambda w, c=call: float(c(w)[0]), lambda w, c=call: np.ravel(c(w)[1]), points)
    P = draw.random((7, 7))
    P = (P + P.T) * (1 - np.eye(7))
    P /= P.sum()
    condensed = squareform(P)
    for freedom in (1, 2, 5):
        call = lambda y, f=freedom: _t_sne._kl_divergence(np.array(y), condensed, f, 7, 2)
        points = [draw.normal(size=14) * s for s in (1e-4, 1.0, 20.0)]
        more = {} if freedom == 1 else {"find": TSNE, "truth": embedding_truth(P, freedom)}
        yield case("t-SNE exact, %g degrees of freedom" % freedom, lambda y, c=call: float(c(y)[0]), lambda y, c=call: c(y)[1], points, **more)
    sparse = csr_matrix(P)
    call = lambda y: _t_sne._kl_divergence_bh(np.array(y, np.float32), sparse, 1, 7, 2, angle=0.0)
    yield case("t-SNE Barnes-Hut, angle 0", lambda y: float(call(y)[0]), lambda y: call(y)[1], [draw.normal(size=14), 5 * draw.normal(size=14)], single=True)


GROUPS = [kernels, processes, perceptrons, losses, linear_models, embeddings]
