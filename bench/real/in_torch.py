"""PyTorch: its modules, losses and functions, in float64 and in float32.

Parameters and inputs together are what is differentiated; the value is the sum of the outputs times fixed
numbers, or the loss itself, and the gradient is autograd's.
"""

import mpmath
import numpy as np
import torch
from cases import Case, Grads, by_complex_step
from torch import nn
from torch.nn import functional as F

AREA = "PyTorch"
SCALES = (1.0, 1e-3, 20.0)

torch.set_num_threads(1)
torch.distributions.Distribution.set_default_validate_args(False)  # NaN in place of an exception


class Together:
    """A module and its inputs as a function of one vector."""

    def __init__(self, module, inputs, kind, call=None):
        self.module = module.to(kind)
        self.kind = kind
        self.call = call or (lambda module, *given: module(*given))
        self.parameters = [p for p in module.parameters() if p.requires_grad]
        self.inputs = [i.detach().to(kind) for i in inputs]
        self.shapes = [tuple(t.shape) for t in (*self.parameters, *self.inputs)]
        self.weights = None
        for p in self.parameters:
            p.data = p.data.to(kind)

    def start(self):
        numbers = [t.detach().reshape(-1).double().numpy() for t in (*self.parameters, *self.inputs)]
        return np.concatenate(numbers)

    def blocks(self):
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        return [("t%d" % i, size) for i, size in enumerate(sizes) if size]

    def _loss(self, theta, with_gradient):
        vector, at, given = torch.tensor(np.array(theta), dtype=self.kind), 0, []
        for i, shape in enumerate(self.shapes):
            count = int(np.prod(shape))
            piece = vector[at : at + count].reshape(shape)
            at += count
            if i < len(self.parameters):
                self.parameters[i].data.copy_(piece)
            else:
                given.append(piece.clone().requires_grad_(with_gradient))
        with torch.set_grad_enabled(with_gradient):
            out = self.call(self.module, *given)
            while isinstance(out, (tuple, list)):
                out = out[0]
            if self.weights is None:
                generator = torch.Generator().manual_seed(7)
                self.weights = torch.randn(out.shape, generator=generator, dtype=torch.float64).to(self.kind)
            loss = (out * self.weights).sum() if out.dim() else out
        return loss, given

    def value(self, theta):
        try:
            return float(self._loss(theta, False)[0])
        except torch.linalg.LinAlgError:  # no Cholesky factor, outside of the domain
            return float("nan")

    def gradient(self, theta):
        loss, given = self._loss(theta, True)
        leaves = [*self.parameters, *given]
        slopes = torch.autograd.grad(loss, leaves, allow_unused=True)
        pieces = [torch.zeros(leaf.shape) if s is None else s for s, leaf in zip(slopes, leaves)]
        return np.concatenate([p.reshape(-1).double().numpy() for p in pieces])


def both(draw, name, make, shapes, call=None, scales=(1.0,), positive=False, squeeze=None, find=None, truth=None):
    """A case in each precision; `make` gives the module, `squeeze` maps the drawn inputs, and `truth` gets the weights
    of the outputs and gives the true gradient."""
    for kind in (torch.float64, torch.float32):
        points = []
        torch.manual_seed(int(draw.integers(1 << 30)))
        together = Together(make(), [torch.zeros(s) for s in shapes], kind, call)
        for scale in scales:
            start = together.start()
            own = sum(int(np.prod(p.shape)) for p in together.parameters)
            numbers = draw.normal(size=start.size - own) * scale
            if positive:
                numbers = np.abs(numbers) + 0.05 * scale
            start[own:] = squeeze(numbers) if squeeze else numbers
            points.append(start)
        yield Case(
            AREA, name, together.value, together.gradient, points, single=kind == torch.float32, blocks=together.blocks(),
            find=find, truth=truth and (lambda theta, t=together: truth(exact(t.weights))(theta)),
        )


def exact(weights):
    return None if weights is None else [mpmath.mpf(float(w)) for w in weights.reshape(-1)]


def function(draw, name, f, shapes, **more):
    yield from both(draw, name, nn.Module, shapes, call=lambda _, *given: f(*given), **more)


# ---- elementwise ------------------------------------------------------------------------------


