"""Losses and their gradients by the raw outputs, from PyTorch, with and without weights.

    python3 scripts/reference/pytorch-losses.py > tests/Redshift.Api.Tests/Reference/pytorch-losses.json

Written for PyTorch 1.13.1 (Debian's says 1.13.0a0), in double precision on 32-bit inputs, rounded to nine digits.
"""

import math

import torch
from torch.distributions import Categorical, MixtureSameFamily, Normal
from torch.nn import functional
from writing import write

torch.set_default_dtype(torch.float64)
torch.manual_seed(40)

COUNT = 6


def single(tensor):
    """Numbers that 32 bits hold."""
    return tensor.float().double()


def gaussian(y, t):
    """GaussianNLLLoss(full=True) takes the variance."""
    return functional.gaussian_nll_loss(y[:, 0], t[:, 0], torch.exp(2 * y[:, 1]), full=True, eps=1e-30, reduction="none")


def mixture(y, t):
    n = y.shape[1] // 3
    parts = Normal(y[:, n : 2 * n], torch.exp(y[:, 2 * n :]))
    return -MixtureSameFamily(Categorical(logits=y[:, :n]), parts).log_prob(t[:, 0])


def each(loss):
    return lambda y, t: loss(y, t, reduction="none").mean(1)


def joint(y, t):
    """Softmaxes of 3, 2 and 4 outputs, each with labels of its own."""
    parts = [slice(0, 3), slice(3, 5), slice(5, 9)]
    return sum(-(t[:, p] * torch.log_softmax(y[:, p], 1)).sum(1) for p in parts)


def joint_labels():
    """Of objects 0 and 3 one target is not known; the last target weighs twice."""
    labels = torch.cat([torch.softmax(drawn(3), 1), torch.softmax(drawn(2), 1), 2 * torch.softmax(drawn(4), 1)], 1)
    labels[0, :3] = 0
    labels[3, 5:] = 0
    return single(labels)


def case(loss, outputs, targets):
    weights = single(torch.rand(COUNT) * 2)
    result = {"outputs": outputs.reshape(-1).tolist(), "targets": targets.reshape(-1).tolist(), "weights": weights.tolist()}
    for name, w in [("plain", torch.ones(COUNT)), ("weighted", weights)]:
        y = outputs.clone().requires_grad_()
        value = (w * loss(y, targets)).sum() / COUNT
        value.backward()
        result[name] = {"loss": value.item(), "gradient": y.grad.reshape(-1).tolist()}
    return result


def drawn(n):
    return single(torch.randn(COUNT, n))


far = drawn(9)
far[0, 6:] = -4.0  # narrow components, the target hundreds of widths away: densities of 0 in any precision
targets = drawn(1)
targets[0] = 8.0
result = {
    "torch": torch.__version__,
    "mse": case(each(functional.mse_loss), drawn(3), drawn(3)),
    "mae": case(each(functional.l1_loss), drawn(3), drawn(3)),
    "huber": case(each(lambda y, t, reduction: functional.huber_loss(y, t, reduction=reduction, delta=0.7)), drawn(3), drawn(3)),
    "gaussian_nll": case(gaussian, drawn(2), drawn(1)),
    "mixture_nll": case(mixture, far, targets),
    "binned": case(
        lambda y, t: functional.cross_entropy(y, t, reduction="none"), 20 * drawn(8), single(torch.softmax(drawn(8), 1))
    ),
    "classes": case(
        lambda y, t: functional.cross_entropy(y, t, reduction="none"),
        drawn(4),
        functional.one_hot(torch.arange(COUNT) % 4, 4).double(),
    ),
}
result["joint"] = case(joint, 5 * drawn(9), joint_labels())
assert math.isfinite(result["mixture_nll"]["plain"]["loss"])
write(result, digits=9)
