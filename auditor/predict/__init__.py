"""Out-of-sample predictions when the user has none: a model for texts, for tables, for vectors."""