def activations(draw):
    rows = [
        ("ELU", nn.ELU), ("ELU alpha=0.5", lambda: nn.ELU(0.5)), ("Hardshrink", nn.Hardshrink), ("Hardsigmoid", nn.Hardsigmoid),
        ("Hardtanh", nn.Hardtanh), ("Hardswish", nn.Hardswish), ("LeakyReLU", nn.LeakyReLU), ("LogSigmoid", nn.LogSigmoid),
        ("PReLU", nn.PReLU), ("ReLU", nn.ReLU), ("ReLU6", nn.ReLU6), ("RReLU eval", lambda: nn.RReLU().eval()), ("SELU", nn.SELU),
        ("CELU", nn.CELU), ("CELU alpha=2", lambda: nn.CELU(2)), ("GELU", nn.GELU), ("GELU tanh", lambda: nn.GELU(approximate="tanh")),
        ("Sigmoid", nn.Sigmoid), ("SiLU", nn.SiLU), ("Mish", nn.Mish), ("Softplus", nn.Softplus),
        ("Softplus beta=3", lambda: nn.Softplus(3, 10)), ("Softshrink", nn.Softshrink), ("Softsign", nn.Softsign), ("Tanh", nn.Tanh),
        ("Tanhshrink", nn.Tanhshrink), ("Threshold", lambda: nn.Threshold(0.1, -2.0)),
    ]
    for name, make in rows:
        yield from both(draw, "nn." + name, make, [(7,)], scales=SCALES)
    for name, make in (
        ("GLU", nn.GLU), ("Softmin", lambda: nn.Softmin(-1)), ("Softmax", lambda: nn.Softmax(-1)), ("LogSoftmax", lambda: nn.LogSoftmax(-1))
    ):
        yield from both(draw, "nn." + name, make, [(3, 4)], scales=SCALES)
    yield from both(draw, "nn.Softmax2d", nn.Softmax2d, [(3, 2, 2)])


SINC = (
    "sinc' is computed as (πx cos πx - sin πx) / πx², which cancels near 0: in float32 a quarter of the derivative is gone at x = 0.001 "
    "(tools/autograd, sinc_backward)"
)


def elementwise(draw):
    s = torch.special
    anywhere = [
        ("erf", torch.erf), ("erfc", torch.erfc), ("erfcx", s.erfcx), ("exp", torch.exp), ("expm1", torch.expm1), ("exp2", torch.exp2),
        ("sin", torch.sin), ("cos", torch.cos), ("atan", torch.atan), ("sinh", torch.sinh), ("cosh", torch.cosh), ("asinh", torch.asinh),
        ("sinc", torch.sinc), ("i0", torch.i0), ("i0e", s.i0e), ("i1", s.i1), ("i1e", s.i1e), ("ndtr", s.ndtr), ("log_ndtr", s.log_ndtr),
        ("abs", torch.abs), ("square", torch.square), ("sigmoid", torch.sigmoid), ("expit", s.expit),
    ]
    for name, f in anywhere:
        more = {"find": SINC, "truth": lambda w: by_complex_step(lambda x: sum(c * mpmath.sincpi(v) for c, v in zip(w, x)))}
        yield from function(draw, "torch." + name, f, [(6,)], scales=(1.0, 1e-3), **(more if name == "sinc" else {}))
    above = [
        ("log", torch.log), ("log1p", torch.log1p), ("log2", torch.log2), ("log10", torch.log10), ("sqrt", torch.sqrt),
        ("rsqrt", torch.rsqrt), ("reciprocal", torch.reciprocal), ("lgamma", torch.lgamma), ("digamma", torch.digamma),
        ("polygamma 1", lambda x: torch.polygamma(1, x)), ("xlogy", lambda x: torch.xlogy(x, x)), ("entr", s.entr),
        ("pow 2.7", lambda x: x**2.7), ("mvlgamma", lambda x: torch.mvlgamma(x + 1, 2)),
    ]
    for name, f in above:
        yield from function(draw, "torch." + name, f, [(6,)], positive=True, scales=(1.0, 20.0))
    inside = [
        ("logit", torch.logit), ("erfinv", lambda x: torch.erfinv(2 * x - 1)), ("ndtri", s.ndtri), ("asin", torch.asin), ("acos", torch.acos),
        ("atanh", torch.atanh), ("tan", torch.tan),
    ]
    for name, f in inside:
        yield from function(draw, "torch." + name, f, [(6,)], squeeze=lambda x: 0.02 + 0.96 / (1 + np.exp(-x)))
    pairs = [
        ("atan2", torch.atan2), ("hypot", torch.hypot), ("logaddexp", torch.logaddexp), ("logaddexp2", torch.logaddexp2), ("mul", torch.mul),
        ("div", torch.div), ("maximum", torch.maximum), ("fmin", torch.fmin), ("lerp", lambda a, b: torch.lerp(a, b, 0.3)),
    ]
    for name, f in pairs:
        yield from function(draw, "torch." + name, f, [(5,), (5,)], scales=(1.0, 20.0))


