"""Files into a `Dataset` and `ClassProbabilities`: one file per input family."""
