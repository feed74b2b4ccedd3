"""The peer of Redshift.Benchmarks: the gaia-cnn network in PyTorch on the CPU.

Prints one line a measurement: mode, batch, samples per second. Inputs are random; Adamax (Keras's epsilon), Huber loss.
Written for PyTorch 1.13.1: python3 pytorch_gaia_cnn.py [THREADS] [SECONDS] [MODE:BATCH ...]
"""

import sys
import time

import torch
from torch import nn


def network() -> nn.Module:
    layers, channels = [], 1
    for filters, kernel in [(256, 5), (256, 5), (128, 3), (64, 2)]:
        layers += [nn.Conv1d(channels, filters, kernel), nn.ReLU(), nn.MaxPool1d(2)]
        channels = filters
    layers.append(nn.Flatten())
    width = 64 * 9
    for units in [256, 256, 128, 64]:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 1))


def rate(batch: int, seconds: float, once) -> float:
    for _ in range(3):
        once()
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        once()
        done += batch
    return done / (time.perf_counter() - start)


def measure(mode: str, batch: int, seconds: float) -> float:
    torch.manual_seed(1)
    model = network()
    inputs, targets = torch.randn(batch, 1, 186), torch.rand(batch, 1)
    if mode == "predict":
        with torch.no_grad():
            return rate(batch, seconds, lambda: model(inputs))
    loss = nn.HuberLoss()
    optimiser = torch.optim.Adamax(model.parameters(), lr=1e-3, eps=1e-7)

    def once():
        optimiser.zero_grad()
        loss(model(inputs), targets).backward()
        optimiser.step()

    return rate(batch, seconds, once)


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
    modes = sys.argv[3:] or ["train:16", "train:64", "train:256", "predict:1", "predict:256"]
    torch.set_num_threads(threads)
    for mode, batch in (item.split(":") for item in modes):
        print(f"{mode} {batch} {measure(mode, int(batch), seconds):.1f}", flush=True)


if __name__ == "__main__":
    main()