# ---- losses -----------------------------------------------------------------------------------


BCE = (
    "BCELoss bounds log a at -100, and its derivative divides by max(a (1 - a), 1e-12): between a = 1e-43 and 1e-12 the loss has a slope "
    "of order 1 in the logit, and the gradient says next to nothing (aten, binary_cross_entropy_backward)"
)
GAUSSIAN = (
    "GaussianNLLLoss raises variances below eps = 1e-6 to eps, and its gradient goes on as if it had not; documented: "
    "'the clamping is ignored with respect to autograd'"
)


def not_saturated(x):
    """log(1 - a) has a few stairs left above 14 in float32, and nothing in the values says what its slope is."""
    return np.minimum(x, 13)


def bce_truth(bits, reduction):
    """Of -y max(log a, -100) - (1 - y) max(log(1 - a), -100) with a = sigmoid(x)."""

    def truth(_):
        def slopes(theta):
            mpmath.mp.dps = 60
            y = [mpmath.mpf(float(b)) for b in bits.reshape(-1)]
            share = mpmath.mpf(1) / len(y) if reduction == "mean" else 1
            x = [mpmath.mpf(float(t)) for t in theta]
            a = [1 / (1 + mpmath.exp(-v)) for v in x]
            return [share * ((1 - t) * p * (mpmath.log(1 - p) > -100) - t * (1 - p) * (mpmath.log(p) > -100)) for t, p in zip(y, a)]

        return slopes

    return truth


def gaussian_truth(target, reduction):
    def loss(x):
        mean, total = [mpmath.mpf(float(t)) for t in target.reshape(-1)], 0
        for v, t in zip(x, mean):
            variance = mpmath.exp(v)
            if mpmath.re(variance) < 1e-6:
                variance = mpmath.mpf(10) ** -6
            total += (mpmath.log(variance) + (v - t) ** 2 / variance) / 2
        return total / len(mean) if reduction == "mean" else total

    return lambda _: by_complex_step(loss)


def losses(draw):
    g = torch.Generator().manual_seed(int(draw.integers(1 << 30)))
    classes, bits = torch.tensor([0, 2, 1, 3]), torch.tensor([[0.0, 1, 1], [1, 0, 0], [0, 0, 1], [1, 1, 0]])
    soft = torch.softmax(torch.randn(4, 4, generator=g), -1)
    signs = torch.tensor([1.0, -1, 1, -1])
    target = torch.randn(4, 3, generator=g)
    for reduction in ("mean", "sum"):
        yield from reduced(draw, reduction, classes, bits, soft, signs, target)
    yield from both(
        draw, "nn.AdaptiveLogSoftmaxWithLoss", lambda: nn.AdaptiveLogSoftmaxWithLoss(5, 7, [3, 5]), [(4, 5)],
        call=lambda m, x: m(x, torch.tensor([0, 4, 6, 2])).loss,
    )


