"""Where each key of a TOML file stands, so that a report can name its line.

The standard library reads TOML but keeps no places. This scanner runs over text that `tomllib` has accepted, so it
need not check anything: it only has to step over values and to note keys.
"""

from collections.abc import Callable, Mapping

import attrs

_BLANK = " \t"
_ENDS_OF_BARE_VALUE = ",]}#\n"


@attrs.frozen
class Place:
    """Line and column of a key, header or element; both count from 1."""

    line: int
    column: int


def places_of(text: str) -> Mapping[str, Place]:
    """Place of every key path (`feeds.binance.path`, `instances[0].window.start`) of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


@attrs.define(eq=False)
class _Scanner:
    text: str
    at: int = 0
    places: dict[str, Place] = attrs.field(factory=dict, init=False)
    _table_counts: dict[str, int] = attrs.field(factory=dict, init=False)

    def document(self) -> None:
        prefix = ""
        while self._to_next():
            if self._peek() == "[":
                prefix = self._header()
            else:
                self._key_value(prefix)

    def _header(self) -> str:
        start, is_array = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        path = ""
        parts = self._key()
        for number, part in enumerate(parts, start=1):
            path = f"{path}.{part}" if path else part
            if is_array and number == len(parts):
                self._note(path, start)
                self._table_counts[path] = self._table_counts.get(path, 0) + 1
            if path in self._table_counts:
                path = f"{path}[{self._table_counts[path] - 1}]"
            self._note(path, start)
        self.at = self.text.index("]", self.at) + (2 if is_array else 1)
        return path

    def _key_value(self, prefix: str) -> None:
        start = self.at
        path = prefix
        for part in self._key():
            path = f"{path}.{part}" if path else part
            self._note(path, start)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)

    def _key(self) -> list[str]:
        """Parts of a dotted key; stops at the `=` or `]` after it."""
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            parts.append(self._key_part())
            self._skip(_BLANK)
            if self._peek() != ".":
                return parts
            self.at += 1

    def _key_part(self) -> str:
        start = self.at
        if self._peek() in "\"'":
            self._string()
            return self.text[start + 1 : self.at - 1]
        while self._peek().isalnum() or self._peek() in ("-", "_"):
            self.at += 1
        return self.text[start : self.at]

    def _value(self, path: str) -> None:
        self._skip(_BLANK)
        opening = self._peek()
        if opening in ('"', "'"):
            self._string()
        elif opening == "{":
            self._enclosed("}", lambda _: self._key_value(path))
        elif opening == "[":
            self._enclosed("]", lambda number: self._element(f"{path}[{number}]"))
        else:
            while self._peek() and self._peek() not in _ENDS_OF_BARE_VALUE:
                self.at += 1

    def _element(self, path: str) -> None:
        self._note(path, self.at)
        self._value(path)

    def _enclosed(self, closing: str, item: Callable[[int], None]) -> None:
        self.at += 1
        number = 0
        while self._to_next() and self._peek() != closing:
            if self._peek() == ",":
                self.at += 1
                continue
            item(number)
            number += 1
        self.at += 1

    def _string(self) -> None:
        quote = self._peek()
        multiline = self.text.startswith(quote * 3, self.at)
        closing = quote * 3 if multiline else quote
        self.at += len(closing)
        while not self.text.startswith(closing, self.at):
            self.at += 2 if quote == '"' and self._peek() == "\\" else 1
        self.at += len(closing)
        # A multi-line string may end in up to two quotes of its own.
        while multiline and self._peek() == quote:
            self.at += 1

    def _to_next(self) -> bool:
        """Step over blanks, line ends and comments; False at the end of the text."""
        while self.at < len(self.text):
            self._skip(" \t\r\n")
            if self._peek() != "#":
                break
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        return self.at < len(self.text)

    def _skip(self, characters: str) -> None:
        while self._peek() and self._peek() in characters:
            self.at += 1

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _note(self, path: str, at: int) -> None:
        line = self.text.count("\n", 0, at) + 1
        self.places.setdefault(path, Place(line, at - self.text.rfind("\n", 0, at)))
