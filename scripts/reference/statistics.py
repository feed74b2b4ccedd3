"""Expected exploratory statistics for tests/Redshift.Core.Tests, by pandas.

    python3 scripts/reference/statistics.py > tests/Redshift.Core.Tests/Reference/statistics.json
"""
import json

import numpy as np
import pandas as pd

rng = np.random.default_rng(21)
z = np.round(rng.gamma(3.0, 0.07, 300).clip(0.0, 0.6), 4)
z[:3] = [0.6, 0.1, 0.05]  # on edges
z[5:300:29] = np.nan
flux = np.round(rng.normal(size=(300, 3)), 3).astype(np.float32)
flux[::7, 1] = np.nan
frame = pd.DataFrame(flux.astype(float)).assign(z=z)
ranges = pd.cut(frame.z, np.arange(7) / 10, right=False, labels=False)
ranges[frame.z == 0.6] = 5
by_range = frame.groupby(ranges)[[0, 1, 2]].mean()
s = frame.z
p = [1, 5, 10, 25, 50, 75, 90, 95, 99]


def plain(values):
    return [None if np.isnan(v) else float(v) for v in values]


columns = frame[[0, 1, 2]].agg(["count", "mean", "min", "max"])
print(json.dumps({
    "made_with": f"pandas {pd.__version__}, numpy {np.__version__}",
    "redshift": plain(z),
    "flux": plain(np.round(flux.astype(float), 3).ravel()),
    "expected": [float(v) for v in (s.count(), s.isna().sum(), s.min(), s.max(), s.mean(), s.median(), s.std(), s.skew(),
                                    s.kurt())],
    "percentiles": [float(v) for v in s.quantile(np.array(p) / 100)],
    "mean_flux": [plain(by_range.loc[i]) if i in by_range.index else [None] * 3 for i in range(6)],
    "samples": [plain(columns[c]) for c in range(3)],
}))
