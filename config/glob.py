"""Patterns as people write them in rules: ``*`` stands for any characters, case makes no difference."""


def glob_matches(pattern: str, text: str) -> bool:
    """Whether the whole of ``text`` fits ``pattern``; only ``*`` is special, ``""`` fits ``""`` alone.

    Takes the leftmost place for each part between two stars, which decides in one pass, so that no
    pattern is slow.
    """
    if pattern == "*":
        return True
    first, *rest = pattern.casefold().split("*")
    text = text.casefold()
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - at >= len(last) and text.endswith(last)
