"""What is wrong in a rules file or in the environment, with the place and the remedy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where (file, line, field), what was found, what would be right."""

    file: str
    line: int | None
    field: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        found = f" (found {self.found})" if self.found else ""
        return f"{place}: {self.field}: {self.remedy}{found}"


class ConfigError(Exception):
    """The configuration cannot be used; ``findings`` says why, each with its remedy."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings
