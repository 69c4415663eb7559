"""The scanner finds every key that the TOML reader finds."""

import tomllib

import pytest

from commands.config_places import places_of
from tests.commands.config_mistakes import GOOD

HARD = '''\
# a comment with [brackets] and = signs
top = "# not a comment" # a comment
[a.b] # header comment
"quoted key" = 'C:\\path\\'
x.y.z = 1
list = [
  1, # one
  { deep = "}" , other = [ [1], [2, 3] ] },
  """
multi "quoted" \\""" line = 1
""",
]
text = \'\'\'
[not.a.header]
''\'\'\'
date = 1979-05-27 07:32:00
[[rows]]
k = 1
[rows.sub]
s = 1
[[rows]]
k = 2
  [[rows.inner]]
  i = """a""""
[[rows.inner]]
i = 2
[ spaced . out ]
v=true
'''


def paths(value: object, path: str = "") -> set[str]:
    """Every key path of a TOML document."""
    found = {path} if path else set()
    if isinstance(value, dict):
        for key, child in value.items():
            found |= paths(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, child in enumerate(value):
            found |= paths(child, f"{path}[{number}]")
    return found


@pytest.mark.parametrize("text", [GOOD, HARD], ids=["good", "hard"])
def test_finds_exactly_the_keys_of_the_document(text: str) -> None:
    assert set(places_of(text)) == paths(tomllib.loads(text))


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ("top", 2, 1),
        ("a.b.quoted key", 4, 1),
        ("a.b.x.y.z", 5, 1),
        ("a.b.list[1].deep", 8, 5),
        ("a.b.list[1].other[1][0]", 8, 34),
        ("a.b.list[2]", 9, 3),
        ("a.b.date", 16, 1),
        ("rows[0].sub.s", 20, 1),
        ("rows[1]", 21, 1),
        ("rows[1].inner[0].i", 24, 3),
        ("rows[1].inner[1]", 25, 1),
        ("spaced.out.v", 28, 1),
    ],
)
def test_places(path: str, line: int, column: int) -> None:
    place = places_of(HARD)[path]
    assert (place.line, place.column) == (line, column)
