"""Expected numbers for the conversion of Gaia spectra, by numpy and scipy.

    /usr/bin/python3 scripts/reference/gaia-xp.py > tests/Redshift.Core.Tests/Reference/gaia-xp.json

A small basis of the format that GaiaXPy ships (5 functions made of 7 Hermite functions, the latter by scipy's Hermite
polynomials, not by the recurrence), random coefficients with a random correlation matrix, and the samples with their
errors as matrix products; interpolation of a sampled spectrum by scipy's barycentric polynomials through four points;
nearest neighbours in the sky by the haversine formula over all pairs.
"""
import json
import math

import numpy as np
import scipy
from scipy.interpolate import BarycentricInterpolator
from scipy.special import eval_hermite

rng = np.random.default_rng(55)
HERMITE, COUNT = 7, 5
PIXELS, NORM = (0.0, 59.0), (-4.1, 3.9)
transform = np.round(rng.normal(size=(COUNT, HERMITE)), 6)


def functions(u):
    x = (u - PIXELS[0]) * (NORM[1] - NORM[0]) / (PIXELS[1] - PIXELS[0]) + NORM[0]
    n = np.arange(HERMITE)[:, None]
    scale = np.array([1.0 / math.sqrt(2.0**k * math.factorial(k) * math.sqrt(math.pi)) for k in range(HERMITE)])[:, None]
    return transform @ (scale * eval_hermite(n, x[None, :]) * np.exp(-x * x / 2.0))


pixels = np.linspace(2.5, 57.0, 13)
width = 0.3366
design = functions(pixels) * width
spectra = []
for _ in range(3):
    coefficients = np.round(rng.normal(size=COUNT) * 100.0, 5)
    errors = np.round(rng.gamma(3.0, 1.0, COUNT), 5)
    a = rng.normal(size=(COUNT, COUNT))
    c = a @ a.T
    r = np.round(c / np.sqrt(np.outer(np.diag(c), np.diag(c))), 7)
    correlations = [r[i, j] for j in range(COUNT) for i in range(j)]  # upper triangle, column by column
    covariance = np.outer(errors, errors) * r
    np.fill_diagonal(covariance, errors**2)
    spectra.append({
        "coefficients": coefficients.tolist(),
        "errors": errors.tolist(),
        "correlations": correlations,
        "flux": (coefficients @ design).tolist(),
        "flux_errors": np.sqrt(np.diag(design.T @ covariance @ design)).tolist(),
    })

points = np.round(np.sort(rng.uniform(0.0, 60.0, 40)), 4)
points[0], points[-1] = 0.0, 60.0
values = np.round(50.0 + 10.0 * np.sin(points / 7.0) + rng.normal(size=40), 5)
places = np.linspace(0.7, 59.9, 17)
at = np.clip(np.searchsorted(points, places, side="right") - 2, 0, len(points) - 4)
interpolated = [float(BarycentricInterpolator(points[i:i + 4], values[i:i + 4])(x)) * 0.5 for i, x in zip(at, places)]


def separation(ra, dec, ras, decs):
    ra, dec, ras, decs = map(np.radians, (ra, dec, ras, decs))
    h = np.sin((decs - dec) / 2.0) ** 2 + np.cos(dec) * np.cos(decs) * np.sin((ras - ra) / 2.0) ** 2
    return np.degrees(2.0 * np.arcsin(np.sqrt(h))) * 3600.0


centres = [(0.0, 0.0), (359.999, -0.001), (120.0, 89.9995), (300.0, -89.9998), (180.0, 45.0)]
sky, queries = [], []
for ra, dec in centres:
    for into, count in ((sky, 24), (queries, 8)):
        d = dec + rng.normal(size=count) * 0.001
        d = np.sign(d) * (90.0 - np.abs(90.0 - np.abs(d)))  # beyond a pole
        stretch = 1.0 / max(math.cos(math.radians(dec)), 1e-5)
        a = np.mod(ra + rng.normal(size=count) * 0.001 * stretch, 360.0)
        into += np.round(np.stack([a, d], 1), 7).tolist()
ras, decs = np.array(sky).T
radius = 2.5
matches = []
for ra, dec in queries:
    s = separation(ra, dec, ras, decs)
    inside = s <= radius
    matches.append([int(np.argmin(s)) if inside.any() else -1, float(s.min()) if inside.any() else None, int(inside.sum())])

print(json.dumps({
    "made_with": f"numpy {np.__version__}, scipy {scipy.__version__}",
    "basis": {
        "hermite": HERMITE, "count": COUNT, "pixels": PIXELS, "norm": NORM, "transformation": transform.ravel().tolist(),
    },
    "pixels": pixels.tolist(), "width": width, "spectra": spectra,
    "points": points.tolist(), "values": values.tolist(), "places": places.tolist(), "interpolated": interpolated,
    "sky": sky, "queries": queries, "radius": radius, "matches": matches,
}))
