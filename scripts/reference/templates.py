"""Synthetic photometry, and what else template fitting is made of, from numpy and scipy.

    python3 scripts/reference/templates.py ../shared/data > tests/Redshift.Core.Tests/Reference/templates.json

Written for numpy 1.24 and scipy 1.10. Fluxes of small made-up curves by adaptive quadrature between their points; those of
published curves by the trapezoid rule on a fine uniform grid. Of the published files only magnitudes are written.
"""

import os
import sys

import numpy
from scipy.integrate import quad
from scipy.optimize import minimize_scalar, nnls
from scipy.stats import norm

from writing import write

C = 2.99792458e18
LINES = [(1216.0, 0.0036), (1026.0, 1.7e-3), (973.0, 1.2e-3), (950.0, 9.3e-4)]


def madau(observed, z):
    """Madau 1995, equations 12 and 15 and footnote 3."""
    observed = numpy.atleast_1d(numpy.asarray(observed, float))
    depth = numpy.zeros_like(observed)
    for line, a in LINES:
        depth += numpy.where(observed < line * (1 + z), a * (observed / line) ** 3.46, 0)
    xe, xc = 1 + z, numpy.maximum(observed / 912.0, 1)
    continuum = (
        0.25 * xc**3 * (xe**0.46 - xc**0.46)
        + 9.4 * xc**1.5 * (xe**0.18 - xc**0.18)
        - 0.7 * xc**3 * (xc**-1.32 - xe**-1.32)
        - 0.023 * (xe**1.68 - xc**1.68)
    )
    depth += numpy.where(observed < 912.0 * xe, numpy.maximum(continuum, 0), 0)
    return numpy.exp(-depth)


def integrands(spectrum, response, photons, absorbed, z):
    def f(x):
        left = madau(x, z) if absorbed else 1.0
        light = numpy.interp(numpy.atleast_1d(x) / (1 + z), *spectrum, left=0, right=0) * left
        return light * numpy.interp(x, *response, left=0, right=0) * (x if photons else 1.0)

    def g(x):
        return numpy.interp(x, *response, left=0, right=0) / (x if photons else x * x)

    return f, g


def by_quadrature(spectrum, response, photons, absorbed, z):
    f, g = integrands(spectrum, response, photons, absorbed, z)
    edges = [line for line, _ in LINES] + [912.0] if absorbed else []
    places = sorted(
        {*response[0], *(x * (1 + z) for x in spectrum[0]), *(x * (1 + z) for x in edges)}
    )
    places = [x for x in places if response[0][0] <= x <= response[0][-1]]

    def total(h):
        # A hair inside, so that steps stay outside.
        parts = zip(places, places[1:])
        return sum(
            quad(lambda x: float(numpy.ravel(h(x))[0]), a + 1e-9, b - 1e-9, epsrel=1e-11, epsabs=0)[0] for a, b in parts
        )

    return total(f) / (C * total(g))


def on_fine_grid(spectrum, response, photons, absorbed, z):
    x = numpy.linspace(response[0][0], response[0][-1], 2_000_001)
    f, g = integrands(spectrum, response, photons, absorbed, z)
    return numpy.trapz(f(x), x) / (C * numpy.trapz(g(x), x))


# Made up: a break, a line, a steep blue end; a box with slopes, a triangle.
SPECTRA = {
    "break": ([500.0, 911.0, 913.0, 3900.0, 4100.0, 9000.0], [0.1, 0.2, 1.0, 1.5, 4.0, 3.0]),
    "line": ([800.0, 1200.0, 1210.0, 1220.0, 6000.0], [5.0, 3.0, 9.0, 2.5, 1.0]),
}
FILTERS = {
    "box": ([3500.0, 3600.0, 4400.0, 4550.0], [0.0, 0.8, 0.9, 0.0]),
    "triangle": ([4800.0, 6100.0, 6600.0], [0.05, 1.0, 0.0]),
}


def made_up():
    cases = []
    for s, spectrum in SPECTRA.items():
        for f, response in FILTERS.items():
            for z in [0.0, 0.37, 3.1]:
                for photons in [True, False]:
                    for absorbed in [False, True]:
                        flux = by_quadrature(spectrum, response, photons, absorbed, z)
                        cases.append(
                            {"spectrum": s, "filter": f, "z": z, "photons": photons, "absorbed": absorbed, "flux": flux}
                        )
    return cases


