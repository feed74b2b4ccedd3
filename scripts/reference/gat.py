"""Numbers that the engine's tests expect of stacks of graph attention, from PyTorch: outputs, and by automatic
differentiation the gradients of the inputs and of all weights.

    python3 scripts/reference/gat.py > tests/Redshift.Api.Tests/Reference/gat.json

Written for PyTorch 1.13.1 (Debian's says 1.13.0a0), in double precision, rounded to eight digits. Arrays are in Redshift's
layout: graphs [nodes x features], kernels [features, heads x units], attention vectors [heads, units].

The layer is the paper's (Velickovic et al. 2018, arXiv:1710.10903), in the form of its authors' and of pyGAT's code: for
all pairs of nodes at once the two transformed nodes stand one behind the other and are multiplied by one vector a (eq. 3),
on a complete graph with self loops; the heads are concatenated (eq. 5, its sigma apart). Shapes are drawn.
"""

import torch
from torch import nn
from torch.nn import functional
from writing import write

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

CASES = 8

# Scores and values this near to the kink of a ReLU have another derivative in single precision.
KINK = 1e-5


class Attention(nn.Module):
    """One layer; `nearest` is how near a score came to the LeakyReLU's kink."""

    def __init__(self, features, heads, units, slope):
        super().__init__()
        self.shape, self.slope = (heads, units), slope
        self.weight = nn.Parameter(torch.randn(heads, features, units) / features**0.5)
        self.a = nn.Parameter(torch.randn(heads, 2 * units) / units**0.5)
        self.bias = nn.Parameter(0.3 * torch.randn(heads * units))

    def forward(self, h):
        objects, nodes, _ = h.shape
        heads = []
        self.nearest = float("inf")
        for weight, a in zip(self.weight, self.a):
            wh = h @ weight
            first = wh.repeat_interleave(nodes, dim=1)  # 1 1 1 2 2 2 3 3 3
            second = wh.repeat(1, nodes, 1)  # 1 2 3 1 2 3 1 2 3
            scores = (torch.cat([first, second], dim=2) @ a).view(objects, nodes, nodes)
            self.nearest = min(self.nearest, scores.abs().min().item())
            alpha = functional.softmax(functional.leaky_relu(scores, self.slope), dim=2)
            heads.append(torch.bmm(alpha, wh))
        return torch.cat(heads, dim=2) + self.bias

    def arrays(self, path, pick):
        """The parameters, or their gradients, by Redshift's names."""
        heads, units = self.shape
        weight, a, bias = (pick(p).detach() for p in (self.weight, self.a, self.bias))
        return {
            f"{path}/kernel": weight.permute(1, 0, 2).reshape(-1).tolist(),
            f"{path}/attention_self": a[:, :units].reshape(-1).tolist(),
            f"{path}/attention_neighbour": a[:, units:].reshape(-1).tolist(),
            f"{path}/bias": bias.tolist(),
        }


def pick_int(low, high):
    return torch.randint(low, high + 1, ()).item()


def drawn_case(index):
    """Two layers with a ReLU between; every other graph has its nodes' indices appended, every third its mean taken."""
    identity, mean = index % 2 == 1, index % 3 == 2
    objects, nodes, features = pick_int(1, 3), pick_int(1, 30) if index else 1, pick_int(1, 4)
    layers = [
        {"heads": pick_int(1, 4), "units": pick_int(1, 9), "slope": [0.2, 0.0, 0.5][pick_int(0, 2)]} for _ in range(2)
    ]
    width = features + (nodes if identity else 0)
    first = Attention(width, **layers[0])
    second = Attention(layers[0]["heads"] * layers[0]["units"], **layers[1])
    inputs = torch.randn(objects, nodes, features, requires_grad=True)
    x = torch.cat([inputs, torch.eye(nodes).expand(objects, nodes, nodes)], dim=2) if identity else inputs
    between = first(x)
    outputs = second(functional.relu(between))
    outputs = outputs.mean(dim=1) if mean else outputs
    if min(between.abs().min().item(), first.nearest, second.nearest) < KINK:
        return None
    towards = torch.randn(outputs.shape)
    outputs.backward(towards)
    start = 1 if identity else 0
    places = [(f"body/{start}", first), (f"body/{start + 2}", second)]
    return {
        "objects": objects,
        "nodes": nodes,
        "features": features,
        "identity": identity,
        "mean": mean,
        "layers": layers,
        "inputs": inputs.detach().reshape(-1).tolist(),
        "outputs": outputs.detach().reshape(-1).tolist(),
        "output_gradients": towards.reshape(-1).tolist(),
        "input_gradients": inputs.grad.reshape(-1).tolist(),
        "initial": {k: v for path, layer in places for k, v in layer.arrays(path, lambda p: p).items()},
        "gradients": {k: v for path, layer in places for k, v in layer.arrays(path, lambda p: p.grad).items()},
    }


def case(index):
    found = None
    while found is None:
        found = drawn_case(index)
    return found


torch.manual_seed(7)
write({"torch": torch.__version__, "cases": [case(index) for index in range(CASES)]})
