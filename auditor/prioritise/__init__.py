"""In which order to review: the order score, the queue, and rows spread over it."""
