"""The only reader of rules files: a file or a folder in, checked rules or all that is wrong out.

Files of days, of tables and of lookups that the rules name are part of them: what is loaded holds all of it and names no file any
more.
"""

from pathlib import Path

from pydantic import ValidationError

from config import days_file, lookup_file, table_file
from config.environment import load_settings
from config.errors import ConfigError, Finding
from config.explain import rule_findings
from config.places import Place, Tree, field_name
from config.rules import Rules
from config.yaml_tree import parse_yaml

__all__ = ["DEFAULT_RULES", "load_rules", "load_settings"]

DEFAULT_RULES = Path(__file__).with_name("default.rules.yaml")
_ENDINGS = {".yaml", ".yml"}


def load_rules(path: Path | None) -> Rules:
    """The rules of a file, of all YAML files of a folder together, or (None) the default ones.

    Raises:
        ConfigError: with everything that is wrong, each with file, line, field and remedy.
    """
    tree = read_tree(DEFAULT_RULES if path is None else path)
    days_file.include(tree)
    table_file.include(tree)
    lookup_file.include(tree)
    findings = list(tree.findings)
    if isinstance(tree.value, dict):
        try:
            rules = Rules.model_validate(tree.value)
        except ValidationError as error:
            findings += rule_findings(Rules, error.errors(include_url=False), tree)
        else:
            if not findings:
                return rules
    raise ConfigError(tuple(findings))


def read_tree(path: Path) -> Tree:
    """The plain values of a rules file or folder, with their places and what is wrong as YAML."""
    if path.is_dir():
        return _read_folder(path)
    return _read_file(path)


def _read_file(path: Path) -> Tree:
    file = str(path)
    tree = Tree(places={(): Place(file, None)})
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return _refused(tree, "", "does not exist; give the path of a rules file or folder")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        tree.places[()] = Place(file, line)
        found = f"byte 0x{error.object[error.start]:02X}"
        return _refused(tree, found, "is not UTF-8; save it as UTF-8")
    except OSError as error:
        return _refused(tree, str(error.strerror), "cannot be read; check its rights")
    tree = parse_yaml(text, file)
    if not tree.findings and tree.value is None:
        return _refused(tree, "", "is empty; begin with `version: 1` and the sections")
    if not tree.findings and not isinstance(tree.value, dict):
        return _refused(tree, "", "is no mapping; begin with `version: 1` and the sections")
    return tree


def _read_folder(folder: Path) -> Tree:
    merged = Tree(places={(): Place(str(folder), None)})
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        return _refused(merged, str(error.strerror), "cannot be read; check its rights")
    files = [path for path in inside if path.suffix in _ENDINGS and path.name[0] != "."]
    if not files:
        return _refused(merged, "", "has no *.yaml or *.yml file; put the rules there")
    sections: dict[str, object] = {}
    for file in files:
        _merge(merged, sections, _read_file(file))
    merged.value = sections
    return merged


def _merge(merged: Tree, sections: dict[str, object], tree: Tree) -> None:
    """Adds the sections of one file; each may stand in one file only, but for the same `version`."""
    merged.findings += tree.findings
    if not isinstance(tree.value, dict):
        return
    repeated = set()
    for key, value in tree.value.items():
        if key not in sections:
            sections[key] = value
            continue
        repeated.add(key)
        if key != "version" or value != sections[key]:
            here, first = tree.places[key,], merged.places[key,]
            remedy = f"stands in {first.file}:{first.line} too; keep each section in one file"
            merged.findings.append(Finding(here.file, here.line, field_name((key,)), "", remedy))
    merged.places.update(
        (path, place) for path, place in tree.places.items() if path and path[0] not in repeated
    )


def _refused(tree: Tree, found: str, remedy: str) -> Tree:
    tree.value = None
    tree.refuse((), found, remedy)
    return tree
