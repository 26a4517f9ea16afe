"""YAML as plain values with their places; what a reader would silently drop or guess is a finding."""

from dataclasses import dataclass

import yaml

from config.places import Path, Place, Tree
from config.yaml_syntax import FORMS, TAG, compose, plain_scalar, syntax_finding

_MOST_VALUES = 200_000  # a rules file has hundreds; this bounds what nested aliases can expand to


def parse_yaml(text: str, file: str) -> Tree:
    """Reads one YAML document; ``file`` is the name that findings carry."""
    tree = Tree(places={(): Place(file, None)})
    try:
        node = compose(text)
        if node is not None:
            tree.places[()] = Place(file, node.start_mark.line + 1)
            tree.value = _Reader(tree, file).read(node, (), frozenset())
    except (yaml.YAMLError, RecursionError) as error:
        tree.findings.append(syntax_finding(error, text, file))
    return tree


@dataclass(slots=True)
class _Reader:
    tree: Tree
    file: str

    def read(self, node: yaml.Node, path: Path, inside: frozenset[int]) -> object:
        """The plain value of a node; ``inside`` holds the ids of the nodes around it."""
        if id(node) in inside:
            self.tree.refuse(path, "", "refers to itself; write the values out")
        elif len(self.tree.places) > _MOST_VALUES:
            self.tree.refuse(path, "", f"is beyond {_MOST_VALUES} values; split the rules")
        elif isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, inside | {id(node)})
        elif isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path, inside | {id(node)})
        else:
            return self._scalar(node, path)
        return None

    def _sequence(
        self, node: yaml.SequenceNode, path: Path, inside: frozenset[int]
    ) -> list[object]:
        values = []
        for i, item in enumerate(node.value):
            self.tree.places[*path, i] = Place(self.file, item.start_mark.line + 1)
            values.append(self.read(item, (*path, i), inside))
        return values

    def _mapping(
        self, node: yaml.MappingNode, path: Path, inside: frozenset[int]
    ) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.tree.refuse(
                    path, "", "has a key that is no text; write `key: value`", line=line
                )
                continue
            here = (*path, key_node.value)  # keys are text, whatever they look like
            if key_node.value in values:
                first = self.tree.places[here].line
                remedy = f"is written twice, first in line {first}; keep one"
                self.tree.refuse(here, "", remedy, line=line)
                continue
            self.tree.places[here] = Place(self.file, line)
            values[key_node.value] = self.read(value_node, here, inside)
        return values

    def _scalar(self, node: yaml.Node, path: Path) -> object:
        kind, text = node.tag.removeprefix(TAG), str(node.value)
        if kind == "str":
            return text
        if kind in FORMS and FORMS[kind].match(text):
            return plain_scalar(kind, text)
        remedy = f"has the tag {node.tag.replace(TAG, '!!')}, which does not fit; leave the tag out"
        self.tree.refuse(path, repr(text), remedy)
        return None
