"""Random forests on the development files of photometry: the neutral reference of docs/results-photometry.md.

scikit-learn 1.2.1, pandas 1.5.3, NumPy 1.24.2:  python3 scripts/reference/photometry-forest.py ../shared/data > FILE.json
Five folds (KFold, shuffled, random_state 1); 300 trees, min_samples_leaf 3, max_features 0.5, random_state 0; magnitudes,
colours of neighbouring bands and errors, missing values 30 and 10. Columns are taken by position where a header lacks one.
"""
import json
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import KFold, cross_val_predict

data = sys.argv[1]


def mgs():
    a = np.loadtxt(f"{data}/photometry/SDSS_MGS.train")
    return a[:, 0], a[:, 1:6], a[:, 10:15]


def edr():
    a = np.vstack([np.loadtxt(f"{data}/photometry/sdss.ugriz.{part}") for part in ("train", "valid")])
    return a[:, 10], a[:, :5], a[:, 5:10]


def sdss50k():
    d = pd.read_csv(f"{data}/photometry/sdss50k_dev.csv")
    d = d[(d.spec_class == "GALAXY") & (d.redshift >= 0) & (d.redshift <= 1)]
    return d.redshift.values, d[list("ugriz")].values, None


def zcosmos():
    d = pd.read_csv(f"{data}/photometry/zcosmos_dev.csv")
    d.columns = [c.lower() for c in d.columns]
    d = d[(d.secure34.astype(str).str.lower() == "true") & (d.is_star == 0)]
    bands = ["fuv", "nuv", "u", "b", "g", "v", "r", "i", "z", "j", "k"]
    m = np.stack([pd.to_numeric(d[f"{b}_photzi25"], errors="coerce") for b in bands], 1)
    e = np.stack([pd.to_numeric(d[f"e{b}_photzi25"], errors="coerce") for b in bands], 1)
    m[(m <= -90) | (m >= 90) | (e < 0)] = np.nan
    return d.zpec.values, m, np.where(np.isnan(m), np.nan, e)


def pears():
    d = pd.read_csv(f"{data}/spectra/pears_grism_dev.csv")
    d = d[(d.zspec >= 0.6) & (d.zspec <= 1.25)]
    grism = [c for c in d.columns if c[0] == "F" and c[1:].isdigit()]
    broad = [c for c in d.columns if c.endswith("_flux")]
    f = d[broad + grism].values
    e = d[[c + "_err" for c in broad] + ["E" + c[1:] for c in grism]].values
    with np.errstate(all="ignore"):
        m = np.where(f > 0, -2.5 * np.log10(f), np.nan)
    return d.zspec.values, m, np.where(np.isnan(m), np.nan, 1.0857 * e / f)


def metrics(z, p):
    delta = (p - z) / (1 + z)
    return {
        "n": int(len(z)),
        "nmad": float(1.4826 * np.median(np.abs(delta - np.median(delta)))),
        "outlier_0.15": float(np.mean(np.abs(delta) > 0.15)),
        "mse": float(np.mean((p - z) ** 2)),
        "rmse": float(np.sqrt(np.mean((p - z) ** 2))),
        "r2": float(1 - np.sum((p - z) ** 2) / np.sum((z - z.mean()) ** 2)),
    }


result = {}
for name, read in [("sdss-mgs", mgs), ("sdss-edr", edr), ("sdss50k", sdss50k), ("zcosmos", zcosmos), ("pears", pears)]:
    z, m, e = read()
    m = np.where(np.isnan(m), 30.0, m)
    x = np.hstack([m, m[:, :-1] - m[:, 1:]] + ([] if e is None else [np.where(np.isnan(e), 10.0, e)]))
    forest = RandomForestRegressor(300, min_samples_leaf=3, max_features=0.5, random_state=0)
    result[name] = metrics(z, cross_val_predict(forest, x, z, cv=KFold(5, shuffle=True, random_state=1)))
    print(name, result[name], file=sys.stderr)
json.dump(result, sys.stdout, indent=2)
