"""The gate: rules, what they say of an audit, and how that is told to machines.

Plain Python alone: a saved audit is judged without numpy, pandas or Arrow.
"""
