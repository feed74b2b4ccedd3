"""Principal components of spectra's shapes, plain and weighted by level, and the log density of a mixture.

    python3 scripts/reference/novelty.py > tests/Redshift.Core.Tests/Reference/novelty.json

Written for scikit-learn 1.2.1 (PCA), SciPy 1.10.1 (multivariate_normal) and NumPy 1.24.2 (eigh, for the weighted components).
"""

import numpy
import scipy
import sklearn
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA

from writing import write

SAMPLES = 10
ROWS = 120
draws = numpy.random.default_rng(5)


def spectra():
    """Straight lines and arcs of all brightnesses with noise of one size, so that faint ones have noisy shapes."""
    x = numpy.linspace(-1, 1, SAMPLES)
    level = 10 ** draws.uniform(0, 2, (ROWS, 1))
    slope, arc = draws.normal(size=(2, ROWS, 1))
    flux = level * (2 + 0.4 * slope * x + 0.2 * arc * x**2) + draws.normal(size=(ROWS, SAMPLES))
    return numpy.round(flux, 3).astype(numpy.float32)


def shapes(flux):
    level = numpy.abs(flux).mean(axis=1)
    return flux / level[:, None], numpy.log10(level)


def plain(flux):
    shape, _ = shapes(flux.astype(float))
    fitted = PCA(n_components=1).fit(shape)
    return {
        "mean": fitted.mean_.tolist(),
        "axes": fitted.components_.tolist(),
        # scikit-learn divides by n - 1.
        "deviations": numpy.sqrt(fitted.explained_variance_ * (len(shape) - 1) / len(shape)).tolist(),
    }


def weighted(flux, groups, components, turns):
    """Each group of like level counts by the inverse of its mean squared residual; directly from the rows."""
    shape, level = shapes(flux.astype(float))
    parts = numpy.array_split(numpy.argsort(level, kind="stable"), groups)
    weight = numpy.ones(len(shape))
    for turn in range(turns):
        mean = numpy.average(shape, axis=0, weights=weight)
        values, vectors = numpy.linalg.eigh(numpy.cov(shape.T, aweights=weight, ddof=0))
        axes = vectors[:, ::-1][:, :components].T
        inside = (shape - mean) @ axes.T
        squared = ((shape - mean) ** 2).sum(axis=1) - (inside**2).sum(axis=1)
        if turn < turns - 1:
            for part in parts:
                weight[part] = 1 / squared[part].mean()
    return {
        "mean": mean.tolist(),
        "axes": axes.tolist(),
        "deviations": numpy.sqrt(values[::-1][:components]).tolist(),
        "squared": squared[:5].tolist(),
        "inside": inside[:5].tolist(),
    }


def mixture():
    size, components = 3, 2
    weights = [0.3, 0.7]
    means = draws.normal(size=(components, size))
    factors = draws.normal(size=(components, size, size))
    covariances = factors @ factors.transpose(0, 2, 1) + 0.1 * numpy.eye(size)
    points = draws.normal(size=(6, size)) * [[1], [1], [2], [5], [20], [300]]
    each = [
        numpy.log(w) + multivariate_normal(m, c).logpdf(points) for w, m, c in zip(weights, means, covariances)
    ]
    return {
        "weights": weights,
        "means": means.tolist(),
        "covariances": covariances.tolist(),
        "points": points.tolist(),
        "log_density": logsumexp(each, axis=0).tolist(),
    }


flux = spectra()
write(
    {
        "sklearn": sklearn.__version__,
        "scipy": scipy.__version__,
        "numpy": numpy.__version__,
        "samples": SAMPLES,
        "flux": [round(float(v), 3) for v in flux.ravel()],
        "plain_rows": 80,
        "plain": plain(flux[:80]),
        "weighted": weighted(flux, 2, 2, 4),
        "mixture": mixture(),
    },
    12,
)
