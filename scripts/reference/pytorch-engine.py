"""Numbers that the engine's tests expect, from PyTorch: outputs, losses, gradients and weights after some optimiser steps.

    python3 scripts/reference/pytorch-engine.py > tests/Redshift.Api.Tests/Reference/pytorch-engine.json

Written for PyTorch 1.13.1 (Debian's says 1.13.0a0). All in double precision, then rounded to eight digits, so that the file does not depend on the
machine. Arrays are in Redshift's layout: signals [length x channels], dense kernels [in, units], convolution kernels
[kernel, channels, filters].
"""

import torch
from torch import nn
from torch.nn import functional
from writing import write

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

COUNT, CHANNELS, LENGTH, OUTPUTS, STEPS, RATE = 4, 2, 12, 3, 5, 0.01


def network() -> nn.Sequential:
    """conv 5 x 3 (stride 2, padding 1), relu, maxpool 2, conv 4 x 2, gelu, flatten, dense 6, tanh, dense 3."""
    torch.manual_seed(20)
    return nn.Sequential(
        nn.Conv1d(CHANNELS, 5, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.MaxPool1d(2),
        nn.Conv1d(5, 4, 2),
        nn.GELU(),
        nn.Flatten(),
        nn.Linear(8, 6),
        nn.Tanh(),
        nn.Linear(6, OUTPUTS),
    )


PLACES = {0: "body/0", 3: "body/3", 6: "body/6", 8: "body/8"}


def ours(index: int, name: str, array: torch.Tensor) -> list:
    """An array of PyTorch's in our layout, row-major."""
    if name == "bias":
        return array.tolist()
    if array.dim() == 3:
        return array.permute(2, 1, 0).reshape(-1).tolist()
    if index == 6:  # after flatten: channel by channel there, position by position here
        array = array.reshape(6, 4, 2).permute(0, 2, 1).reshape(6, 8)
    return array.T.reshape(-1).tolist()


def arrays(model: nn.Sequential, pick) -> dict:
    result = {}
    for index, place in PLACES.items():
        for theirs, name in [("weight", "kernel"), ("bias", "bias")]:
            result[f"{place}/{name}"] = ours(index, name, pick(getattr(model[index], theirs)).detach())
    return result


LOSSES = {
    "mse": functional.mse_loss,
    "mae": functional.l1_loss,
    "huber": lambda y, t: functional.huber_loss(y, t, delta=0.7),
    "cross_entropy": functional.cross_entropy,
}


def rmsprop(momentum):
    return lambda p: torch.optim.RMSprop(p, lr=RATE, alpha=0.9, eps=1e-7, momentum=momentum)


def adam_w(parameters):
    parameters = list(parameters)
    kernels = [p for p in parameters if p.dim() > 1]
    biases = [p for p in parameters if p.dim() == 1]
    groups = [{"params": kernels, "weight_decay": 0.1}, {"params": biases, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=RATE, eps=1e-7)


OPTIMISERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=RATE),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9),
    "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=RATE, eps=1e-7),
    "adamw": adam_w,
    "rmsprop": rmsprop(0.0),
    "rmsprop_momentum": rmsprop(0.5),
}


class Adamax(torch.optim.Optimizer):
    """Keras's Adamax: u = max(b2 u, |g|), epsilon added to u when dividing. PyTorch's own adds it to |g| instead."""

    def __init__(self, parameters):
        super().__init__(parameters, {"lr": RATE})
        self.steps = 0

    def step(self, closure=None):
        self.steps += 1
        for p in self.param_groups[0]["params"]:
            state = self.state[p]
            m = state.get("m", torch.zeros_like(p)) * 0.9 + 0.1 * p.grad
            u = torch.maximum(0.999 * state.get("u", torch.zeros_like(p)), p.grad.abs())
            state["m"], state["u"] = m, u
            p.data -= RATE / (1 - 0.9**self.steps) * m / (u + 1e-7)


OPTIMISERS["adamax"] = Adamax


def train(loss: str, optimiser: str, clip=None, l1=0.0, l2=0.0) -> dict:
    model = network()
    rule = OPTIMISERS[optimiser](model.parameters())
    losses = []
    for _ in range(STEPS):
        rule.zero_grad()
        value = LOSSES[loss](model(inputs), targets[loss])
        losses.append(value.item())
        kernels = [p for p in model.parameters() if p.dim() > 1]
        (value + sum(l1 * p.abs().sum() + l2 * (p**2).sum() for p in kernels)).backward()
        if clip:
            # PyTorch divides by norm + 1e-6; without that, as Keras.
            norm = torch.sqrt(sum((p.grad**2).sum() for p in model.parameters()))
            for p in model.parameters():
                p.grad *= min(1.0, clip / norm)
        rule.step()
    return {"losses": losses, "weights": arrays(model, lambda p: p)}


def gradients(loss: str) -> dict:
    model = network()
    value = LOSSES[loss](model(inputs), targets[loss])
    value.backward()
    return {"loss": value.item(), "gradients": arrays(model, lambda p: p.grad)}


torch.manual_seed(10)
inputs = torch.randn(COUNT, CHANNELS, LENGTH)
plain = torch.randn(COUNT, OUTPUTS)
targets = {name: torch.softmax(plain, 1) if name == "cross_entropy" else plain for name in LOSSES}
result = {
    "torch": torch.__version__,
    "inputs": inputs.permute(0, 2, 1).reshape(-1).tolist(),
    "targets": {name: array.reshape(-1).tolist() for name, array in targets.items()},
    "initial": arrays(network(), lambda p: p),
    "outputs": network()(inputs).detach().reshape(-1).tolist(),
    "losses": {name: gradients(name) for name in LOSSES},
    "optimisers": {name: train("huber", name) for name in OPTIMISERS},
    "clipped": train("mse", "adam", clip=0.25),
    "penalised": train("mse", "sgd_momentum", l1=0.01, l2=0.02),
}
write(result)
