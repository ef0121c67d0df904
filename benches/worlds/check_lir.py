"""Checks Cllr and its least value against the PyPI package `lir` on the same numbers.

    pip install lir
    cargo bench --bench worlds -- measure --tsv worlds.tsv
    python3 benches/worlds/check_lir.py worlds.tsv

Prints both; the first table of `measure` must show the same.
"""

import csv
import sys

import numpy as np
from lir.data.models import LLRData
from lir.metrics import cllr, cllr_min

with open(sys.argv[1], encoding="utf-8") as lines:
    rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["counts"] == "1"]
ratios = np.array([float(row["log10_lr"]) for row in rows])
sources = np.array([int(row["source"]) for row in rows])
data = LLRData(features=ratios.reshape(-1, 1), labels=sources)
print(f"{len(rows)} pairs, Cllr {cllr(data):.4f}, loss by calibration {cllr(data) - cllr_min(data):.4f}")
