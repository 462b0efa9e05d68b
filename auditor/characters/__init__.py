"""What is wrong with the characters of a text or a name: hidden, garbled, look-alike."""
