def growth(*a, **k): return []
