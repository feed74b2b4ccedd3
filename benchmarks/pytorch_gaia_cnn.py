"""The peer of Redshift.Benchmarks: the gaia-cnn network in PyTorch on the CPU.

Prints one line a measurement: mode, batch, samples per second, peak memory in MiB. Inputs are random; Adamax (Keras's
epsilon), Huber loss. The mode peak measures the library's matrix product instead, in GFLOP/s.
Written for PyTorch 1.13.1: python3 pytorch_gaia_cnn.py [THREADS] [SECONDS] [MODE:BATCH ...]
PEER_MKLDNN=0 in the environment switches MKL-DNN off.
"""

import os
import resource
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
    start = time.perf_counter()
    for _ in range(3):
        once()
    while time.perf_counter() - start < min(1.0, 0.3 * seconds):
        once()
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        once()
        done += batch
    return done / (time.perf_counter() - start)


def peak(size: int, repeats: int = 20) -> float:
    """The best of some products, so that other work on the machine counts little."""
    a, best = torch.randn(size, size), 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        torch.mm(a, a)
        best = max(best, 2e-9 * size**3 / (time.perf_counter() - start))
    return best


def measure(mode: str, batch: int, seconds: float) -> float:
    if mode == "peak":
        return peak(batch)
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
    modes = sys.argv[3:] or ["train:16", "train:64", "train:256", "predict:1", "predict:256", "predict:4096"]
    torch.set_num_threads(threads)
    torch.backends.mkldnn.set_flags(os.environ.get("PEER_MKLDNN", "1") != "0")
    for mode, batch in (item.split(":") for item in modes):
        found = measure(mode, int(batch), seconds)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{mode} {batch} {found:.1f} {memory:.0f}", flush=True)


if __name__ == "__main__":
    main()
