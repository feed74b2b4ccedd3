#!/usr/bin/env python3
"""Fits the compact tables that the Gaia simulator embeds and writes them as F# source.

    python3 fit-simulator.py DATA_DIRECTORY OUTPUT_DIRECTORY

DATA_DIRECTORY holds instrument.csv, templates.csv and gmm.json; OUTPUT_DIRECTORY receives EmbeddedInstrument.fs,
EmbeddedTemplates.fs and EmbeddedMixture.fs (src/Redshift.Core.fsproj/Simulation). Needs numpy and scipy.

Curves are natural cubic splines whose knot values are least-squares fits to the tables, compared after a blur that is
narrower than the spectrograph's. Emission lines are fitted beside the continuum, as Gaussians averaged over the bins.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d
from scipy.special import erf

# Rest wavelength (nm) and FWHM (km/s) of the nebular lines of templates T0 and T1.
NEBULAR_LINES = [(372.8, 300), (386.9, 300), (434.1, 300), (486.1, 300), (495.9, 300), (500.7, 300), (654.9, 300),
                 (656.4, 300), (658.4, 300), (671.8, 300), (673.1, 300), (906.9, 300), (953.2, 300)]
TEMPLATE_KNOTS = 64
DISPERSION_KNOTS = 30
RESPONSE_KNOTS = {"bp": 44, "rp": 40}


def spline_basis(x, knots):
    """One column a knot: the natural spline that is 1 at that knot and 0 at the others."""
    return np.array([CubicSpline(knots, unit, bc_type="natural")(x) for unit in np.eye(len(knots))]).T


def smooth(values, width):
    return gaussian_filter1d(values, width, axis=0, mode="nearest")


def solve(matrix, values):
    return np.linalg.lstsq(matrix, values, rcond=None)[0]


def rounded(values, digits):
    return np.array([float(f"{v:.{digits}g}") for v in values])


def fit_dispersion(wavelength, pixel, low):
    """Pixel against 1000/wavelength with evenly spaced knots; the slope is fitted as well, since the flux goes with it.
    Below `low` nm the response is zero and the curve, with a fifth of the knots, only has to stay monotone."""
    x = 1000.0 / wavelength
    end, few = 1000.0 / low, DISPERSION_KNOTS // 5
    knots = np.linspace(x.min(), min(end, x.max()), DISPERSION_KNOTS - few * (end < x.max()))
    if end < x.max():
        knots = np.append(knots, np.linspace(end, x.max(), few + 1)[1:])
    basis = spline_basis(x, knots)
    weight = np.where(wavelength >= low, 1.0, 0.01)
    slope = np.gradient(pixel, wavelength)
    slope_weight = 0.3 * weight / np.abs(slope)
    rows = [basis * weight[:, None], np.gradient(basis, wavelength, axis=0) * slope_weight[:, None]]
    values = solve(np.concatenate(rows), np.concatenate([pixel * weight, slope * slope_weight]))
    return knots, rounded(values, 7)


def fit_response(wavelength, response, count):
    """Knots are added where the error is largest, on whole nanometres."""
    seen = np.flatnonzero(response > 1e-5 * response.max())
    inside = slice(max(seen[0] - 2, 0), seen[-1] + 3)
    x, y = wavelength[inside], response[inside]
    knots = np.unique(np.round(np.linspace(x[0], x[-1], 8)))
    while True:
        basis = smooth(spline_basis(x, knots), 2.0)
        values = solve(basis, smooth(y, 2.0))
        if len(knots) >= count:
            return knots, np.round(values, 5)
        for i in np.argsort(-np.abs(basis @ values - smooth(y, 2.0))):
            if np.min(np.abs(knots - x[i])) >= 2:
                knots = np.sort(np.append(knots, x[i]))
                break


def line_profile(edges, wavelength, fwhm):
    """The bin averages of a Gaussian line of unit area (per nm)."""
    sigma = wavelength * fwhm / 299792.458 / 2.354820045
    return np.diff(0.5 * (1 + erf((edges - wavelength) / sigma / np.sqrt(2)))) / np.diff(edges)


def fit_templates(wavelength, columns):
    """Knot values of the four continua and areas of their lines (templates T2 and T3 have none)."""
    x = np.log(wavelength)
    half = (x[-1] - x[0]) / (len(x) - 1) / 2
    edges = np.exp(np.linspace(x[0] - half, x[-1] + half, len(x) + 1))
    knots = np.linspace(x[0], x[-1], TEMPLATE_KNOTS)
    continuum = spline_basis(x, knots)
    lines = np.array([line_profile(edges, *line) for line in NEBULAR_LINES]).T
    values, areas = [], []
    for number, column in enumerate(columns):
        basis = np.hstack([continuum, lines]) if number < 2 else continuum
        weight = 1 / smooth(column, 20)
        # The unblurred rows, at low weight, keep neighbouring lines apart.
        both = lambda a: np.concatenate([smooth(a, 2.0), 0.15 * a])
        w = np.concatenate([weight, weight])
        found = solve(both(basis) * w[:, None], both(column) * w)
        values.append(rounded(found[:TEMPLATE_KNOTS], 5))
        areas.append(rounded(found[TEMPLATE_KNOTS:], 3) if number < 2 else np.zeros(len(NEBULAR_LINES)))
    return knots, np.array(values).T, np.array(areas).T


def text(rows):
    return "\n".join(" ".join(f"{v:.7g}" for v in row) for row in rows)


def pairs(first, second, per_line=6):
    """`first:second` pairs, a few on a line."""
    items = [f"{a:.7g} {b:.7g}" for a, b in zip(first, second)]
    return "\n".join("  ".join(items[i:i + per_line]) for i in range(0, len(items), per_line))


def module(name, summary, values):
    parts = ["// Written by scripts/reference/fit-simulator.py; change the script, not this file.",
             "namespace Redshift.Core.Simulation", ""]
    parts += [f"/// {line}" for line in summary] + [f"module internal {name} =", ""]
    for number, (identifier, comment, body) in enumerate(values):
        parts += [""] * (number > 0) + [f"    /// {line}" for line in comment]
        parts += ["    [<Literal>]", f'    let {identifier} =', f'        """', body + '"""']
    return "\n".join(parts) + "\n"


def main(data, output):
    table = np.genfromtxt(data / "instrument.csv", delimiter=",", names=True)
    wavelength = table["lambda_nm"]
    curves = []
    for band, name, low in (("bp", "Blue", 320), ("rp", "Red", 605)):
        knots, values = fit_dispersion(wavelength, table[f"{band}_pwl"], low)
        curves.append((f"{name}Dispersion",
                       [f"1000 / wavelength (nm) and pseudo-wavelength (px) at the spline's knots, {band.upper()}."],
                       pairs(knots, values)))
        knots, values = fit_response(wavelength, table[f"{band}_response"], RESPONSE_KNOTS[band])
        curves.append((f"{name}Response",
                       [f"Wavelength (nm) and response at the spline's knots, {band.upper()}; zero outside."],
                       pairs(knots, values)))
    (output / "EmbeddedInstrument.fs").write_text(module(
        "EmbeddedInstrument",
        ["Spline fits to the dispersion and response of Gaia's BP and RP spectrographs as tabulated by GaiaXPy",
         "(Gaia DPAC, BSD-3-Clause; bpC03_v375wi and rpC03_v142r). The table has 761 rows of 1 nm."], curves))

    table = np.genfromtxt(data / "templates.csv", delimiter=",", skip_header=1)
    knots, values, areas = fit_templates(table[:, 0], table[:, 1:5].T)
    lines = [[*line, *area] for line, area in zip(NEBULAR_LINES, areas)]
    (output / "EmbeddedTemplates.fs").write_text(module(
        "EmbeddedTemplates",
        ["Fits to the default templates of kcorrect v4 (Blanton & Roweis 2007, doi:10.1086/510127; BSD-3-Clause):",
         "numbers 0, 2, 3 and 4 of them, in bins of equal logarithmic width, scaled to 1 at 550 nm."],
        [("Grid", ["Centre of the first bin and of the last (nm), number of bins."],
          text([[table[0, 0], table[-1, 0], len(table)]])),
         ("Continuum",
          [f"F_lambda of T0, T1, T2, T3 at {TEMPLATE_KNOTS} knots, evenly spaced in ln wavelength over the grid."],
          text(values)),
         ("Lines",
          ["Nebular lines: rest wavelength (nm), FWHM (km/s), area in T0, T1, T2, T3 (nm times the flux at 550 nm)."],
          text(lines))]))

    mixture = json.loads((data / "gmm.json").read_text())
    rows = []
    for weight, mean, covariance in zip(*(mixture[key] for key in ("weights", "means", "covariances"))):
        rows += [[float(f"{v:.6g}") for v in part]
                 for part in ([weight, *mean], *(covariance[i][:i + 1] for i in range(5)))]
    (output / "EmbeddedMixture.fs").write_text(module(
        "EmbeddedMixture",
        ["A Gaussian mixture fitted to the types and brightness of 10,000 SDSS galaxies (gst_tests_small.fits of",
         "kcorrect, BSD-3-Clause) over y = ln(z + 0.02), x0, x1, x3 and m. The x are logarithms of the light of T0, T1",
         "and T3 over that of T2, each share raised by 0.004, at 550 nm; m is an RP magnitude."],
        [("Components", ["Six lines a component: weight and means; the five rows of the covariance's lower triangle."],
          text(rows))]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: fit-simulator.py DATA_DIRECTORY OUTPUT_DIRECTORY")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
