"""The sound files to damage are those that the common tests of the readers write."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "read"))
