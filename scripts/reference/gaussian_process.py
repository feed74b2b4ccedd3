"""Expected numbers for the Gaussian process of the hyper-parameter search.

scikit-learn's GaussianProcessRegressor with fixed settings (Matern 5/2, one length a dimension, amplitude, white noise), its
log marginal likelihood and gradient, and its predictions; the expected improvement from scipy.stats.norm.

    /usr/bin/python3 scripts/reference/gaussian_process.py > tests/Redshift.Api.Tests/Reference/gaussian-process.json
"""
import json

import numpy as np
import scipy
import sklearn
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

random = np.random.default_rng(7)
x = np.round(random.uniform(size=(12, 3)), 4)
y = np.round(np.sin(5 * x[:, 0]) + x[:, 1] ** 2 + 0.1 * random.normal(size=12), 4)
points = np.round(random.uniform(size=(6, 3)), 4)
lengths, variance, noise = [0.4, 1.1, 3.0], 1.7, 0.02

kernel = ConstantKernel(variance) * Matern(lengths, nu=2.5) + WhiteKernel(noise)
process = GaussianProcessRegressor(kernel, optimizer=None, alpha=0.0).fit(x, y)
# theta: log variance, log lengths, log noise
likelihood, gradient = process.log_marginal_likelihood(process.kernel_.theta, eval_gradient=True)
mean, covariance = process.predict(points, return_cov=True)
# sklearn adds the white noise to new points too; the function itself has none.
spread = np.diag(covariance) - noise

gains = [[low, mu, sd] for low in (-1.0, 0.0) for mu in (-1.5, 0.0, 2.0) for sd in (0.1, 1.0)]
improvement = [(low - mu) * norm.cdf((low - mu) / sd) + sd * norm.pdf((low - mu) / sd) for low, mu, sd in gains]

print(json.dumps({
    "tool": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}",
    "x": x.tolist(), "y": y.tolist(), "points": points.tolist(),
    "lengths": lengths, "variance": variance, "noise": noise,
    "log_likelihood": likelihood,
    "gradient": {"variance": gradient[0], "lengths": gradient[1:4].tolist(), "noise": gradient[4]},
    "mean": mean.tolist(), "spread": spread.tolist(),
    "improvement": [[*g, e] for g, e in zip(gains, improvement)],
}, indent=1))
