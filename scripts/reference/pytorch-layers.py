"""Numbers that the engine's tests expect of normalisation, attention and residual layers, from PyTorch: outputs, losses,
gradients, running averages.

    python3 scripts/reference/pytorch-layers.py > tests/Redshift.Api.Tests/Reference/pytorch-layers.json

Written for PyTorch 1.13.1 (Debian's says 1.13.0a0), in double precision, rounded to eight digits. Arrays are in Redshift's
layout: signals [length x channels], dense kernels [in, units], convolution kernels [kernel, channels, filters], graphs
[nodes x features].

PyTorch has no graph attention: it is written here from Velickovic et al. 2018 (arXiv:1710.10903), node by node, head by
head, with the concatenation of eq. 1 to 3, and differentiated by PyTorch.
"""

import torch
from torch import nn
from torch.nn import functional
from writing import write

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

COUNT = 5


class Recorder:
    """Parameters by our names, with how each is laid out."""

    def __init__(self):
        self.arrays = {}

    def add(self, name, tensor, layout=lambda t: t):
        self.arrays[name] = (tensor, layout)
        return tensor

    def values(self, pick=lambda t: t):
        return {name: layout(pick(t).detach()).reshape(-1).tolist() for name, (t, layout) in self.arrays.items()}


def drawn(*shape, scale=0.5):
    return (torch.randn(*shape) * scale).requires_grad_()


def record(name, inputs, targets, recorder, forward, extra=None):
    """Loss, outputs and gradients of the mean squared error; `forward` is run once in training mode."""
    initial = recorder.values()
    outputs = forward(inputs)
    loss = functional.mse_loss(outputs, targets)
    loss.backward()
    result = {
        "inputs": inputs.reshape(-1).tolist(),
        "targets": targets.reshape(-1).tolist(),
        "initial": initial,
        "outputs": outputs.detach().reshape(-1).tolist(),
        "loss": loss.item(),
        "gradients": recorder.values(lambda t: t.grad),
    }
    result.update(extra() if extra else {})
    return name, result


def convolution(recorder, path, channels, filters, kernel, padding=0):
    weight, bias = drawn(filters, channels, kernel), drawn(filters)
    recorder.add(f"{path}/kernel", weight, lambda t: t.permute(2, 1, 0))
    recorder.add(f"{path}/bias", bias)
    return lambda x: functional.conv1d(x.transpose(1, 2), weight, bias, padding=padding).transpose(1, 2)


def dense(recorder, path, inputs, units):
    kernel, bias = recorder.add(f"{path}/kernel", drawn(inputs, units)), recorder.add(f"{path}/bias", drawn(units))
    return lambda x: x @ kernel + bias


def batch_norm(recorder, path, channels, momentum):
    """PyTorch's running variance has the divisor n - 1; ours, as Keras's, n: it is kept apart."""
    layer = nn.BatchNorm1d(channels, eps=1e-3, momentum=1 - momentum)
    layer.weight.data, layer.bias.data = 1 + 0.3 * torch.randn(channels), 0.3 * torch.randn(channels)
    recorder.add(f"{path}/gain", layer.weight)
    recorder.add(f"{path}/offset", layer.bias)
    state = {"mean": torch.zeros(channels), "variance": torch.ones(channels)}

    def forward(x):
        rows = x.reshape(-1, channels)
        if layer.training:
            batch = rows.detach()
            state["mean"] = momentum * state["mean"] + (1 - momentum) * batch.mean(0)
            state["variance"] = momentum * state["variance"] + (1 - momentum) * batch.var(0, unbiased=False)
            return layer(rows).reshape(x.shape)
        layer.running_var.copy_(state["variance"])
        return layer(rows).reshape(x.shape)

    return layer, state, forward


