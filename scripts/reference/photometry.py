"""Magnitudes of flux densities by the formulae as they were published, and errors by numerical derivatives.

    python3 scripts/reference/photometry.py > tests/Redshift.Core.Tests/Reference/photometry.json

Written for numpy 1.24. Lupton, Gunn & Szalay 1999 (eq. 3) for asinh magnitudes; AB from f in erg/s/cm^2/Hz and 48.60.
"""

import numpy as np

from writing import write

SOFTENING = [1.4e-10, 0.9e-10, 1.2e-10, 1.8e-10, 7.4e-10]
OFFSETS = [-0.04, 0.0, 0.0, 0.0, 0.02]


def ab(micro_jansky):
    return -2.5 * np.log10(np.longdouble(micro_jansky) * np.longdouble(1e-29)) - np.longdouble(48.6)


def pogson(f, offset):
    return ab(f) - offset


def asinh(f, offset, b):
    one = 10 ** (-np.longdouble(48.6) / np.longdouble(2.5)) / np.longdouble(1e-29) * 10 ** (-np.longdouble(offset) / np.longdouble(2.5))
    x = np.longdouble(f) / one
    return -2.5 / np.log(np.longdouble(10)) * (np.arcsinh(x / (2 * np.longdouble(b))) + np.log(np.longdouble(b)))


def error(magnitude, f, sigma):
    h = sigma * 1e-4
    return abs(magnitude(f + h) - magnitude(f - h)) / (2 * h) * sigma


cases = []
for band in range(5):
    for f in [1e5, 300.0, 3.0, 0.5]:
        for scale in ["pogson", "asinh"]:
            m = (lambda x: pogson(x, OFFSETS[band])) if scale == "pogson" else (lambda x: asinh(x, OFFSETS[band], SOFTENING[band]))
            cases.append([scale, band, f, 0.02 * f, float(m(f)), float(error(m, f, 0.02 * f))])
    for f in [0.0, -0.3, -5.0]:
        m = lambda x: asinh(x, OFFSETS[band], SOFTENING[band])
        cases.append(["asinh", band, f, 0.4, float(m(f)), float(error(m, f, 0.4))])

write({"numpy": np.__version__, "softening": SOFTENING, "offsets": OFFSETS, "cases": cases}, digits=12)
