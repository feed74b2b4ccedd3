"""Numbers of densities of redshift that the tests of Redshift.Core expect, from SciPy.

    python3 scripts/reference/distributions.py > tests/Redshift.Core.Tests/Reference/distributions.json

Written for SciPy 1.10.1 and NumPy 1.24.2. Mixtures by root finding and by a fine search, bins by `rv_histogram`, labels by
`truncnorm`.
"""

import json
import sys

import numpy
import scipy
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm, rv_histogram, truncnorm

LEVELS = [0.025, 0.16, 0.5, 0.84, 0.975]


def mixture(weights, means, widths):
    w, m, s = (numpy.array(a, float) for a in (weights, means, widths))
    pdf = lambda z: float((w * norm.pdf(z, m, s)).sum())
    cdf = lambda z: float((w * norm.cdf(z, m, s)).sum())
    mean = (w * m).sum()
    grid = numpy.linspace(min(m - 5 * s), max(m + 5 * s), 20001)
    best = grid[numpy.argmax([pdf(z) for z in grid])]
    step = grid[1] - grid[0]
    mode = minimize_scalar(lambda z: -pdf(z), bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-13}).x
    return {
        "weights": weights,
        "means": means,
        "widths": widths,
        "mean": mean,
        "sigma": numpy.sqrt((w * (s**2 + (m - mean) ** 2)).sum()),
        "quantiles": [brentq(lambda z: cdf(z) - q, -50, 50, xtol=1e-14) for q in LEVELS],
        "mode": mode,
        "density": [pdf(z) for z in (0.0, 0.3, 1.1)],
        "cdf": [cdf(z) for z in (0.0, 0.3, 1.1)],
    }


def binned(lowest, highest, masses):
    edges = numpy.linspace(lowest, highest, len(masses) + 1)
    density = rv_histogram((numpy.array(masses, float), edges))
    at = [lowest + part * (highest - lowest) for part in (0.013, 0.31, 0.77)]
    return {
        "lowest": lowest,
        "highest": highest,
        "masses": masses,
        "mean": density.mean(),
        "sigma": density.std(),
        "quantiles": [density.ppf(q) for q in LEVELS],
        "at": at,
        "density": [density.pdf(z) for z in at],
        "cdf": [density.cdf(z) for z in at],
    }


def label(lowest, highest, bins, width, redshift):
    inside = truncnorm((lowest - redshift) / width, (highest - redshift) / width, redshift, width)
    return {
        "lowest": lowest,
        "highest": highest,
        "bins": bins,
        "width": width,
        "redshift": redshift,
        "shares": numpy.diff(inside.cdf(numpy.linspace(lowest, highest, bins + 1))).tolist(),
    }


result = {
    "scipy": scipy.__version__,
    "levels": LEVELS,
    "mixtures": [
        mixture([1.0], [0.4], [0.1]),
        mixture([0.5, 0.3, 0.2], [0.2, 0.9, 0.3], [0.05, 0.2, 0.5]),
        mixture([0.6, 0.4], [0.1, 0.12], [0.02, 0.001]),
        mixture([0.25, 0.25, 0.5], [0.0, 0.08, 0.11], [0.04, 0.05, 0.05]),
    ],
    "binned": [
        binned(0.0, 0.6, [1.0, 4.0, 0.0, 2.5, 0.5, 0.25]),
        binned(-0.1, 2.0, [0.1, 0.2, 0.9, 3.0, 0.4, 0.0, 0.7]),
    ],
    "labels": [
        label(0.0, 0.6, 12, 0.02, 0.251),
        label(0.0, 0.6, 12, 0.1, 0.01),
        label(0.0, 0.6, 12, 0.004, 0.6),
        label(0.0, 1.0, 5, 3.0, 0.3),
    ],
}
json.dump(result, sys.stdout, separators=(",", ":"), default=float)
sys.stdout.write("\n")
