"""The peer of `redshift predict`: pandas reads a catalogue, PyTorch predicts with a run's own weights, pandas writes.

Written for PyTorch 1.13.1 and pandas 1.5.3: python3 pytorch_bulk.py RUN FILE OUT [installed|best]
As installed: pandas's and PyTorch's defaults, 256 objects at once. Best: numbers read as float32, and the caller may set
the allocator by the environment.
"""

import json
import struct
import sys

import numpy as np
import pandas as pd
import torch

from pytorch_gaia_cnn import network


def weights(path: str) -> dict:
    """A safetensors file of float32 arrays."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data, "<f4", offset=a["data_offsets"][0], count=int(np.prod(a["shape"]))).reshape(a["shape"])
        for name, a in header.items()
    }


def load(run: str) -> torch.nn.Module:
    arrays = weights(f"{run}/weights.safetensors")
    order = sorted({int(name.split("/")[1]) for name in arrays})
    model = network()
    learnt = [layer for layer in model if hasattr(layer, "weight")]
    flat = next(i for i, layer in enumerate(learnt) if isinstance(layer, torch.nn.Linear))
    for i, (layer, place) in enumerate(zip(learnt, order, strict=True)):
        kernel = arrays[f"body/{place}/kernel"]
        if i == flat:
            # PyTorch flattens channel by channel, Redshift position by position.
            channels = learnt[flat - 1].out_channels
            kernel = kernel.reshape(-1, channels, kernel.shape[1]).transpose(1, 0, 2).reshape(kernel.shape)
        layer.weight.data = torch.tensor(np.ascontiguousarray(kernel.transpose()))
        layer.bias.data = torch.tensor(arrays[f"body/{place}/bias"].copy())
    return model


def main() -> None:
    run, file, out = sys.argv[1:4]
    best = len(sys.argv) > 4 and sys.argv[4] == "best"
    torch.set_num_threads(2)
    names = [f"flux_{i}" for i in range(186)]
    frame = pd.read_csv(file, usecols=names, dtype=dict.fromkeys(names, np.float32) if best else None)
    with open(f"{run}/preprocessing.json") as text:
        scaling = json.load(text)["scaling"]
    offset, scale = (np.array(scaling[name], np.float32) for name in ("offset", "scale"))
    inputs = (frame[names].to_numpy(np.float32) - offset) / scale
    model = load(run)
    found = []
    with torch.inference_mode():
        for first in range(0, len(inputs), 256):
            found.append(model(torch.from_numpy(inputs[first : first + 256]).unsqueeze(1)).squeeze(1).numpy())
    result = pd.DataFrame({"row": np.arange(len(inputs)), "redshift": np.concatenate(found)})
    result.to_csv(out, index=False)


if __name__ == "__main__":
    main()
