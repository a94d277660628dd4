"""Where keys stand in a TOML text, also among texts and arrays that go over several lines."""

from __future__ import annotations

import sys

import pytest

from keylint.config.lines import line_of, lines_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = '''\
select = [ # [policy]
  "a", # ignore = 1
  "b]",
]
ignore = ["x"]
note = """
exclude = 1
[[stores]]
\\""" [
"""
quoted = 'it''s'

[[stores]]
name = "one"
  [[stores.operations]]
  functions = ["f"]
  [[stores.operations]]
  verb = "add"
  identity = [
    { name = "key" },
  ]

[stores.keys]
"a.b" = ["c"]

[[stores]]
name.first = "two"
[[ stores . operations ]]
verb = '''.replace("'it''s'", "'it\"s ['") + "'''\nwrite'''\n[policy]\npolicy = 1\n"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["select"], 1),
        (["select", 0], 2),
        (["select", 1], 3),
        (["select", 2], 1),
        (["ignore"], 5),
        (["note"], 6),
        (["exclude"], None),
        (["quoted"], 11),
        (["stores"], 13),
        (["stores", 0], 13),
        (["stores", 0, "name"], 14),
        (["stores", 0, "operations"], 15),
        (["stores", 0, "operations", 0, "functions"], 16),
        (["stores", 0, "operations", 1], 17),
        (["stores", 0, "operations", 1, "identity"], 19),
        (["stores", 0, "operations", 1, "identity", 0, "name"], 20),
        (["stores", 0, "keys", "a.b"], 24),
        (["stores", 1, "name", "first"], 27),
        (["stores", 1, "operations", 0, "verb"], 29),
        (["stores", 1, "title"], 26),
        (["policy"], 31),
        (["policy", "policy"], 32),
        (["nothing"], None),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_key_is_found_where_it_stands(path: list[str | int], line: int | None, ends: str) -> None:
    text = TEXT.replace("\n", ends)
    tomllib.loads(text)
    assert line_of(lines_of(text), path) == line


def test_a_text_that_never_ends_takes_no_time() -> None:
    for text in ('"""' * 50_000, "[" * 100_000, "a = " + "'" * 100_000, '"' + "\\" * 100_000, "a.b." * 20_000 + "=", "#" * 100_000):
        assert line_of(lines_of(text), ["x"]) is None
