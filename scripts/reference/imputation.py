"""Missing magnitudes by mean colours, the other way round: by masked matrices and differences of every pair of bands.

    python3 scripts/reference/imputation.py ../shared/data/photometry/zcosmos_dev.csv \
        > tests/Redshift.Core.Tests/Reference/imputation.json

Written for numpy 1.24 and pandas 1.5. Of the catalogue only means, counts and sums are written.
"""

import sys

import numpy as np
import pandas

from writing import write


def complete(m):
    """The matrix completed, and mean differences of neighbouring bands. NaN is missing."""
    good = m[~np.isnan(m).any(axis=1)]
    k = m.shape[1]
    pair = np.array([[np.mean(good[:, b] - good[:, a]) for b in range(k)] for a in range(k)])
    out = m.copy()
    for row in range(len(m)):
        seen = np.flatnonzero(~np.isnan(m[row]))
        for band in np.flatnonzero(np.isnan(m[row])):
            below, above = seen[seen < band], seen[seen > band]
            sides = ([m[row, below[-1]] + pair[below[-1], band]] if len(below) else []) + (
                [m[row, above[0]] + pair[above[0], band]] if len(above) else [])
            out[row, band] = np.mean(sides) if sides else np.nan
    return out, np.diagonal(pair, 1), len(good)


def small():
    rng = np.random.default_rng(7)
    m = 20 + np.cumsum(rng.normal(0.3, 0.4, (40, 6)), axis=1) + rng.normal(0, 2, (40, 1))
    m = m.astype(np.float32).astype(float)
    m[rng.random(m.shape) < 0.15] = np.nan
    m[np.isnan(m).all(axis=1), 0] = 20
    out, differences, rows = complete(m)
    cells = lambda a: [None if np.isnan(x) else float(x) for x in a.ravel()]
    return {"bands": 6, "magnitudes": cells(m), "completed": cells(out), "differences": list(differences), "complete_rows": rows}


def zcosmos(file):
    table = pandas.read_csv(file)
    bands = "fuv nuv u b g v r i z j k".split()
    m = table[[b + "_photzi25" for b in bands]].to_numpy(dtype=float)
    e = table[["e" + b + "_photzi25" for b in bands]].to_numpy(dtype=float)
    m = m.astype(np.float32).astype(float)
    limit = np.where((e < 0) & (m > 0), m, -np.inf)
    m = np.where((m < -90) | (e < 0), np.nan, m)
    out, differences, rows = complete(m)
    out = np.maximum(out, limit)
    inferred = np.isnan(m)
    return {
        "differences": list(differences),
        "complete_rows": rows,
        "cells": [int(n) for n in inferred.sum(axis=0)],
        "sums": [float(out[inferred[:, b], b].sum()) for b in range(len(bands))],
    }


write({"numpy": np.__version__, "small": small(), "zcosmos": zcosmos(sys.argv[1])}, digits=12)
