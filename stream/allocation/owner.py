"""What allocation says of a charge: its owner or, where teams share it, its owners with their shares."""

from typing import NamedTuple


class Owner(NamedTuple):
    """Whose charge it is, where it runs ("" if nothing says), and the rule that said so ("" if none)."""

    team: str
    environment: str
    rule: str
    service: str = ""  # that it is counted as; "" is its own
    cost_center: str = ""
    product: str = ""
    shared_from: str = ""  # the rule by which teams share it


class Owners(NamedTuple):
    """One owner, or several and how much each bears: whole numbers in proportion."""

    owners: tuple[Owner, ...]
    weights: tuple[int, ...] = (1,)