def batch_norm_case():
    """signal [3 x 8]: conv1d 4 3, batch norm (momentum 0.9), relu, flatten, dense 6, batch norm, dense 2."""
    r = Recorder()
    conv = convolution(r, "body/0", 3, 4, 3)
    first, first_state, normalise = batch_norm(r, "body/1", 4, 0.9)
    hidden = dense(r, "body/4", 24, 6)
    second, second_state, normalise_again = batch_norm(r, "body/5", 6, 0.9)
    last = dense(r, "body/6", 6, 2)

    def forward(x):
        return last(normalise_again(hidden(torch.relu(normalise(conv(x))).reshape(x.shape[0], -1))))

    inputs, targets = torch.randn(COUNT, 8, 3), torch.randn(COUNT, 2)

    def after():
        first.eval(), second.eval()
        return {
            "averages": {
                "body/1/mean": first_state["mean"].tolist(),
                "body/1/variance": first_state["variance"].tolist(),
                "body/5/mean": second_state["mean"].tolist(),
                "body/5/variance": second_state["variance"].tolist(),
            },
            "predicted": forward(inputs).detach().reshape(-1).tolist(),
        }

    return record("batch_norm", inputs, targets, r, forward, after)


def layer_norm_case():
    """signal [3 x 8]: conv1d 4 3, layer norm, gelu, avgpool 2, flatten, layer norm, dense 2."""
    r = Recorder()
    conv = convolution(r, "body/0", 3, 4, 3)
    gain, offset = r.add("body/1/gain", drawn(4)), r.add("body/1/offset", drawn(4))
    gain2, offset2 = r.add("body/5/gain", drawn(12)), r.add("body/5/offset", drawn(12))
    last = dense(r, "body/6", 12, 2)

    def forward(x):
        y = functional.gelu(functional.layer_norm(conv(x), (4,), gain, offset, eps=1e-3))
        y = functional.avg_pool1d(y.transpose(1, 2), 2).transpose(1, 2).reshape(x.shape[0], -1)
        return last(functional.layer_norm(y, (12,), gain2, offset2, eps=1e-3))

    return record("layer_norm", torch.randn(COUNT, 8, 3), torch.randn(COUNT, 2), r, forward)


def residual_case():
    """signal [4 x 9]: residual (conv1d 4 3 padding 1, tanh), avgpool 3 stride 2, flatten, dense 2."""
    r = Recorder()
    conv = convolution(r, "body/0/residual/0", 4, 4, 3, padding=1)
    last = dense(r, "body/3", 16, 2)

    def forward(x):
        y = functional.avg_pool1d((x + torch.tanh(conv(x))).transpose(1, 2), 3, stride=2).transpose(1, 2)
        return last(y.reshape(x.shape[0], -1))

    return record("residual", torch.randn(COUNT, 9, 4), torch.randn(COUNT, 2), r, forward)


def attend(h, weight, a_self, a_neighbour, slope):
    """One graph [nodes x features] through eqs. 1 to 5 of the paper, node by node; heads side by side (eq. 5)."""
    heads = []
    for k in range(a_self.shape[0]):
        units = a_self.shape[1]
        w = weight[:, k * units : (k + 1) * units].T
        a = torch.cat([a_self[k], a_neighbour[k]])
        out = []
        for h_i in h:
            e = torch.stack([torch.dot(a, torch.cat([w @ h_i, w @ h_j])) for h_j in h])
            alpha = torch.softmax(functional.leaky_relu(e, slope), 0)
            out.append(sum(alpha_ij * (w @ h_j) for alpha_ij, h_j in zip(alpha, h)))
        heads.append(torch.stack(out))
    return torch.cat(heads, 1)


def attention(recorder, path, features, heads, units):
    kernel = recorder.add(f"{path}/kernel", drawn(features, heads * units))
    a_self = recorder.add(f"{path}/attention_self", drawn(heads, units, scale=1.0))
    a_neighbour = recorder.add(f"{path}/attention_neighbour", drawn(heads, units, scale=1.0))
    bias = recorder.add(f"{path}/bias", drawn(heads * units))
    return lambda x: torch.stack([attend(h, kernel, a_self, a_neighbour, 0.2) for h in x]) + bias


def attention_case():
    """graph [6 x 3]: attention 2 heads of 4, relu, attention 3 heads of 2, graph mean, dense 2."""
    r = Recorder()
    first, second = attention(r, "body/0", 3, 2, 4), attention(r, "body/2", 8, 3, 2)
    last = dense(r, "body/4", 6, 2)
    inputs, targets = torch.randn(COUNT, 6, 3), torch.randn(COUNT, 2)
    return record("attention", inputs, targets, r, lambda x: last(second(torch.relu(first(x))).mean(1)))


torch.manual_seed(30)
cases = dict([batch_norm_case(), layer_norm_case(), residual_case(), attention_case()])
write({"torch": torch.__version__, **cases})
