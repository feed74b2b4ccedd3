"""Logistic calibration of probabilities, by scikit-learn's unpenalised logistic regression.

scikit-learn 1.2.1, NumPy 1.24.2:  python3 scripts/reference/logistic-calibration.py
Platt's smoothed labels are weights: each object counts y as positive and 1 - y as negative.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression

i = np.arange(40)
p = (i + 0.5) / 40
truth = (i * 7 % 40) / 40 < p**2
positives, negatives = truth.sum(), (~truth).sum()
y = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
x = np.log(p / (1 - p))[:, None]
fit = LogisticRegression(penalty=None, tol=1e-12, max_iter=10000).fit(
    np.vstack([x, x]), np.r_[np.ones(40), np.zeros(40)], sample_weight=np.r_[y, 1 - y])
print(positives, negatives, repr(fit.coef_[0, 0]), repr(fit.intercept_[0]))
