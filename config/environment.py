"""The only reader of the environment: variables with the prefix ``SPENDWATCH_``, and secrets as files."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource

from config.errors import ConfigError, Finding
from config.explain import nearest, remedy_of, shown
from config.settings import Settings
from config.shapes import Spot

PREFIX = "SPENDWATCH_"
SECRETS_DIR = Path("/run/secrets")
_SECRETS = tuple(
    name for name, info in Settings.model_fields.items() if "SecretStr" in str(info.annotation)
)
_FOLDER = f"{PREFIX}SECRETS_DIR"
_KNOWN = [
    *(name.upper() for name in Settings.model_fields),
    *(f"{name.upper()}_FILE" for name in _SECRETS),
    "SECRETS_DIR",
]
# Kubernetes sets such variables in every pod for a Service whose name begins with `spendwatch`
_SERVICE_LINK = re.compile(
    r"(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP)\w*)"
)
_ADDRESS = re.compile(r"(?:tcp|udp|sctp)://")


@dataclass(slots=True)
class _Read:
    """What was read so far: values by field, where each came from, and what is wrong."""

    values: dict[str, object] = field(default_factory=dict)
    origins: dict[str, tuple[str, str]] = field(default_factory=dict)  # file, name
    findings: list[Finding] = field(default_factory=list)

    def take(self, values: Mapping[str, object], origins: Mapping[str, tuple[str, str]]) -> None:
        self.values |= values
        self.origins |= origins

    def refuse(self, name: str, remedy: str, *, file: str = "environment", found: str = "") -> None:
        self.findings.append(Finding(file, None, name, found, remedy))


def load_settings(
    environ: Mapping[str, str] | None = None, *, secrets_dir: Path = SECRETS_DIR
) -> Settings:
    """The settings of ``environ`` (None: of this process), secrets also from files.

    A secret is taken from ``SPENDWATCH_<NAME>``, else from the file that ``SPENDWATCH_<NAME>_FILE``
    names, else from the file ``spendwatch_<name>`` in the folder ``SPENDWATCH_SECRETS_DIR`` or, where
    there is one, in ``secrets_dir``. Empty variables count as not set.

    Raises:
        ConfigError: with everything that is wrong; no finding holds a secret.
    """
    given = {
        name.upper(): value
        for name, value in (os.environ if environ is None else environ).items()
        if name.upper().startswith(PREFIX) and value.strip()
    }
    read = _Read()
    _check_names(given, read)
    _read_secrets_dir(given, secrets_dir, read)
    _read_secret_files(given, read)
    _read_variables(given, read)
    try:
        settings = Settings.model_validate(read.values)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            read.findings.append(_finding(details, read))
    else:
        if not read.findings:
            return settings
    raise ConfigError(tuple(read.findings))


def rules_path(environ: Mapping[str, str] | None = None) -> Path | None:
    """The rules that ``SPENDWATCH_RULES`` names, whatever else is wrong in the environment."""
    path = (os.environ if environ is None else environ).get(f"{PREFIX}RULES", "").strip()
    return Path(path) if path else None


def _check_names(given: Mapping[str, str], read: _Read) -> None:
    for name, value in given.items():
        rest = name.removeprefix(PREFIX)
        from_kubernetes = _SERVICE_LINK.fullmatch(rest) or _ADDRESS.match(value)
        if rest not in _KNOWN and not rest.startswith("TEST_") and not from_kubernetes:
            read.refuse(name, f"is unknown; {nearest(rest, _KNOWN, prefix=PREFIX)}")


def _read_secrets_dir(given: Mapping[str, str], secrets_dir: Path, read: _Read) -> None:
    named = given.get(_FOLDER)
    folder = secrets_dir if named is None else Path(named)
    if named is not None and not folder.is_dir():
        read.refuse(_FOLDER, "is no folder; give the folder of the secrets", found=repr(named))
    for secret in _SECRETS:
        file = folder / f"{PREFIX}{secret}".lower()
        if file.is_file():
            _read_secret(secret, file, read)


def _read_secret_files(given: Mapping[str, str], read: _Read) -> None:
    for secret in _SECRETS:
        variable = f"{PREFIX}{secret.upper()}"
        file = given.get(f"{variable}_FILE")
        if file is not None and variable in given:
            read.refuse(variable, f"is set besides {variable}_FILE; set one of them")
        elif file is not None:
            _read_secret(secret, Path(file), read)


def _read_secret(secret: str, file: Path, read: _Read) -> None:
    variable = f"{PREFIX}{secret.upper()}"
    try:
        value = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        remedy = f"cannot be read ({why}); give a text file that the process may read"
        read.refuse(variable, remedy, file=str(file))
    else:
        read.take({secret: value}, {secret: (str(file), variable)})


def _read_variables(given: Mapping[str, str], read: _Read) -> None:
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in given.items()}
    values = source()
    read.take(values, {name: ("environment", f"{PREFIX}{name.upper()}") for name in values})


def _finding(details: ErrorDetails, read: _Read) -> Finding:
    name = str(details["loc"][0])
    value = read.values[name]
    file, variable = read.origins[name]
    if name not in _SECRETS and _ADDRESS.match(str(value)):
        remedy = "is Kubernetes' link to a Service; set `enableServiceLinks: false` in the pod"
        return Finding(file, None, variable, shown(value), remedy)
    said = remedy_of(details, Spot((variable,), Settings, Settings.model_fields[name]))
    remedy = said.replace(f"`{variable}: ", f"`{variable}=")  # as shells write it
    hidden = name in _SECRETS or details["type"] == "value_error"
    return Finding(file, None, variable, "" if hidden else shown(value), remedy)
