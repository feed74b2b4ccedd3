"""The peer of `Redshift.Benchmarks read FILE`: pandas.read_csv of the same file.

Prints rows, seconds, processor seconds and peak memory. Written for pandas 1.5.3:
python3 reading.py FILE [float32|default]
"""

import resource
import sys
import time

import numpy as np
import pandas as pd


def main() -> None:
    file, kind = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "default"
    start, before = time.perf_counter(), time.process_time()
    if kind == "float32":
        names = pd.read_csv(file, nrows=0).columns
        frame = pd.read_csv(file, dtype={name: np.float32 for name in names})
    else:
        frame = pd.read_csv(file)
    seconds, processor = time.perf_counter() - start, time.process_time() - before
    data = len(frame) * (len(frame.columns) - 1) * 4
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"pandas-{kind} {len(frame)} rows {seconds:.2f} s {processor:.2f} s of processors "
        f"{peak >> 20} MiB {peak / data:.2f} of the samples"
    )


if __name__ == "__main__":
    main()
