"""Intervals, pooled rates, distances between mixes of labels: formulas that know nothing of datasets."""