def reduced(draw, reduction, classes, bits, soft, signs, target):
    """All losses with one reduction."""
    to = lambda t, like: t.to(like.dtype)
    r = {"reduction": reduction}
    rows = [
        ("L1Loss", lambda x: F.l1_loss(x, to(target, x), **r), (4, 3)),
        ("MSELoss", lambda x: F.mse_loss(x, to(target, x), **r), (4, 3)),
        ("HuberLoss", lambda x: F.huber_loss(x, to(target, x), **r), (4, 3)),
        ("SmoothL1Loss beta=0.3", lambda x: F.smooth_l1_loss(x, to(target, x), beta=0.3, **r), (4, 3)),
        ("CrossEntropyLoss", lambda x: F.cross_entropy(x, classes, **r), (4, 4)),
        ("CrossEntropyLoss probabilities", lambda x: F.cross_entropy(x, to(soft, x), **r), (4, 4)),
        ("CrossEntropyLoss smoothing", lambda x: F.cross_entropy(x, classes, label_smoothing=0.1, **r), (4, 4)),
        ("CrossEntropyLoss weight", lambda x: F.cross_entropy(x, classes, to(torch.tensor([0.5, 1, 2, 0.1]), x), **r), (4, 4)),
        ("CrossEntropyLoss ignore_index", lambda x: F.cross_entropy(x, classes, ignore_index=2, **r), (4, 4)),
        ("NLLLoss", lambda x: F.nll_loss(F.log_softmax(x, -1), classes, **r), (4, 4)),
        ("PoissonNLLLoss", lambda x: F.poisson_nll_loss(x, to(target.abs(), x), **r), (4, 3)),
        ("PoissonNLLLoss full", lambda x: F.poisson_nll_loss(x, to(3 * target.abs(), x), full=True, **r), (4, 3)),
        ("GaussianNLLLoss", lambda x: F.gaussian_nll_loss(x, to(target, x), x.exp(), **r), (4, 3)),
        ("KLDivLoss", lambda x: F.kl_div(F.log_softmax(x, -1), to(soft, x), **r), (4, 4)),
        ("KLDivLoss log_target", lambda x: F.kl_div(F.log_softmax(x, -1), to(soft.log(), x), log_target=True, **r), (4, 4)),
        ("BCELoss", lambda x: F.binary_cross_entropy(torch.sigmoid(x), to(bits, x), **r), (4, 3)),
        ("BCEWithLogitsLoss", lambda x: F.binary_cross_entropy_with_logits(x, to(bits, x), **r), (4, 3)),
        ("BCEWithLogitsLoss pos_weight", lambda x: F.binary_cross_entropy_with_logits(x, to(bits, x), pos_weight=to(torch.tensor([1.0, 3, 0.2]), x), **r), (4, 3)),
        ("HingeEmbeddingLoss", lambda x: F.hinge_embedding_loss(x, to(signs, x), **r), (4,)),
        ("SoftMarginLoss", lambda x: F.soft_margin_loss(x, to(signs, x), **r), (4,)),
        ("MultiLabelSoftMarginLoss", lambda x: F.multilabel_soft_margin_loss(x, to(bits, x), **r), (4, 3)),
        ("MultiMarginLoss", lambda x: F.multi_margin_loss(x, classes, **r), (4, 4)),
        ("MultiMarginLoss p=2", lambda x: F.multi_margin_loss(x, classes, p=2, **r), (4, 4)),
        ("MultiLabelMarginLoss", lambda x: F.multilabel_margin_loss(x, torch.tensor([[0, 2, -1, 1]] * 4), **r), (4, 4)),
    ]
    more = {
        "BCELoss": {"find": BCE, "truth": bce_truth(bits, reduction), "squeeze": not_saturated},
        "GaussianNLLLoss": {"find": GAUSSIAN, "truth": gaussian_truth(target, reduction)},
    }
    for name, f, shape in rows:
        yield from function(draw, "nn.%s, %s" % (name, reduction), f, [shape], scales=(1.0, 20.0), **more.get(name, {}))
    two = [
        ("MarginRankingLoss", lambda a, b: F.margin_ranking_loss(a, b, to(signs, a), margin=0.3, **r), [(4,)] * 2),
        ("CosineEmbeddingLoss", lambda a, b: F.cosine_embedding_loss(a, b, to(signs, a), **r), [(4, 3)] * 2),
        ("TripletMarginLoss", lambda a, b, c: F.triplet_margin_loss(a, b, c, **r), [(4, 3)] * 3),
        ("TripletMarginLoss swap", lambda a, b, c: F.triplet_margin_loss(a, b, c, swap=True, **r), [(4, 3)] * 3),
        ("CTCLoss", lambda x: F.ctc_loss(x.log_softmax(-1), torch.tensor([[1, 2, 1], [3, 3, 1]]), torch.tensor([7, 7]), torch.tensor([3, 2]), **r), [(7, 2, 4)]),
    ]
    for name, f, shapes in two:
        yield from function(draw, "nn.%s, %s" % (name, reduction), f, shapes)


# ---- layers -----------------------------------------------------------------------------------


CROSS_MAP = (
    "CrossMapLRN2d lets its window of channels begin one too early from the second window on (`if c > pre_pad` for `>=`, "
    "nn/modules/_functions.py), and its backward pass is that of the window as it should be"
)


def cross_map(weights, x, channels, size):
    """The forward pass as it is in nn/modules/_functions.py, for one sample."""
    pixels = len(x) // channels
    half, total = int((size - 1) / 2 + 1), mpmath.mpf(0)
    for p in range(pixels):
        a = [x[c * pixels + p] for c in range(channels)]
        scale = sum(v * v for v in a[: min(half, channels)])
        for c in range(channels):
            if 0 < c < channels - half + 1:
                scale += a[c + half - 1] ** 2
            if c > half:
                scale -= a[c - half] ** 2
            total += weights[c * pixels + p] * a[c] * (1 + mpmath.mpf(1) / 2 / size * scale) ** mpmath.mpf(-0.75)
    return total


