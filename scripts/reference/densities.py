"""Expected scores of densities for tests/Redshift.Core.Tests, by numerical integration and scipy's statistics.

    python3 scripts/reference/densities.py > tests/Redshift.Core.Tests/Reference/densities.json
"""
import json

import numpy as np
import scipy
from scipy import stats
from scipy.integrate import quad

rng = np.random.default_rng(5)
lowest, highest, bins = 0.0, 0.6, 30
width = (highest - lowest) / bins
edges = np.linspace(lowest, highest, bins + 1)


def integral(f, breaks):
    return sum(quad(f, a, b, epsabs=1e-12, limit=200)[0] for a, b in zip(breaks[:-1], breaks[1:]))


def scores(pdf, cdf, truth, breaks):
    """Breaks: where the density may jump, from where it is 0 to where it is 0 again."""
    inside = np.unique(np.clip(np.append(breaks, truth), min(breaks[0], truth), max(breaks[-1], truth)))
    return {
        "truth": truth,
        "pit": float(cdf(truth)),
        "density": float(pdf(truth)),
        "squared": integral(lambda z: pdf(z) ** 2, breaks),
        "crps": integral(lambda z: (cdf(z) - (z >= truth)) ** 2, inside),
    }


def binned(masses, truth):
    shares = masses / masses.sum()
    cumulative = np.concatenate([[0.0], np.cumsum(shares)])
    cumulative[-1] = 1.0

    def pdf(z):
        i = min(bins - 1, int(np.searchsorted(edges, z, side="right")) - 1)
        return shares[i] / width if lowest <= z <= highest else 0.0

    return scores(pdf, lambda z: np.interp(z, edges, cumulative), truth, edges)


def risk(masses):
    """Tanaka's z_best by brute force: bins at their centres, a scan of 60,001 redshifts."""
    shares = masses / masses.sum()
    centres = (edges[:-1] + edges[1:]) / 2
    said = np.linspace(lowest, highest, 60001)[:, None]
    loss = 1 - 1 / (1 + ((said - centres) / (1 + centres) / 0.15) ** 2)
    return float(said[np.argmin(loss @ shares), 0])


binned_cases = []
for truth in [0.0, 0.101, 0.3, 0.6, -0.05, 0.7]:
    masses = rng.random(bins) ** 4
    masses[rng.integers(0, bins, 5)] = 0.0
    if truth == 0.3:
        # Two peaks: the mean lies between them, where the risk is not least.
        masses = np.exp(-(((np.arange(bins) - 5) / 1.2) ** 2)) + 0.8 * np.exp(-(((np.arange(bins) - 24) / 1.2) ** 2))
    binned_cases.append({"masses": masses.tolist(), "best": risk(masses), **binned(masses, truth)})

mixture_cases = []
for count in [1, 3]:
    weights = rng.random(count)
    weights /= weights.sum()
    means, widths = rng.random(count) * 0.5, 0.01 + 0.05 * rng.random(count)
    parts = [stats.norm(m, w) for m, w in zip(means, widths)]
    for truth in [0.1, 0.42]:
        grid = np.unique(np.concatenate([[m + k * w for k in range(-12, 13)] for m, w in zip(means, widths)]))
        mixture_cases.append(
            {
                "weights": weights.tolist(),
                "means": means.tolist(),
                "widths": widths.tolist(),
                **scores(
                    lambda z: sum(w * p.pdf(z) for w, p in zip(weights, parts)),
                    lambda z: sum(w * p.cdf(z) for w, p in zip(weights, parts)),
                    truth,
                    grid,
                ),
            }
        )

pit = np.round(rng.beta(1.3, 0.9, 300), 6)
pit[:4] = [0.0, 1.0, 0.01, 0.99]
trimmed = pit[(pit > 0.01) & (pit < 0.99)]
fit = stats.goodness_of_fit(
    stats.uniform, trimmed, known_params={"loc": 0.01, "scale": 0.98}, statistic="ad", n_mc_samples=1, random_state=1
)

# Objects sorted by sigma into bins of as many each (the first ones hold one more): sigma and error, both root mean square.
sigma = np.round(rng.lognormal(-3.5, 0.6, 200), 5)
truth = np.round(rng.random(200) * 0.6, 5)
predicted = np.round(truth + 1.2 * sigma * rng.standard_normal(200), 5)
by_sigma = [
    {
        "lo": float(sigma[i].min()),
        "hi": float(sigma[i].max()),
        "n": len(i),
        "sigma": float(np.sqrt(np.mean(sigma[i] ** 2))),
        "rms_error": float(np.sqrt(np.mean((predicted[i] - truth[i]) ** 2))),
    }
    for i in np.array_split(np.argsort(sigma, kind="stable"), 6)
]

binomial = []
for n, p in [(1, 0.3), (20, 0.05), (60, 0.68), (1500, 0.05), (1500, 0.95), (99, 0.01), (3_000_000, 0.05)]:
    for confidence in [0.68, 0.95]:
        low, high = stats.binom.ppf([(1 - confidence) / 2, (1 + confidence) / 2], n, p)
        binomial.append({"confidence": confidence, "n": n, "p": p, "low": int(low), "high": int(high)})

print(
    json.dumps(
        {
            "tool": f"numpy {np.__version__}, scipy {scipy.__version__}",
            "lowest": lowest,
            "highest": highest,
            "bins": bins,
            "binned": binned_cases,
            "mixtures": mixture_cases,
            "pit": pit.tolist(),
            "pit_ks": float(stats.kstest(pit, "uniform").statistic),
            "pit_cvm": float(stats.cramervonmises(pit, "uniform").statistic),
            "pit_ad": float(fit.statistic),
            "coverage": {str(a): float(np.mean(np.abs(pit - 0.5) <= a / 2)) for a in [0.5, 0.68, 0.9, 0.95]},
            "truth": truth.tolist(),
            "predicted": predicted.tolist(),
            "sigma": sigma.tolist(),
            "by_sigma": by_sigma,
            "binomial": binomial,
        }
    )
)
