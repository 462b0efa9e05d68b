"""Audits on disk: schemas, atomic writing, reading back."""
