"""From bytes to the located tree: YAML 1.1, safe subset, one document, keys that are text and occur once."""

import attrs
import yaml
from yaml.constructor import SafeConstructor

from play_engine.play.document import Node, Scalar
from play_engine.play.problems import Problems, Spot

# Far beyond any Play that a person writes; a bound for aliases that multiply and for nesting that would exhaust the
# stack of those who walk the tree.
_MOST_NODES = 50_000
_DEEPEST = 50

_STANDARD = "tag:yaml.org,2002:"
_MERGE = _STANDARD + "merge"
# A lone `=` and a date are text to us.
_TEXT_TAGS = {_STANDARD + name for name in ("str", "timestamp", "value", "merge")}


def compose(text: bytes, problems: Problems) -> Node | None:
    """The root mapping of the document; None, with the reason among the problems, where there is none."""
    root = _compose_yaml(text, problems)
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode):
        spot = Spot(root.start_mark.line + 1, root.start_mark.column + 1, "")
        problems.error(spot, "INVALID_TYPE", found=_kind(root), allowed="a mapping at the root of the file")
        return None
    return _Builder(problems=problems).node(root, "", None)


def read_scalar(text: str) -> Scalar:
    """`text` read as one YAML scalar; what is not one stays text."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return text
    if node is None:
        return None
    if not isinstance(node, yaml.ScalarNode):
        return text
    try:
        return _scalar(node)
    except (ValueError, LookupError):
        return text


def _compose_yaml(text: bytes, problems: Problems) -> yaml.Node | None:
    """The node graph of PyYAML; None after a syntax error, which ends the collection."""
    try:
        source = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        problems.error(Spot(line, 1, ""), "YAML_SYNTAX", found=f"byte {error.start} is not UTF-8", allowed="UTF-8 text")
        return None
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = Spot(mark.line + 1, mark.column + 1, "") if mark else Spot(1, 1, "")
        problems.error(spot, "YAML_SYNTAX", found=str(error.problem or error.context))
    except yaml.reader.ReaderError as error:
        before = source[: int(error.position)]
        spot = Spot(before.count("\n") + 1, len(before) - before.rfind("\n"), "")
        problems.error(spot, "YAML_SYNTAX", found="a character that YAML does not allow", allowed="printable text")
    except RecursionError:
        problems.error(Spot(1, 1, ""), "YAML_SYNTAX", found="lists or mappings nested too deeply")
    else:
        if root is None:
            problems.error(Spot(1, 1, ""), "INVALID_TYPE", found="an empty file", allowed="a mapping")
        return root
    return None


@attrs.define(eq=False)
class _Builder:
    """Turns PyYAML's nodes into located ones; an alias becomes a copy for each place where it is used."""

    problems: Problems
    _count: int = 0
    _open: list[int] = attrs.field(factory=list)

    def node(self, source: yaml.Node, path: str, key: yaml.Node | None) -> Node:
        """The located node of `source`; broken, after a report, where it cannot be used."""
        node = Node(
            value=None,
            path=path,
            line=source.start_mark.line + 1,
            column=source.start_mark.column + 1,
            key_line=key.start_mark.line + 1 if key else 0,
            key_column=key.start_mark.column + 1 if key else 0,
        )
        reason = self._refusal(source)
        if reason:
            self.problems.error(node.spot, "YAML_SYNTAX", found=reason)
            node.broken = True
            return node
        self._open.append(id(source))
        self._fill(node, source)
        self._open.pop()
        return node

    def _refusal(self, source: yaml.Node) -> str:
        self._count += 1
        if id(source) in self._open:
            return "an alias to the value that contains it"
        if len(self._open) >= _DEEPEST:
            return f"values nested deeper than {_DEEPEST} levels"
        return f"more than {_MOST_NODES} values, aliases counted" if self._count > _MOST_NODES else ""

    def _fill(self, node: Node, source: yaml.Node) -> None:
        if isinstance(source, yaml.MappingNode) and source.tag == _STANDARD + "map":
            node.value = self._entries(source, node)
            # Nothing is left to say about a mapping of which no entry could be used.
            node.broken = node.lacks_entries and not node.value
        elif isinstance(source, yaml.SequenceNode) and source.tag == _STANDARD + "seq":
            node.value = [self.node(item, node.child_path(i), None) for i, item in enumerate(source.value)]
        elif isinstance(source, yaml.ScalarNode):
            self._fill_scalar(node, source)
        else:
            self._refuse_tag(node, source)

    def _fill_scalar(self, node: Node, source: yaml.ScalarNode) -> None:
        try:
            node.value = _scalar(source)
        except LookupError:
            self._refuse_tag(node, source)
        except ValueError:
            self.problems.error(node.spot, "INVALID_VALUE", found=source.value[:60], allowed="a value of its tag")
            node.broken = True

    def _refuse_tag(self, node: Node, source: yaml.Node) -> None:
        self.problems.error(node.spot, "YAML_SYNTAX", found=f"tag {source.tag}", allowed="no tags: write plain values")
        node.broken = True

    def _entries(self, source: yaml.MappingNode, parent: Node) -> dict[str, Node]:
        """Entries of a mapping; those of merge keys first, as far as they are not written again."""
        written: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for key, value in source.value:
            if key.tag == _MERGE:
                merged = self._merged(value, parent) | merged
                continue
            name = self._key(key, parent)
            if name is None:
                parent.lacks_entries = True
                continue
            child = self.node(value, parent.child_path(name), key)
            if name in written:
                first = f"{name} is already written in line {written[name].key_line}"
                self.problems.error(child.key_spot, "DUPLICATE_KEY", found=first, allowed="each key once")
            else:
                written[name] = child
        return {name: child for name, child in merged.items() if name not in written} | written

    def _merged(self, source: yaml.Node, parent: Node) -> dict[str, Node]:
        """Entries that a merge key brings in; of a list of mappings the first one that has a key wins."""
        parts = source.value if isinstance(source, yaml.SequenceNode) else [source]
        entries: dict[str, Node] = {}
        for part in parts:
            copy = self.node(part, parent.path, None)
            parent.lacks_entries = parent.lacks_entries or copy.lacks_entries
            if not copy.is_mapping and not copy.broken:
                self.problems.error(copy.spot, "INVALID_TYPE", found=copy.shown(), allowed="a mapping to merge")
            entries = copy.fields | entries
        return entries

    def _key(self, key: yaml.Node, parent: Node) -> str | None:
        """The text of a key; None after a report."""
        if isinstance(key, yaml.ScalarNode) and key.tag in _TEXT_TAGS:
            return key.value
        shown = key.value if isinstance(key, yaml.ScalarNode) else _kind(key)
        spot = Spot(key.start_mark.line + 1, key.start_mark.column + 1, parent.path)
        hint = f'quote it: "{shown}"' if isinstance(key, yaml.ScalarNode) else ""
        self.problems.error(spot, "INVALID_TYPE", found=f"key {shown}", allowed="keys are text", hint=hint)
        return None


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "a scalar"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _scalar(node: yaml.ScalarNode) -> Scalar:
    """Value of a scalar; ValueError where it does not fit its tag, LookupError for a tag that we do not read."""
    if node.tag in _TEXT_TAGS:
        return node.value
    constructor = SafeConstructor()
    readers = {
        "int": constructor.construct_yaml_int,
        "float": constructor.construct_yaml_float,
        "bool": constructor.construct_yaml_bool,
        "null": constructor.construct_yaml_null,
    }
    read = readers[node.tag.removeprefix(_STANDARD)]
    try:
        return read(node)
    except LookupError as error:  # `!!bool perhaps`, `!!int ""`
        raise ValueError(node.value) from error
