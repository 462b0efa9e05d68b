"""The fused passes over the probabilities: what every detector of labels needs, read block by block."""
