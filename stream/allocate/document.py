"""The tally for programs: JSON whose amounts are texts that hold exact decimals."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from config.allocation import AllocationRule
from stream.allocate.run import Run
from stream.allocate.sums import Sum, Sums
from stream.allocate.tally import ALL, Tally


def document(run: Run, top: int) -> dict[str, Any]:
    """All that is known; of accounts and resources without an owner the ``top`` largest of each currency."""
    tally = run.tally
    return {
        "charges": tally.total.charges(ALL),
        "unpriced": tally.unpriced,
        "refused": {reason: count for reason, (count, _) in run.refused.items()},
        "total": _amounts(tally.total.of(ALL)),
        "rules": [_rule(tally, rule) for rule in tally.rules],
        "unclaimed": {
            **_sum(tally.claimed, ""),
            "accounts": list(_rows("account", _first(tally.accounts, top))),
            "resources": [
                {**place._asdict(), **_row(currency, one)}
                for place, currency, one in _first(tally.resources, top)
            ],
        },
        "teams": [
            {
                "team": team,
                **_row(currency, one),
                "shared": _shared(tally, team, currency),
            }
            for team, currency, one in tally.teams.largest()
        ],
        "cost_centers": list(_rows("cost_center", tally.cost_centers.largest())),
        "products": list(_rows("product", tally.products.largest())),
        "conflicts": [
            {**conflict._asdict(), **_row(currency, one)}
            for conflict, currency, one in tally.conflicts.largest()
        ],
        "never_match": tally.never(),
        "too_late": tally.too_late(),
    }


def _rule(tally: Tally, rule: AllocationRule) -> dict[str, Any]:
    first, after = rule.days
    return {
        "name": rule.name,
        "by": rule.by,
        "from": first,
        "until": after,
        "matched": tally.matched[rule.name],
        "used": tally.used[rule.name],
        "claimed": _sum(tally.claimed, rule.name),
    }


def _first(sums: Sums[Any], top: int) -> Iterable[tuple[Any, str, Sum]]:
    """The largest of each currency."""
    seen: dict[str, int] = {}
    for key, currency, one in sums.largest():
        seen[currency] = seen.get(currency, 0) + 1
        if seen[currency] <= top:
            yield key, currency, one


def _rows(name: str, rows: Iterable[tuple[Any, str, Sum]]) -> Iterable[dict[str, Any]]:
    return ({name: key, **_row(currency, one)} for key, currency, one in rows)


def _row(currency: str, one: Sum) -> dict[str, Any]:
    return {"currency": currency, "charges": one.charges, "amount": exact(one.amount)}


def _sum(sums: Sums[str], key: str) -> dict[str, Any]:
    return {"charges": sums.charges(key), "amounts": _amounts(sums.of(key))}


def _amounts(sums: Mapping[str, Sum]) -> dict[str, str]:
    return {currency: exact(one.amount) for currency, one in sums.items()}


def _shared(tally: Tally, team: str, currency: str) -> str:
    one = tally.shared.of(team).get(currency)
    return "0" if one is None else exact(one.amount)


def exact(amount: Decimal) -> str:
    """All digits, without an exponent and without zeros behind the last."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
