"""Expected metrics of classes and of real values for tests/Redshift.Core.Tests, by scikit-learn.

    python3 scripts/reference/class-metrics.py > tests/Redshift.Core.Tests/Reference/class-metrics.json
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn.metrics import (accuracy_score, confusion_matrix, log_loss, mean_absolute_error, mean_squared_error,
                             precision_recall_curve, precision_score, r2_score, recall_score, roc_auc_score, roc_curve)

# scikit-learn's precision and recall of nothing are 0 with a warning; ours are not defined.
warnings.simplefilter("error")
rng = np.random.default_rng(7)


def binary(truth, probability):
    """Metrics and curves of a star (1) or galaxy (0)."""
    predicted = (probability >= 0.5).astype(int)
    fpr, tpr, thresholds = roc_curve(truth, probability, drop_intermediate=False)
    precision, recall, steps = precision_recall_curve(truth, probability)
    return {
        "truth": truth.tolist(),
        "probability": probability.tolist(),
        "metrics": {
            "auc": roc_auc_score(truth, probability),
            "accuracy": accuracy_score(truth, predicted),
            "precision": precision_score(truth, predicted, zero_division="warn"),
            "completeness": recall_score(truth, predicted),
            "log_loss": log_loss(truth, probability),
        },
        "confusion": confusion_matrix(truth, predicted).tolist(),
        # The first threshold, of no object, is left out: 1 + the greatest score there, infinity here.
        "fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist(),
        # The last point, (1, 0), has no threshold.
        "precision": precision[:-1].tolist(), "recall": recall[:-1].tolist(), "steps": steps.tolist(),
    }


def logistic(n, share, separation):
    truth = (rng.random(n) < share).astype(int)
    return truth, 1 / (1 + np.exp(-(rng.normal(0, 1, n) + separation * (truth - 0.5))))


def several(truth, probabilities):
    """Metrics of three classes."""
    predicted = probabilities.argmax(axis=1)
    return {
        "truth": truth.tolist(),
        "probabilities": probabilities.tolist(),
        "accuracy": accuracy_score(truth, predicted),
        "log_loss": log_loss(truth, probabilities, labels=[0, 1, 2]),
        "precision": precision_score(truth, predicted, average=None).tolist(),
        "completeness": recall_score(truth, predicted, average=None).tolist(),
        "confusion": confusion_matrix(truth, predicted).tolist(),
    }


truth, probability = logistic(120, 0.4, 1.5)
rare, chance = logistic(150, 0.06, 3.0)
perfect = (np.arange(40) % 4 == 0).astype(int)
sure, certain = logistic(60, 0.5, 2.0)
classes = rng.integers(0, 3, 90)
rows = rng.dirichlet([1.0, 1.0, 1.0], 90) + 0.5 * np.eye(3)[classes]
rows = np.round(rows / rows.sum(axis=1, keepdims=True), 4)
rows[:, 2] = np.round(1 - rows[:, 0] - rows[:, 1], 4)
rows[0] = np.eye(3)[(classes[0] + 1) % 3]  # sure and wrong
mass = np.round(rng.normal(10.0, 0.8, 120), 3)

print(json.dumps({
    "made_with": f"numpy {np.__version__}, scikit-learn {sklearn.__version__}",
    "binary": {
        "plain": binary(truth, np.round(probability, 6)),
        "ties": binary(truth, np.round(probability, 1)),
        "imbalanced": binary(rare, np.round(chance, 4)),
        "perfect": binary(perfect, np.where(perfect == 1, 0.9, 0.1) + np.round(0.05 * rng.random(40), 4)),
        "random": binary(truth, np.round(rng.random(120), 4)),
        # Probabilities of exactly 0 and 1, some of them wrong: the log loss hangs on the clipping.
        "certain": binary(sure, np.round(certain)),
    },
    "several": several(classes, rows),
    # Below zero too, as no redshift is.
    "values": [
        {
            "truth": t.tolist(),
            "predicted": p.tolist(),
            "rmse": mean_squared_error(t, p, squared=False),
            "r2": r2_score(t, p),
            "mae": mean_absolute_error(t, p),
            "bias": float(np.mean(p - t)),
        }
        for t, p in [(mass, np.round(0.7 * mass + 3.1 + rng.normal(0, 0.2, 120), 3)),
                     (np.arange(-30.0, 31.0), np.round(np.arange(-30.0, 31.0)[::-1] * 0.1, 3))]
    ],
}))
