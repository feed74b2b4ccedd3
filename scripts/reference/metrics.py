"""Expected point metrics for tests/Redshift.Core.Tests, by numpy, scipy, scikit-learn and pandas.

    python3 scripts/reference/metrics.py > tests/Redshift.Core.Tests/Reference/metrics.json
"""
import json

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy.stats import linregress, median_abs_deviation
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

rng = np.random.default_rng(20)
truth = np.round(rng.gamma(3.0, 0.08, 400).clip(0.0, 0.6), 4)
predicted = np.round(0.1 + 0.6 * truth + rng.normal(0.0, 0.03, 400), 4)
wild = rng.random(400) < 0.06
predicted[wild] = np.round(rng.random(wild.sum()), 4)
truth[:4] = [0.15, 0.35, 0.6, 0.05]  # on edges of bins
delta = (predicted - truth) / (1 + truth)


def nmad(d):
    return 1.4826 * median_abs_deviation(d)


q = np.quantile(delta, [0.15865, 0.25, 0.75, 0.84135])
sigma_iqr = (q[2] - q[1]) / 1.349
metrics = {
    "mae": mean_absolute_error(truth, predicted),
    "mse": mean_squared_error(truth, predicted),
    "rmse": mean_squared_error(truth, predicted, squared=False),
    "r2": r2_score(truth, predicted),
    "bias_mean": delta.mean(),
    "bias_median": np.median(delta),
    "nmad": nmad(delta),
    "sigma68": (q[3] - q[0]) / 2,
    "sigma_iqr": sigma_iqr,
    "outlier_desc": np.mean(np.abs(delta) > max(0.06, 3 * sigma_iqr)),
    "slope_pred_on_true": linregress(truth, predicted).slope,
    "slope_true_on_pred": linregress(predicted, truth).slope,
}
for t in (0.05, 0.10, 0.15, 0.20):
    metrics[f"outlier_{t:.2f}"] = np.mean(np.abs(delta) > t)


def bins(column):
    """Bins of 0.05, half-open, the last closed."""
    first = np.floor(column.min() * 20)
    last = np.ceil(column.max() * 20)
    edges = np.arange(first, last + 1) / 20
    cut = pd.cut(column, edges, right=False, labels=False)
    cut = np.where(column == edges[-1], len(edges) - 2, cut)
    rows = []
    for i in range(len(edges) - 1):
        inside = cut == i
        e, d = (predicted - truth)[inside], delta[inside]
        rows.append([edges[i], edges[i + 1], int(inside.sum()), 100 * inside.mean()]
                    + ([e.mean(), e.std(ddof=0), np.abs(e).mean(), nmad(d), d.mean(), np.mean(np.abs(d) > 0.15)]
                       if inside.any() else [None] * 6))
    return rows


print(json.dumps({
    "made_with": f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, "
                 f"pandas {pd.__version__}",
    "truth": truth.tolist(),
    "predicted": predicted.tolist(),
    "metrics": {k: float(v) for k, v in metrics.items()},
    "bins": bins(truth),
    "bins_by_predicted": bins(predicted),
}))