def layers(draw):
    rows = [
        ("Linear", lambda: nn.Linear(3, 4), [(5, 3)]), ("Linear no bias", lambda: nn.Linear(3, 4, bias=False), [(5, 3)]),
        ("Bilinear", lambda: nn.Bilinear(2, 3, 2), [(4, 2), (4, 3)]),
        ("Conv1d", lambda: nn.Conv1d(2, 3, 3), [(2, 2, 6)]), ("Conv1d circular", lambda: nn.Conv1d(2, 2, 3, padding=1, padding_mode="circular"), [(1, 2, 5)]),
        ("Conv2d", lambda: nn.Conv2d(2, 2, 3), [(1, 2, 4, 4)]), ("Conv2d stride, padding", lambda: nn.Conv2d(2, 2, 3, 2, 1), [(1, 2, 4, 4)]),
        ("Conv2d dilation, groups", lambda: nn.Conv2d(2, 2, 2, dilation=2, groups=2), [(1, 2, 4, 4)]),
        ("Conv2d reflect", lambda: nn.Conv2d(1, 2, 3, padding=1, padding_mode="reflect"), [(1, 1, 4, 4)]),
        ("Conv3d", lambda: nn.Conv3d(1, 2, 2), [(1, 1, 3, 3, 3)]), ("ConvTranspose1d", lambda: nn.ConvTranspose1d(2, 3, 3, 2), [(1, 2, 4)]),
        ("ConvTranspose2d", lambda: nn.ConvTranspose2d(2, 2, 2, 2), [(1, 2, 3, 3)]), ("ConvTranspose3d", lambda: nn.ConvTranspose3d(1, 1, 2), [(1, 1, 2, 2, 2)]),
        ("BatchNorm1d", lambda: nn.BatchNorm1d(3), [(6, 3)]), ("BatchNorm1d not affine", lambda: nn.BatchNorm1d(3, affine=False), [(6, 3)]),
        ("BatchNorm1d eval", lambda: nn.BatchNorm1d(3).eval(), [(6, 3)]), ("BatchNorm2d", lambda: nn.BatchNorm2d(2), [(2, 2, 3, 2)]),
        ("BatchNorm3d", lambda: nn.BatchNorm3d(2), [(2, 2, 2, 2, 1)]), ("InstanceNorm1d", lambda: nn.InstanceNorm1d(2), [(2, 2, 5)]),
        ("InstanceNorm2d affine", lambda: nn.InstanceNorm2d(2, affine=True), [(1, 2, 3, 3)]), ("LayerNorm", lambda: nn.LayerNorm(5), [(3, 5)]),
        ("LayerNorm 2d", lambda: nn.LayerNorm((3, 2)), [(2, 3, 2)]), ("GroupNorm", lambda: nn.GroupNorm(2, 4), [(2, 4, 3)]),
        ("LocalResponseNorm", lambda: nn.LocalResponseNorm(2), [(1, 3, 2, 2)]), 
        ("RNN tanh", lambda: nn.RNN(2, 3), [(4, 1, 2)]), ("RNN relu", lambda: nn.RNN(2, 3, nonlinearity="relu"), [(4, 1, 2)]),
        ("RNN two layers, bidirectional", lambda: nn.RNN(2, 2, 2, bidirectional=True), [(3, 1, 2)]),
        ("LSTM", lambda: nn.LSTM(2, 3), [(4, 1, 2)]), ("LSTM two layers", lambda: nn.LSTM(2, 2, 2), [(3, 1, 2)]),
        ("LSTM bidirectional", lambda: nn.LSTM(2, 2, bidirectional=True), [(3, 1, 2)]), ("LSTM projection", lambda: nn.LSTM(2, 3, proj_size=2), [(3, 1, 2)]),
        ("GRU", lambda: nn.GRU(2, 3), [(4, 1, 2)]), ("GRU bidirectional", lambda: nn.GRU(2, 2, bidirectional=True), [(3, 1, 2)]),
        ("RNNCell", lambda: nn.RNNCell(2, 3), [(2, 2)]), ("LSTMCell", lambda: nn.LSTMCell(2, 3), [(2, 2)]), ("GRUCell", lambda: nn.GRUCell(2, 3), [(2, 2)]),
        ("CosineSimilarity", nn.CosineSimilarity, [(3, 4), (3, 4)]), ("PairwiseDistance", nn.PairwiseDistance, [(3, 4), (3, 4)]),
        ("MaxPool1d", lambda: nn.MaxPool1d(2), [(1, 2, 6)]), ("MaxPool2d", lambda: nn.MaxPool2d(2, 1), [(1, 1, 4, 4)]), ("MaxPool3d", lambda: nn.MaxPool3d(2), [(1, 1, 2, 4, 2)]),
        ("AvgPool1d", lambda: nn.AvgPool1d(2), [(1, 2, 6)]), ("AvgPool2d", lambda: nn.AvgPool2d(2, padding=1), [(1, 1, 4, 4)]),
        ("AvgPool3d", lambda: nn.AvgPool3d(2), [(1, 1, 2, 4, 2)]), ("LPPool1d", lambda: nn.LPPool1d(2, 2), [(1, 2, 6)]), ("LPPool2d p=4", lambda: nn.LPPool2d(4, 2), [(1, 1, 4, 4)]),
        ("AdaptiveAvgPool2d", lambda: nn.AdaptiveAvgPool2d(2), [(1, 1, 5, 3)]), ("AdaptiveMaxPool1d", lambda: nn.AdaptiveMaxPool1d(2), [(1, 1, 5)]),
        ("Upsample bilinear", lambda: nn.Upsample(scale_factor=2, mode="bilinear"), [(1, 1, 3, 3)]), ("Upsample bicubic", lambda: nn.Upsample(scale_factor=2, mode="bicubic"), [(1, 1, 3, 3)]),
        ("Upsample nearest", lambda: nn.Upsample(scale_factor=2), [(1, 1, 3, 3)]), ("Fold", lambda: nn.Fold((3, 3), 2), [(1, 4, 4)]), ("Unfold", lambda: nn.Unfold(2), [(1, 1, 3, 3)]),
        ("PixelShuffle", lambda: nn.PixelShuffle(2), [(1, 4, 2, 2)]), ("ReflectionPad2d", lambda: nn.ReflectionPad2d(1), [(1, 1, 3, 3)]), ("ReplicationPad1d", lambda: nn.ReplicationPad1d(2), [(1, 1, 4)]),
    ]
    for name, make, shapes in rows:
        yield from both(draw, "nn." + name, make, shapes)
    for size in (2, 3, 5):
        more = {"find": CROSS_MAP, "truth": lambda w, n=size: by_complex_step(lambda x: cross_map(w, x, 4, n))}
        yield from both(draw, "nn.CrossMapLRN2d size=%d" % size, lambda n=size: nn.CrossMapLRN2d(n, alpha=0.5), [(1, 4, 2, 1)], **more)
    places = torch.tensor([[0, 2, 4], [1, 1, 3]])
    for name, make, call in (
        ("Embedding", lambda: nn.Embedding(5, 3), lambda m: m(places)),
        ("Embedding padding_idx, sparse off", lambda: nn.Embedding(5, 3, padding_idx=1), lambda m: m(torch.tensor([0, 2, 4]))),
        ("EmbeddingBag sum", lambda: nn.EmbeddingBag(5, 3, mode="sum"), lambda m: m(places)),
        ("EmbeddingBag mean", lambda: nn.EmbeddingBag(5, 3, mode="mean"), lambda m: m(places)),
        ("EmbeddingBag max", lambda: nn.EmbeddingBag(5, 3, mode="max"), lambda m: m(places)),
    ):
        yield from both(draw, "nn." + name, make, [], call=call)


