"""scikit-learn's regression by neighbours on the points that Redshift.Benchmarks wrote; prints seconds of one prediction.

Called by `Redshift.Benchmarks neighbours PYTHON sklearn_neighbours.py`; scikit-learn 1.2.1. Of its algorithms the faster of
k-d tree and brute force is taken, as measured here.
"""
import sys
import time

import numpy as np
from sklearn.neighbors import KNeighborsRegressor

folder, bands, k, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
train, queries = (np.fromfile(f"{folder}/{name}").reshape(-1, bands) for name in ("train", "queries"))
redshifts = np.fromfile(f"{folder}/redshifts")
best = None
for algorithm in ("kd_tree", "brute"):
    regressor = KNeighborsRegressor(k, weights="distance", algorithm=algorithm, n_jobs=threads).fit(train, redshifts)
    regressor.predict(queries[:2000])
    start = time.perf_counter()
    predicted = regressor.predict(queries)
    seconds = time.perf_counter() - start
    if best is None or seconds < best[0]:
        best = (seconds, predicted)
best[1].tofile(f"{folder}/predicted")
print(best[0])
