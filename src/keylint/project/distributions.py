"""Python distributions in a tree: their names, the directories their modules are imported from, and what they depend on."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from keylint.project.formats import parse_toml, table, text_of, texts
from keylint.project.tree import Tree, inside, join

MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_QUOTED_REQUIREMENT = re.compile(r"""["']([A-Za-z0-9][A-Za-z0-9._-]{0,99})""")
_LISTED_REQUIREMENT = re.compile(r"^[ \t]+([A-Za-z0-9][A-Za-z0-9._-]{0,99})", re.M)
_NAME_IN_SETUP = re.compile(r"""^[ \t]*(?:setup\()?[ \t]*name[ \t]*=[ \t]*["']?([A-Za-z0-9][A-Za-z0-9._-]{0,99})""", re.M)
_SOURCE_IN_SETUP = re.compile(r"""package_dir\s*=\s*(?:\{\s*["']{2}\s*:\s*["']([^"']{1,200})["']|=\s*([^\s#]{1,200}))""")
_SEPARATORS = re.compile(r"[-_.]+")


class Distribution(Struct, frozen=True):
    """A directory that is built as one. `roots` are the directories that its modules are imported from, `names` what it depends on by
    normalized name and `places` by directory."""

    directory: str
    name: str
    roots: tuple[str, ...]
    names: frozenset[str]
    places: frozenset[str]


class Distributions:
    """The distributions of a tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._at: dict[str, Distribution | None] = {}

    def at(self, directory: str) -> Distribution | None:
        """The distribution whose root is `directory`."""
        if directory not in self._at:
            self._at[directory] = self._read(directory)
        return self._at[directory]

    def is_at(self, directory: str) -> bool:
        """There is one, as far as names tell."""
        return any(self._present(directory, name) for name in MANIFESTS) and self.at(directory) is not None

    def _present(self, directory: str, name: str) -> bool:
        return (name.endswith(".py") and join(directory, name) in self._tree.paths) or self._tree.has(directory, name)

    def _read(self, directory: str) -> Distribution | None:
        present = [name for name in MANIFESTS if self._present(directory, name)]
        setup = {name: self._tree.text(join(directory, name)) for name in present if name != "pyproject.toml"}
        if present == ["setup.cfg"] and "[metadata]" not in setup["setup.cfg"] and "[options]" not in setup["setup.cfg"]:
            return None
        if not present:
            return None
        project = parse_toml(self._tree.text(join(directory, "pyproject.toml"))) if "pyproject.toml" in present else {}
        poetry = table(project, "tool", "poetry")
        name = text_of(table(project, "project").get("name")) or text_of(poetry.get("name"))
        names, places = _wanted(project)
        sources = _sources(project)
        for text in setup.values():
            if not name and (match := _NAME_IN_SETUP.search(text)):
                name = match[1]
            sources += [match[1] or match[2] for match in _SOURCE_IN_SETUP.finditer(text)]
            names.update(_QUOTED_REQUIREMENT.findall(text), _LISTED_REQUIREMENT.findall(text))
        roots = [directory, join(directory, "src"), *(place for source in sources if (place := inside(directory, source)) is not None)]
        return Distribution(
            directory,
            name or directory.rpartition("/")[2],
            tuple(dict.fromkeys(roots)),
            frozenset(map(normalized, names)),
            frozenset(place for path in places if (place := inside(directory, path)) is not None),
        )


def normalized(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return _SEPARATORS.sub("-", name).lower()


def _wanted(project: dict[str, Any]) -> tuple[set[str], list[str]]:
    """Names and directories that a `pyproject.toml` depends on."""
    declared = table(project, "project")
    requirements = texts(declared.get("dependencies"))
    for extra in table(declared.get("optional-dependencies")).values():
        requirements += texts(extra)
    names = {match[1] for requirement in requirements if (match := _REQUIREMENT.match(requirement))}
    places: list[str] = []
    for sources in (table(project, "tool", "poetry", "dependencies"), table(project, "tool", "uv", "sources")):
        for name, source in sources.items():
            names.add(name)
            places += texts(table(source).get("path"))
    return names, places


def _sources(project: dict[str, Any]) -> list[str]:
    """The directories that a `pyproject.toml` says modules are in."""
    setuptools = table(project, "tool", "setuptools")
    found = texts(table(setuptools.get("package-dir")).get("")) + texts(table(setuptools, "packages", "find").get("where"))
    found += texts(table(project, "tool", "pdm", "build").get("package-dir"))
    packages = table(project, "tool", "poetry").get("packages")
    for package in packages if isinstance(packages, list) else ():
        found += texts(table(package).get("from"))
    wheel = table(project, "tool", "hatch", "build", "targets", "wheel")
    return found + [package.rpartition("/")[0] for package in texts(wheel.get("packages")) if "/" in package]
