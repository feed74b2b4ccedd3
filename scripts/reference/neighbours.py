"""Regressions by nearest neighbours, from scikit-learn, and local-linear ones from numpy's least squares.

    python3 scripts/reference/neighbours.py ../shared/data/photometry/SDSS_MGS.train \
        > tests/Redshift.Core.Tests/Reference/neighbours.json

Written for scikit-learn 1.2.1 and numpy 1.24. Of the catalogue only metrics are written.
"""

import sys

import numpy
from sklearn.neighbors import KNeighborsRegressor, NearestNeighbors

from writing import write

WORD = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(x):
    z = x & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def rotate(x, by):
    return ((x << by) | (x >> (64 - by))) & WORD


class Stream:
    """Redshift's RandomStream: xoshiro256** seeded by SplitMix64."""

    def __init__(self, seed):
        self.s = [mix(seed + i * GOLDEN) for i in range(1, 5)]

    def word(self):
        s = self.s
        result = rotate(s[1] * 5 & WORD, 7) * 9 & WORD
        t = s[1] << 17 & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def below(self, n):
        while True:
            product = self.word() * n
            if product & WORD >= (2**64 - n) % n:
                return product >> 64

    def shuffled(self, count):
        items = list(range(count))
        for i in range(count - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def folds(count, seed, rows):
    """(training rows, test rows) of each fold, as Split.folds."""
    for part in numpy.array_split(Stream(seed).shuffled(rows), count):
        yield numpy.setdiff1d(numpy.arange(rows), part), numpy.sort(part)


def scaled(train, test):
    """Standard scaling fitted on the training rows, single precision in and out."""
    train, test = (part.astype("f4").astype("f8") for part in (train, test))
    mean, spread = train.mean(axis=0), train.std(axis=0)
    return tuple(((part - mean) / spread).astype("f4").astype("f8") for part in (train, test))


def mean_of_neighbours(weights, algorithm):
    def predict(k, points, targets, queries):
        return KNeighborsRegressor(k, weights=weights, algorithm=algorithm).fit(points, targets).predict(queries)

    return predict


def local_linear(weights):
    """A plane about the weighted means by the least squares of least norm, limited to the neighbours' targets."""

    def predict(k, points, targets, queries):
        distances, indices = NearestNeighbors(n_neighbors=k, algorithm="kd_tree").fit(points).kneighbors(queries)
        result = []
        for query, d, i in zip(queries, distances, indices):
            if weights == "uniform":
                w = numpy.ones(k)
            elif weights == "distance":
                w = (d == 0) * 1.0 if d[0] == 0 else 1 / d
            else:
                w = (1 - (d / d[-1]) ** 3) ** 3
            centre, level = w @ points[i] / w.sum(), w @ targets[i] / w.sum()
            root = numpy.sqrt(w)
            design, heights = (points[i] - centre) * root[:, None], (targets[i] - level) * root
            slopes = numpy.linalg.lstsq(design, heights, rcond=1e-5)[0]
            height = level + (query - centre) @ slopes
            result.append(min(max(height, targets[i].min()), targets[i].max()))
        return numpy.array(result)

    return predict


def held_out(predict, k, points, targets, count, seed):
    predicted = numpy.empty(len(targets))
    for train, test in folds(count, seed, len(targets)):
        known, asked = scaled(points[train], points[test])
        predicted[test] = predict(k, known, targets[train], asked)
    return predicted


def small():
    """80 training points of four features, the fourth the difference of two others, the last ten being others again; 20
    queries, some of which coincide with training points."""
    draws = numpy.random.default_rng(61)
    points = draws.normal(size=(80, 3))
    points[70:] = points[10:20]
    points = numpy.column_stack([points, points[:, 0] - points[:, 1]])
    targets = numpy.sin(points[:, 0]) + points[:, 1] ** 2 / 4 + 0.1 * draws.normal(size=80)
    queries = draws.normal(size=(20, 3))
    queries = numpy.column_stack([queries, queries[:, 0] - queries[:, 1]])
    queries[:5] = points[8:13]
    distances, indices = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(points[:70]).kneighbors(queries)
    cases = []
    for k in (1, 4, 9, 80):
        for weights in ("uniform", "distance"):
            # At the border of the k nearest two points coincide with each other: scikit-learn may take either.
            use = slice(0, 70) if k < 80 else slice(0, 80)
            results = [
                mean_of_neighbours(weights, how)(k, points[use], targets[use], queries) for how in ("brute", "kd_tree")
            ]
            assert numpy.allclose(*results, rtol=1e-12, atol=0)
            predicted = results[0].tolist()
            cases.append({"k": k, "points": use.stop, "weights": weights, "linear": False, "predicted": predicted})
    for k in (3, 9, 40):
        for weights in ("uniform", "distance", "tricube"):
            predicted = local_linear(weights)(k, points[:70], targets[:70], queries)
            cases.append({"k": k, "points": 70, "weights": weights, "linear": True, "predicted": predicted.tolist()})

    def error(k, weights):
        predicted = held_out(mean_of_neighbours(weights, "brute"), k, points[:70], targets[:70], 6, 3)
        return float(numpy.mean((predicted - targets[:70]) ** 2))

    curve = [
        {"k": k, "weights": weights, "mse": error(k, weights)}
        for weights in ("uniform", "distance")
        for k in (1, 3, 8, 30)
    ]
    return {
        "points": points.ravel().tolist(),
        "targets": targets.tolist(),
        "queries": queries.ravel().tolist(),
        "distances": distances.ravel().tolist(),
        "indices": indices.ravel().tolist(),
        "cases": cases,
        "curve": curve,
    }


COLUMNS = {
    "magnitudes and colours": range(1, 10),
    "colours and r": [6, 7, 8, 9, 3],
    "colours": range(6, 10),
    "magnitudes": range(1, 6),
}


def catalogue(path):
    """Ten folds of seed 1: R2 and NMAD of the held-out predictions."""
    table = numpy.loadtxt(path)
    truth = table[:, 0]

    def metrics(columns, estimate, predict, k):
        predicted = held_out(predict, k, table[:, list(COLUMNS[columns])], truth, 10, 1)
        delta = (predicted - truth) / (1 + truth)
        return {
            "columns": columns,
            "estimate": estimate,
            "k": k,
            "r2": float(1 - numpy.sum((predicted - truth) ** 2) / numpy.sum((truth - truth.mean()) ** 2)),
            "nmad": float(1.4826 * numpy.median(abs(delta - numpy.median(delta)))),
        }

    return [
        metrics(columns, estimate, predict, k)
        for columns in COLUMNS
        for estimate, predict, k in [
            ("uniform", mean_of_neighbours("uniform", "brute"), 15),
            ("distance", mean_of_neighbours("distance", "kd_tree"), 15),
            ("linear", local_linear("uniform"), 100),
        ]
    ]


write(small() | {"catalogue": catalogue(sys.argv[1])}, 16)
