"""`spendwatch allocate`, as it is used."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from config.loader import DEFAULT_RULES
from tests.stream.cli.shell import Ran, typed

ROWS = [
    ("2026-06-30", "10.005", "USD", "Compute", "1", "i-1", ""),
    ("2026-07-01", "20", "USD", "Compute", "1", "i-1", ""),
    ("2026-07-01", "1.00", "USD", "AWS Support", "7", "", ""),
    ("2026-07-01", "3.333333333333", "EUR", "AWS Support", "7", "", ""),
    ("2026-07-01", "5", "USD", "S3", "8", "b[1]", ""),
    ("2026-07-01", "7", "USD", "S3", "8", "b[1]", '{"Squad":"ML"}'),
]
ALLOCATION = """
allocation:
  tag_aliases: {team: [squad]}
  teams: {ml: machine-learning}
  rules:
    - {name: tags, by: tag, keys: [team]}
    - name: shared
      by: match
      match: {service: "*Support*"}
      split: {shares: {search: 60, ml: 40}}
      cost_center: "99"
    - {name: old, by: account, values: {"1": legacy}, until: 2026-07-01}
    - {name: new, by: table, look_up: account, rows: [{value: "1", team: modern}]}
    - {name: never, by: match, match: {provider: nope}, team: x}
    - {name: late, by: match, matchers: ["service=~AWS.*"], team: late}

"""


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(
            [
                *("ChargePeriodStart", "EffectiveCost", "BillingCurrency", "ServiceName"),
                *("SubAccountId", "ResourceId", "Tags"),
            ]
        )
        for day, *rest in ROWS:
            write([f"{day}T00:00:00Z", *rest])
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    before, _, rest = DEFAULT_RULES.read_text(encoding="utf-8").partition("\nallocation:\n")
    path = tmp_path / "new.rules.yaml"
    text = before + ALLOCATION + rest[rest.index("# When a deviation") :]
    path.write_text(text, encoding="utf-8")
    return path


def allocate(*arguments: str | Path) -> Ran:
    return typed("allocate", *map(str, arguments))


def test_tables_add_up(bill: Path, rules: Path) -> None:
    """All that is asked before rules are rolled out, within 80 columns."""
    ran = allocate(bill, "--rules", rules, "--top", "1")
    assert (ran.code, ran.err) == (0, "")
    assert "\n".join(line.rstrip() for line in ran.out.splitlines()) == (
        """\
Claimed by rule
rule       by                        charges      cost
tags       tag                             1     $7.00
shared     match                           1  EUR 3.33
shared     match                           1     $1.00
old        account until 2026-07-01        1    $10.00
new        table                           1    $20.00
never      match                           0         -
late       match                           0         -
(no rule)                                  1     $5.00
total                                      1  EUR 3.33
total                                      5    $43.00

Owners
team              of which shared  charges      cost
search            EUR 2.00               1  EUR 2.00
machine-learning  EUR 1.33               1  EUR 1.33
modern                                   1    $20.00
legacy                                   1    $10.00
machine-learning  $0.40                  2     $7.40
unallocated                              1     $5.00
search            $0.60                  1     $0.60
total                                    1  EUR 3.33
total                                    5    $43.00

Cost centres
cost centre  charges      cost
99                 2  EUR 3.33
(none)             4    $42.00
99                 2     $1.00
total              1  EUR 3.33
total              5    $43.00

Without an owner, by account
account  charges   cost
8              1  $5.00

Without an owner, by resource
account  service  resource  charges   cost
8        S3       b[1]            1  $5.00

Claimed twice; the first counts
claimed by  for                        also by  for     charges      cost
shared      search + machine-learning  late     late          1  EUR 3.33
old         legacy                     new      modern        1    $10.00
shared      search + machine-learning  late     late          1     $1.00

Rules that match no charge: never
Rules that come too late: others say all before them: late"""
    )


def test_for_programs_all_is_exact(bill: Path, rules: Path) -> None:
    """Claims and what nobody claims add up to the sum of the files, and so do teams."""
    ran = allocate(bill, "--rules", rules, "--format", "json")
    found = json.loads(ran.out)
    assert found["total"] == {"EUR": "3.333333333333", "USD": "43.005"}
    assert found["charges"] == 6
    assert found["never_match"] == ["never"]
    assert found["too_late"] == ["late"]
    claims = [*(rule["claimed"] for rule in found["rules"]), found["unclaimed"]]
    for currency, total in found["total"].items():
        claimed = [Decimal(claim["amounts"].get(currency, "0")) for claim in claims]
        borne = [Decimal(row["amount"]) for row in found["teams"] if row["currency"] == currency]
        assert sum(claimed) == sum(borne) == Decimal(total)
    assert found["unclaimed"]["resources"] == [
        {"account": "8", "service": "S3", "resource": "b[1]", "currency": "USD", "charges": 1, "amount": "5"}
    ]  # fmt: skip


def test_what_cannot_be_read_is_told_beside_it(bill: Path, rules: Path, tmp_path: Path) -> None:
    """Bad rows by reason, and a file that is missing with exit 1, after the tables of the others."""
    with bill.open("a", encoding="utf-8") as file:
        file.write("2026-07-01T00:00:00Z,,USD,S3,8,,\n")
    ran = allocate(bill, tmp_path / "none.csv", "--rules", rules)
    assert ran.code == 1
    assert ran.out.startswith("Claimed by rule")
    assert "none.csv does not exist" in ran.err
    assert "1 event refused: missing_cost" in allocate(bill, "--rules", rules).err


def test_nothing_to_read_prints_no_table(tmp_path: Path) -> None:
    """Only what is wrong."""
    ran = allocate(tmp_path / "none.csv")
    assert (ran.code, ran.out) == (1, "")
