"""Every case of every fixture, and what the fixtures as a whole must have."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import FIXTURES, Case, Fixture, MalformedFixture, difference, findings, parse_fixture, read_fixture
from keylint.rules.registry import codes, load

_FILES = sorted(FIXTURES.glob("*.md"))


def _fixtures() -> list[Fixture]:
    """The fixtures that can be read; those that cannot fail in `test_fixture_is_well_formed`."""
    found = []
    for path in _FILES:
        try:
            found.append(read_fixture(path))
        except MalformedFixture:
            continue
    return found


_READ = _fixtures()
_CASES = [pytest.param(fixture, case, id=f"{fixture.code}:{case.row}:{case.title}") for fixture in _READ for case in fixture.cases]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_fixture_is_well_formed(path: Path) -> None:
    fixture = read_fixture(path)
    assert path.name == f"{fixture.code}-{fixture.name}.md"


@pytest.mark.parametrize(("fixture", "case"), _CASES)
def test_case(fixture: Fixture, case: Case) -> None:
    found = difference(case.expected, findings(case))
    assert not found, f"{fixture.path.name}:{case.row}\n" + "\n".join(found)


@pytest.mark.parametrize("code", codes())
def test_every_rule_is_specified(code: str) -> None:
    fixture = next((fixture for fixture in _READ if fixture.code == code), None)
    assert fixture is not None, f"there is no fixture {code}-{codes()[code]}.md"
    if code in ("KL900", "KL904"):
        return
    for language in load(code).languages:
        cases = [case for case in fixture.cases if language in case.languages]
        assert any(code in {mark.code for mark in case.expected} for case in cases), f"no case in {language} expects {code}"
        assert any(code not in {mark.code for mark in case.expected} for case in cases), f"no case in {language} is silent of {code}"


HEAD = "# KL101 missing-accessibility\n\nProse.\n\n"


def _parsed(text: str) -> Fixture:
    return parse_fixture(Path("KL101-missing-accessibility.md"), HEAD + text)


def test_marks_and_file_names() -> None:
    fixture = _parsed(
        "## two files\n\n`a/b.ts`:\n\n```ts\none() // why, expect: KL101, KL103\n// expect-next: KL105\n\ntwo()\n```\n\n"
        "```tsx\n<A>{/* expect: KL110 */}</A>\n```\n\n```toml\nselect = ['KL1']\n```\n"
    )
    (case,) = fixture.cases
    assert [path for path, _ in case.files] == ["a/b.ts", "case.tsx"]
    assert [tuple(mark) for mark in case.expected] == [
        ("a/b.ts", 1, "KL101"),
        ("a/b.ts", 1, "KL103"),
        ("a/b.ts", 3, "KL105"),
        ("case.tsx", 1, "KL110"),
    ]
    assert case.select == ("KL1",)
    assert case.languages == {"typescript"}


def test_manifests_stand_beside_the_files() -> None:
    (case,) = _parsed(
        "## case\n\n`tsconfig.json`:\n\n```json\n{} // none\n```\n\n`pyproject.toml`:\n\n```toml\n[project]\n```\n\n"
        "```toml\nselect = ['KL1']\n```\n\n`Package.swift`:\n\n```swift\nlet package = 1\n```\n"
    ).cases
    assert case.manifests == (("tsconfig.json", "{} // none\n"), ("pyproject.toml", "[project]\n"))
    assert [path for path, _ in case.files] == ["Package.swift"]
    assert case.select == ("KL1",)


@pytest.mark.parametrize(
    "text",
    [
        "## case\n\n```ruby\nputs 1\n```\n",
        "## case\n\n```python\nx = 1  # expect: KL999\n```\n",
        "## case\n\n```python\nx = 1  # expect: everything\n```\n",
        "## case\n\n```python\nx = 1  # expected: KL101\n```\n",
        "## case\n\n```python\nx = 1  # expect-next: KL101\n```\n",
        "## case\n\n```toml\nselekt = ['KL1']\n```\n\n```python\nx = 1\n```\n",
        "## case\n\n```toml\nselect = ['KL77']\n```\n\n```python\nx = 1\n```\n",
        "## case\n\n```python\nx = 1\n",
        "## case\n\nprose alone\n",
        "## case\n\n```json\n{}\n```\n\n```python\nx = 1\n```\n",
        "## case\n\n`a.json`:\n\n```json\n{}\n```\n",
        "## case\n\n`a.json`:\n\n```json\n{} // expect: KL101\n```\n\n```python\nx = 1\n```\n",
        "## case\n\n`a.json`:\n\n```json\n{}\n```\n\n`a.json`:\n\n```json\n{}\n```\n\n```python\nx = 1\n```\n",
        "## case\n\n```python\nx = 1\n```\n\n```python\ny = 1\n```\n",
        "## case\n\n```python\nx = 1\n```\n\n## case\n\n```python\ny = 1\n```\n",
        "```python\nx = 1\n```\n",
        "# KL101 missing-accessibility\n",
    ],
)
def test_what_is_not_understood_is_an_error(text: str) -> None:
    with pytest.raises(MalformedFixture):
        _parsed(text)


def test_a_title_that_names_no_rule_is_an_error() -> None:
    with pytest.raises(MalformedFixture):
        parse_fixture(Path("x.md"), "# KL101 something-else\n")


def test_difference_counts() -> None:
    (case,) = _parsed("## case\n\n```python\nx = 1  # expect: KL101\n```\n").cases
    assert difference(case.expected, ()) == ["case.py:1: KL101 was not found"]
    assert difference((), case.expected * 2) == ["case.py:1: KL101 was not expected"] * 2
    assert difference(case.expected, case.expected) == []
