"""Columns scaled by quantiles, from scikit-learn.

    python3 scripts/reference/quantile-scaling.py > tests/Redshift.Core.Tests/Reference/quantile-scaling.json

Written for scikit-learn 1.2.1: QuantileTransformer(output_distribution="uniform") of all rows (no subsample).
"""

import json
import sys

import numpy
import sklearn
from sklearn.preprocessing import QuantileTransformer


def case(column, quantiles, values):
    column = numpy.array(column, float).reshape(-1, 1)
    fitted = QuantileTransformer(n_quantiles=quantiles, output_distribution="uniform", subsample=10**9)
    fitted.fit(column)
    scaled = fitted.transform(numpy.array(values, float).reshape(-1, 1))
    return {
        "column": column[:, 0].tolist(),
        "quantiles": quantiles,
        "landmarks": fitted.quantiles_[:, 0].tolist(),
        "values": values,
        "scaled": scaled[:, 0].tolist(),
        "inverted": fitted.inverse_transform(scaled)[:, 0].tolist(),
    }


draws = numpy.random.default_rng(50)
skewed = numpy.round(draws.exponential(size=40), 3).tolist()
ties = [0.0] * 5 + [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0]
json.dump(
    {
        "sklearn": sklearn.__version__,
        "cases": [
            case([1.0, 2.0, 4.0, 8.0, 16.0], 5, [0.0, 1.0, 1.5, 2.0, 7.0, 16.0, 20.0]),
            case(skewed, 9, [-1.0, 0.01, 0.5, 0.77, 1.5, 2.5, 10.0]),
            case(ties, 15, [-1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0, 5.0]),
            case(skewed, 1000, [0.05, 0.3, 0.9, 2.0]),
        ],
    },
    sys.stdout,
    separators=(",", ":"),
)
sys.stdout.write("\n")
