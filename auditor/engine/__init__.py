"""Where the work of a pass runs: on local threads."""