def attention(draw):
    yield from both(draw, "nn.MultiheadAttention", lambda: nn.MultiheadAttention(4, 2), [(3, 1, 4)], call=lambda m, x: m(x, x, x, need_weights=False))
    yield from both(draw, "nn.MultiheadAttention three inputs", lambda: nn.MultiheadAttention(4, 2, kdim=2, vdim=3), [(2, 1, 4), (3, 1, 2), (3, 1, 3)])
    yield from both(draw, "nn.MultiheadAttention bias_kv", lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True), [(2, 1, 4)], call=lambda m, x: m(x, x, x))
    for name, more in (("", {}), (" norm_first", {"norm_first": True}), (" gelu", {"activation": "gelu"})):
        yield from both(draw, "nn.TransformerEncoderLayer" + name, lambda more=more: nn.TransformerEncoderLayer(4, 2, 5, dropout=0.0, **more), [(2, 1, 4)])
    yield from both(draw, "nn.TransformerDecoderLayer", lambda: nn.TransformerDecoderLayer(2, 1, 3, dropout=0.0), [(2, 1, 2), (2, 1, 2)])
    mask = torch.triu(torch.full((3, 3), float("-inf")), 1)
    yield from both(draw, "nn.MultiheadAttention causal", lambda: nn.MultiheadAttention(4, 1), [(3, 1, 4)], call=lambda m, x: m(x, x, x, attn_mask=mask.to(x.dtype)))


