"""What a scope's text tells: ``provider|account|first day of the billing period``, which a snapshot replaces as a whole."""

from datetime import UTC, datetime


def family_of(scope: str) -> str:
    """Provider and account of a scope: its billing periods follow one another."""
    return scope.rpartition("|")[0]


def period_start(scope: str) -> int:
    """When a scope's billing period begins, in epoch seconds; 0 where it does not say so."""
    try:
        day = datetime.fromisoformat(scope.rpartition("|")[2])
    except ValueError:
        return 0
    return int(day.replace(tzinfo=UTC).timestamp())
