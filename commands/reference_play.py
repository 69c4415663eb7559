"""The reference page of the Play file, from its schema: a table of keys for each mapping, the forms of all else."""

from collections.abc import Iterator, Mapping
from typing import Any

from commands.reference_markdown import code, page, range_text, table, words
from play_engine.play.ranges import ANY, Range

_INTRODUCTION = (
    "The keys of a Play file and what may stand under them; a key that is not named here is an error. Instead of any "
    "value a variable may stand: `${name}`, or `${name|default}`. `python supervisor.py schema` prints the same as a "
    "JSON Schema, `python supervisor.py check PLAY` says what is wrong with a file. What an indicator or a structure "
    "takes under `params` is on [its](indicators.md) [page](structures.md)."
)
# Stand for any value, and are not repeated at each.
_PLACEHOLDERS = ("placeholder", "template")
_PARAMETERS = "params_of_"
_TYPE_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "`true` or `false`",
    "null": "`null`",
    "array": "a list",
    "object": "a mapping",
}
Schema = Mapping[str, Any]


def play_page(schema: Schema) -> str:
    """The page: the root first, then everything in the order in which it is first mentioned."""
    return page("The Play file", _INTRODUCTION, _Sections(schema).all())


class _Sections:
    def __init__(self, schema: Schema) -> None:
        self._root = schema
        self._definitions: Mapping[str, Schema] = schema["$defs"]

    def all(self) -> Iterator[str]:
        """A section for each definition that is no parameter list."""
        yield self._section("## The root", self._root)
        for name in self._in_order():
            definition = self._definitions[name]
            yield self._section(f"## {definition['title']}", definition)

    def _in_order(self) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(_links(self._root.get("properties", {})))
        while waiting:
            name = waiting.pop(0)
            if name not in found and name not in _PLACEHOLDERS and not name.startswith(_PARAMETERS):
                found[name] = None
                if not self._typed(self._definitions[name]):
                    waiting = [*_links(self._definitions[name]), *waiting]
                else:
                    waiting = [*self._links_of_types(self._definitions[name]), *waiting]
        return list(found)

    def _links_of_types(self, definition: Schema) -> Iterator[str]:
        for _, keys in self._typed(definition):
            yield from _links(keys)

    def _section(self, heading: str, definition: Schema) -> str:
        typed = self._typed(definition)
        if typed:
            body = self._typed_table(typed)
        elif "properties" in definition:
            body = self._keys_table(definition)
        else:
            body = "\n".join(f"- {form}" for form in self._forms(definition))
        needed = " At least one key." if definition.get("minProperties") and "maxProperties" not in definition else ""
        return "\n\n".join(part for part in (heading, definition["description"] + needed, body) if part)

    def _keys_table(self, definition: Schema) -> str:
        rows = [
            (code(name), self._value(key), self._default(name, key, definition), key["description"])
            for name, key in definition["properties"].items()
        ]
        return table(("key", "value", "default", "meaning"), rows) if rows else ""

    def _typed(self, definition: Schema) -> list[tuple[str, Schema]]:
        """The types of a mapping whose keys depend on its `type`, each with its definition."""
        rules = [rule for rule in definition.get("allOf", ()) if "properties" in rule.get("if", {})]
        pairs = [(rule["if"]["properties"].get("type", {}).get("const"), rule["then"].get("$ref")) for rule in rules]
        return [(kind, self._definitions[_name(link)]) for kind, link in pairs if kind and link]

    def _typed_table(self, typed: list[tuple[str, Schema]]) -> str:
        rows: list[tuple[str, ...]] = []
        for kind, definition in typed:
            rows.append((f"**{code(kind)}**", "", "", "", definition["description"]))
            rows += [
                ("", code(name), self._value(key), self._default(name, key, definition), key["description"])
                for name, key in definition["properties"].items()
                if name != "type" and not key.get("deprecated")
            ]
        return table(("type", "key", "value", "default", "meaning"), rows)

    def _default(self, name: str, key: Schema, definition: Schema) -> str:
        if name in (*definition.get("required", ()), *definition.get("then", {}).get("required", ())):
            return "required"
        return code(key["default"]) if "default" in key else "–"

    def _value(self, key: Schema) -> str:
        """What may be written under a key."""
        return ", or ".join(self._forms(key)) or "anything"

    def _forms(self, schema: Schema) -> list[str]:
        """Each form that a value may have."""
        return list(dict.fromkeys(self._all_forms(schema)))

    def _all_forms(self, schema: Schema) -> Iterator[str]:
        if "$ref" in schema:
            name = _name(schema["$ref"])
            if name not in _PLACEHOLDERS:
                yield self._link(name)
        elif "if" in schema:
            for branch in (schema.get("then", {}), schema.get("else", {})):
                yield from self._all_forms(branch)
        elif any("if" in rule for rule in schema.get("allOf", ())) and "prefixItems" not in schema:
            yield from self._forms_by_type(schema)
        elif "enum" in schema or "const" in schema:
            yield self._names(schema)
        elif "type" in schema:
            yield from self._forms_of_types(schema)
        else:
            for form in schema.get("anyOf", ()):
                yield from self._all_forms(form)

    def _forms_by_type(self, schema: Schema) -> Iterator[str]:
        for rule in schema["allOf"]:
            kind = rule["if"]["type"]
            yield from self._all_forms(rule["then"] if rule["then"].get("$ref") else {"type": kind, **rule["then"]})

    def _forms_of_types(self, schema: Schema) -> Iterator[str]:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        for kind in kinds:
            if kind == "string" and "anyOf" in schema:
                inner = [form for form in schema["anyOf"] if "enum" in form]
                yield from (self._names(form) for form in inner)
                if inner:
                    continue
            if kind == "array" and ("items" in schema or "prefixItems" in schema):
                yield self._list(schema)
            elif kind in ("number", "integer"):
                yield _TYPE_WORDS[kind] + range_text(_range(schema))
            elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
                inner = ", or ".join(self._forms(schema["additionalProperties"]))
                yield f"a mapping of names to: {inner}"
            else:
                yield _TYPE_WORDS[kind]

    def _list(self, schema: Schema) -> str:
        if "prefixItems" in schema:
            return "a list: " + "; ".join(", or ".join(self._forms(item)) for item in schema["prefixItems"])
        count = _count(schema.get("minItems"), schema.get("maxItems"))
        return f"a list{count}: {', or '.join(self._forms(schema['items']))}"

    def _names(self, schema: Schema) -> str:
        names = schema.get("enum", [schema.get("const")])
        for key, file in (("feature", "indicators"), ("structure", "structures")):
            first = next(iter(self._definitions[key]["properties"].values()))
            if schema in first["anyOf"]:
                return f"one of the [{file}]({file}.md)"
        return words(names)

    def _link(self, name: str) -> str:
        title = self._definitions[name]["title"]
        return f"[{title[:1].lower()}{title[1:]}](#{title.lower().replace(' ', '-')})"


def _range(schema: Schema) -> Range:
    low = schema.get("minimum", schema.get("exclusiveMinimum", ANY.low))
    high = schema.get("maximum", schema.get("exclusiveMaximum", ANY.high))
    return Range(low, high, "exclusiveMinimum" in schema, "exclusiveMaximum" in schema)


def _count(least: int | None, most: int | None) -> str:
    if least is not None and least == most:
        return f" of {least}"
    return f" of at least {least}" if least else ""


def _links(value: Any) -> Iterator[str]:
    """The names of all definitions that are mentioned, in order."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield _name(value["$ref"])
        for child in value.values():
            yield from _links(child)
    elif isinstance(value, list):
        for child in value:
            yield from _links(child)


def _name(link: str) -> str:
    return link.removeprefix("#/$defs/")
