"""Expected intervals of paired differences for tests/Redshift.Core.Tests/Evaluation/PairedBootstrapTests.fs, by scipy.

    python3 scripts/reference/paired-bootstrap.py

prints them; they stand in the test, as there are four.
"""
import numpy as np
import scipy
from scipy.stats import bootstrap, median_abs_deviation

i = np.arange(500)
truth = 0.01 + 0.5 * ((i * 37) % 500) / 500
hard = 0.02 * np.sin(1.3 * i) ** 5  # shared by both
first = truth + hard + 0.012 * np.sin(0.7 * i + 1.0)
second = truth + hard + 0.010 * np.sin(2.9 * i + 0.3)


def mse(t, p):
    return np.mean((p - t) ** 2)


def nmad(t, p):
    return 1.4826 * median_abs_deviation((p - t) / (1 + t))


for name, metric in [("nmad", nmad), ("mse", mse)]:
    def difference(t, a, b):
        return metric(t, b) - metric(t, a)

    found = bootstrap(
        (truth, first, second), difference, paired=True, vectorized=False, method="percentile", n_resamples=20000,
        confidence_level=0.95, random_state=np.random.default_rng(1)).confidence_interval
    print(name, difference(truth, first, second), found.low, found.high)
print("scipy", scipy.__version__, "numpy", np.__version__)
