"""What an anomaly of the digest is, in a word or two."""

from alerting.beginning import NEW
from alerting.ending import ENDED
from alerting.statement import AnomalyLine
from detectors.unit_cost import CHANNEL as UNIT_COST


def kind_of(line: AnomalyLine) -> str:
    """``rose``, ``fell``; what begins is ``new``, what is gone ``ended``; unit cost and credits are named."""
    is_up = line.direction == "up"
    if line.channel == ENDED:
        return "ended"
    if line.channel == NEW and is_up:
        return "new"
    if line.charge_kind == "credit":
        return "credit shrank" if is_up else "credit grew"
    moved = "rose" if is_up else "fell"
    return f"unit cost {moved}" if line.channel == UNIT_COST else moved
