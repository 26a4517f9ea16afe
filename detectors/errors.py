"""What can go wrong in detection: a saved state that cannot be read."""


class StateError(Exception):
    """A saved state is unreadable, of an unknown kind or version, or holds impossible numbers.

    Whoever catches it counts it, says so and begins with a new detector; nothing is guessed.
    """