def load(path):
    x, y = numpy.loadtxt(path, unpack=True)
    return x, y


def published(folder):
    cases = []
    for t in ["CWW_KINNEY/CWW_E_ext", "CWW_KINNEY/KIN_SB3_ext", "COSMOS_SED/Sc_A_1"]:
        for f in ["NUV_galex", "u_megacam", "i_subaru", "Ks_wircam"]:
            x, y = load(os.path.join(folder, "filters", f + ".res"))
            response = (x, numpy.maximum(y, 0))
            spectrum = load(os.path.join(folder, "templates", t + ".sed"))
            for z in [0.0, 0.5, 2.2]:
                flux = on_fine_grid(spectrum, response, True, True, z)
                if flux > 0:
                    magnitude = -2.5 * numpy.log10(flux) - 48.6
                    cases.append({"template": t, "filter": f, "z": z, "magnitude": float(magnitude)})
    return cases


def sums():
    """Non-negative least squares."""
    random = numpy.random.default_rng(7)
    cases = []
    for rows, columns in [(5, 1), (6, 3), (11, 8), (9, 9), (4, 6), (30, 12)]:
        for noise in [0.05, 3.0]:
            a = random.uniform(0, 1, (rows, columns)).round(4)
            x = random.uniform(0, 1, columns) * (random.uniform(0, 1, columns) > 0.5)
            b = (a @ x + noise * random.standard_normal(rows)).round(4)
            solved, norm2 = nnls(a, b)
            cases.append(
                {
                    "columns": columns,
                    "a": a.ravel().tolist(),
                    "b": b.tolist(),
                    "residual": float(norm2**2),
                    "x": solved.tolist() if columns < rows else [],
                }
            )
    return cases


def priors():
    cases = []
    for alpha, z0, slope, fainter in [(2.46, 0.431, 0.091, 1.5), (1.81, 0.39, 0.0636, 0.0), (0.91, 0.063, 0.123, 3.0)]:
        zm = z0 + slope * fainter
        total = quad(lambda z: z**alpha * numpy.exp(-((z / zm) ** alpha)), 0, numpy.inf, epsrel=1e-11)[0]
        for z in [0.05, 0.5, 1.7]:
            value = alpha * numpy.log(z) - (z / zm) ** alpha - numpy.log(total)
            cases.append({"p": [alpha, z0, slope, fainter, z], "log": float(value)})
    return cases


def limits():
    """One model against two detections and two limits: the least of -2 ln L over amplitudes."""
    flux, error, model = numpy.array([2.0, 3.5]), numpy.array([0.2, 0.3]), numpy.array([1.0, 0.7, 1.6, 2.0])
    sigma = numpy.array([0.9, 0.4])
    cases = []
    for sigmas in [1.0, 3.0, 5.0]:

        def cost(a):
            chi2 = (((flux - a * model[:2]) / error) ** 2).sum()
            return chi2 - 2 * norm.logcdf(sigmas - a * model[2:] / sigma).sum()

        found = minimize_scalar(cost, bounds=(0, 10), method="bounded", options={"xatol": 1e-12})
        cases.append({"sigmas": sigmas, "amplitude": float(found.x), "chi2": float(found.fun)})
    return {
        "flux": flux.tolist(),
        "error": error.tolist(),
        "model": model.tolist(),
        "sigma": sigma.tolist(),
        "cases": cases,
        "tails": [[x, float(norm.logcdf(x))] for x in [-60.0, -25.0, -19.9, -8.0, -1.0, 0.0, 2.0, 9.0]],
    }


write(
    {
        "spectra": {name: [list(x), list(y)] for name, (x, y) in SPECTRA.items()},
        "filters": {name: [list(x), list(y)] for name, (x, y) in FILTERS.items()},
        "madau": [[x, z, float(madau(x, z)[0])] for x, z in [(3000.0, 3.0), (3700.0, 3.0), (4800.0, 3.0), (4860.0, 3.0), (4000.0, 3.2)]],
        "fluxes": made_up(),
        "published": published(sys.argv[1]),
        "sums": sums(),
        "priors": priors(),
        "limits": limits(),
    },
    10,
)
