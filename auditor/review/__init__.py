"""What reviewers decided: decisions files read and merged, and the way back into the data."""
