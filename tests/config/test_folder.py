"""A folder of rules files is read as one, each section from one file."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import DEFAULT_RULES, load_rules
from config.yaml_syntax import dump

SECTIONS = load_rules(None).model_dump(mode="json", exclude_none=True)


def _split(folder: Path) -> None:
    for i, (section, value) in enumerate(SECTIONS.items()):
        ending = "yml" if i % 2 else "yaml"
        folder.joinpath(f"{i}-{section}.{ending}").write_text(dump({section: value}))


def _said(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load_rules(folder)
    return [str(one).replace(f"{folder}/", "") for one in raised.value.findings]


def test_sections_of_several_files_are_one_set_of_rules(tmp_path: Path) -> None:
    """The default rules, cut into a file for each section, load as the default rules."""
    _split(tmp_path)
    tmp_path.joinpath("notes.txt").write_text("not YAML: [")
    tmp_path.joinpath(".hidden.yaml").write_text("not YAML: [")
    assert load_rules(tmp_path) == load_rules(None)


def test_a_section_in_two_files_names_both_places(tmp_path: Path) -> None:
    """The later file is told where the section stands already."""
    _split(tmp_path)
    tmp_path.joinpath("9.yaml").write_text("version: 1\ndetection:\n  overrides: []\n")
    assert _said(tmp_path) == [
        "9.yaml:2: detection: stands in 4-detection.yaml:1 too; keep each section in one file"
    ]


def test_a_mistake_carries_the_file_it_stands_in(tmp_path: Path) -> None:
    """Findings of a folder name the very file and its line."""
    _split(tmp_path)
    tmp_path.joinpath("6-digest.yaml").write_text('digest:\n  channel: "#f"\n  topp: 3\n')
    assert _said(tmp_path) == ["6-digest.yaml:3: digest.topp: is unknown; did you mean top?"]


def test_a_missing_section_is_said_of_the_folder(tmp_path: Path) -> None:
    """What no file has is missing in the folder."""
    _split(tmp_path)
    tmp_path.joinpath("6-digest.yaml").unlink()
    assert _said(tmp_path) == [f"{tmp_path}: digest: is missing; add it"]


def test_versions_that_differ_are_found(tmp_path: Path) -> None:
    """`version` may be repeated only if it is the same."""
    _split(tmp_path)
    tmp_path.joinpath("9.yaml").write_text("version: 2\n")
    assert _said(tmp_path) == [
        "9.yaml:1: version: stands in 0-version.yaml:1 too; keep each section in one file"
    ]


def test_broken_and_empty_files_are_all_said(tmp_path: Path) -> None:
    """One bad file does not hide what is wrong with another."""
    _split(tmp_path)
    tmp_path.joinpath("8.yaml").write_text("# nothing\n")
    tmp_path.joinpath("9.yaml").write_text("a: [")
    said = _said(tmp_path)
    assert [one.split(":")[0] for one in said] == ["8.yaml", "9.yaml"]


def test_a_folder_without_yaml_is_said(tmp_path: Path) -> None:
    """An empty folder is a mistake, not a set of defaults."""
    assert _said(tmp_path) == [
        f"{tmp_path}: file: has no *.yaml or *.yml file; put the rules there"
    ]


def test_the_default_file_is_part_of_the_package() -> None:
    """The packaged rules stand beside the loader, with their schema."""
    assert DEFAULT_RULES.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=rules.schema.json\n"
    )
    assert DEFAULT_RULES.with_name("rules.schema.json").is_file()
