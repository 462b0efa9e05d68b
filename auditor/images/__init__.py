"""Images: where their bytes are, opening them safely, and what one look at each of them tells."""