def linear_algebra(draw):
    near = lambda x: x + 3 * torch.eye(3, dtype=x.dtype)
    spd = lambda x: x @ x.T + torch.eye(3, dtype=x.dtype)
    L = torch.linalg
    rows = [
        ("det", lambda x: L.det(near(x))), ("slogdet", lambda x: L.slogdet(near(x))[1]), ("inv", lambda x: L.inv(near(x))), ("pinv", lambda x: L.pinv(near(x))),
        ("cholesky", lambda x: L.cholesky(spd(x))), ("svdvals", L.svdvals), ("eigvalsh", lambda x: L.eigvalsh(x + x.T)), ("matrix_exp", torch.matrix_exp),
        ("qr", lambda x: L.qr(near(x))[0]), ("solve", lambda x: L.solve(near(x), x[:, :1])), ("lstsq", lambda x: L.lstsq(near(x), x[:, :1])[0]), ("matrix_power", lambda x: L.matrix_power(x, 3)),
        ("norm nuc", lambda x: L.matrix_norm(x, "nuc")), ("norm 2", lambda x: L.matrix_norm(x, 2)), ("norm fro", lambda x: L.matrix_norm(x)), ("cholesky_inverse", lambda x: torch.cholesky_inverse(L.cholesky(spd(x)))),
        ("triangular_solve", lambda x: L.solve_triangular(near(x), x, upper=True)), ("lu", lambda x: L.lu_factor(near(x))[0]), ("eigh", lambda x: L.eigh(x + x.T)[1] ** 2),
        ("logsumexp", lambda x: torch.logsumexp(x, 1)), ("cumprod", lambda x: torch.cumprod(x, 1)), ("prod", lambda x: torch.prod(x, 1)), ("logcumsumexp", lambda x: torch.logcumsumexp(x, 0)), ("std", lambda x: torch.std(x, 0)), ("var", lambda x: torch.var(x, 1)),
        ("cummax", lambda x: torch.cummax(x, 1)[0]), ("norm p=3", lambda x: torch.norm(x, 3)), ("renorm", lambda x: torch.renorm(x, 2, 0, 1.0)), ("normalize", lambda x: F.normalize(x, dim=1)), ("cdist", lambda x: torch.cdist(x, 2 * x.flip(0))),
        ("pdist", F.pdist), ("cross", lambda x: torch.cross(x, x.flip(0), dim=1)), ("cov", torch.cov), ("corrcoef", torch.corrcoef), ("sort", lambda x: torch.sort(x, 1)[0]), ("median", lambda x: torch.median(x, 1)[0]), ("quantile", lambda x: torch.quantile(x, 0.3, 1)),
        ("rfft", lambda x: torch.view_as_real(torch.fft.rfft(x))), ("trapezoid", lambda x: torch.trapezoid(x, dim=1)), ("einsum", lambda x: torch.einsum("ij,jk,kl->il", x, x, x)), ("kron", lambda x: torch.kron(x, x[:2, :2])), ("gumbel-like max", lambda x: torch.amax(x, 1)),
    ]
    for name, f in rows:
        yield from function(draw, "torch " + name, f, [(3, 3)])
    grid = torch.rand(1, 3, 3, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 1.6 - 0.8
    for mode in ("bilinear", "bicubic"):
        yield from function(draw, "F.grid_sample " + mode, lambda x, m=mode: F.grid_sample(x, grid.to(x.dtype), mode=m, align_corners=False), [(1, 1, 3, 3)])
    yield from function(draw, "F.affine_grid", lambda x: F.affine_grid(x, [1, 1, 3, 3], align_corners=False), [(1, 2, 3)])


def distributions(draw):
    D = torch.distributions
    one = torch.tensor(0.7, dtype=torch.float64)
    at = lambda x, number: one.to(x.dtype) * 0 + number
    rows = [
        ("Normal", lambda x: D.Normal(x[0], x[1]).log_prob(at(x, 0.3))), ("LogNormal", lambda x: D.LogNormal(x[0], x[1]).log_prob(at(x, 0.3))),
        ("Gamma", lambda x: D.Gamma(x[0], x[1]).log_prob(at(x, 0.3))), ("Beta", lambda x: D.Beta(x[0], x[1]).log_prob(at(x, 0.3))),
        ("StudentT", lambda x: D.StudentT(x[0], x[1], x[2]).log_prob(at(x, 0.3))), ("Cauchy", lambda x: D.Cauchy(x[0], x[1]).log_prob(at(x, 0.3))),
        ("Laplace", lambda x: D.Laplace(x[0], x[1]).log_prob(at(x, 0.3))), ("Gumbel", lambda x: D.Gumbel(x[0], x[1]).log_prob(at(x, 0.3))),
        ("Weibull", lambda x: D.Weibull(x[0], x[1]).log_prob(at(x, 0.3))), ("Poisson", lambda x: D.Poisson(x[0]).log_prob(at(x, 2.0))),
        ("Dirichlet", lambda x: D.Dirichlet(x).log_prob(torch.tensor([0.2, 0.5, 0.3], dtype=x.dtype))), ("NegativeBinomial", lambda x: D.NegativeBinomial(x[0], logits=x[1]).log_prob(at(x, 2.0))),
        ("VonMises", lambda x: D.VonMises(x[0], x[1]).log_prob(at(x, 0.3))), ("Kumaraswamy", lambda x: D.Kumaraswamy(x[0], x[1]).log_prob(at(x, 0.3))),
        ("ContinuousBernoulli", lambda x: D.ContinuousBernoulli(logits=x).log_prob(at(x, 0.3)).sum()), ("Categorical", lambda x: D.Categorical(logits=x).entropy()),
        ("HalfCauchy", lambda x: D.HalfCauchy(x[0]).log_prob(at(x, 0.3))), ("Pareto", lambda x: D.Pareto(at(x, 0.1), x[0]).log_prob(at(x, 0.3))),
        ("FisherSnedecor", lambda x: D.FisherSnedecor(x[0], x[1]).log_prob(at(x, 0.3))),
        ("MultivariateNormal", lambda x: D.MultivariateNormal(x, torch.diag(x) + 0.01).log_prob(at(x, 0.3))), ("kl Gamma", lambda x: D.kl_divergence(D.Gamma(x[0], x[1]), D.Gamma(x[1], x[2]))),
        ("kl Beta", lambda x: D.kl_divergence(D.Beta(x[0], x[1]), D.Beta(x[1], x[2]))),
    ]
    for name, f in rows:
        yield from function(draw, "distributions.%s log_prob" % name, f, [(3,)], positive=True)


# ---- networks, for `backproof grads` ------------------------------------------------------------


def networks(draw):
    hidden = {
        "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU, "softplus": nn.Softplus, "gelu": nn.GELU, "elu": nn.ELU, "leaky_relu": nn.LeakyReLU,
        "silu": nn.SiLU,
    }
    tails = [
        ("2 sigmoid", lambda z, y: F.binary_cross_entropy_with_logits(z, y), "elements"),
        ("3 softmax", lambda z, y: F.cross_entropy(z, y), "mean"),
        ("2 identity", lambda z, y: F.mse_loss(z, y), "elements"),
    ]
    for word, make in hidden.items():
        for tail, loss, reduction in tails:
            outputs = int(tail[0])
            y = draw.random(size=(6, outputs))
            if "softmax" in tail:
                y /= y.sum(axis=1, keepdims=True)
            make_all = lambda make=make, n=outputs: nn.Sequential(nn.Linear(3, 5), make(), nn.Linear(5, 4), make(), nn.Linear(4, n))
            x = torch.tensor(draw.normal(size=(6, 3)))
            for kind in (torch.float64, torch.float32):
                torch.manual_seed(int(draw.integers(1 << 30)))
                given, wanted = x.to(kind), torch.tensor(y).to(kind)
                together = Together(make_all(), [], kind, lambda m, f=loss, x=given, y=wanted: f(m(x), y))
                start = together.start()
                slopes = together.gradient(start)
                arrays, at = {"X": given.numpy(), "Y": wanted.numpy()}, 0
                for name, p in together.module.named_parameters():
                    count = p.numel()
                    arrays[name] = p.detach().numpy().copy()
                    arrays[name + ".grad"] = slopes[at : at + count].reshape(tuple(p.shape)).astype(arrays[name].dtype)
                    at += count
                options = ["--pytorch", "--reduction", reduction]
                if "identity" in tail:
                    options += ["--loss", "squared"]
                grads = Grads("3 - 5 %s - 4 %s - %s" % (word, word, tail), arrays, options)
                yield Case(
                    AREA, "nn.Sequential " + grads.spec, together.value, together.gradient, [start],
                    single=kind == torch.float32, blocks=together.blocks(), grads=grads,
                )


GROUPS = [activations, elementwise, losses, layers, attention, linear_algebra, distributions, networks]
