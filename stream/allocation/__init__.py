"""Allocation: who owns a charge, by the rules from the config, and how shared charges are parted."""

from stream.allocation.allocator import Allocator
from stream.allocation.owner import Owner, Owners

__all__ = ["Allocator", "Owner", "Owners"]
