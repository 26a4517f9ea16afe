"""Dead letters: events that could not be read, listed, shown, and brought back once they can be."""
