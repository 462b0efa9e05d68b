"""Which rows are the same: content after normalisation, and the groups that equal rows form."""
