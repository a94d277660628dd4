"""Projects in memory for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping

from keylint.languages import language_of
from keylint.project import Project

Files = Mapping[str, object]


def with_manifests(paths: str, manifests: Files, root: str = "/home/me/app") -> Project:
    """A project of empty source files and of manifests: text as it is, other values as JSON."""
    contents = {path: value if isinstance(value, str) else json.dumps(value) for path, value in manifests.items()}
    sources = [*paths.split(), *(path for path in contents if language_of(path) and path not in paths.split())]

    def names(directory: str) -> list[str]:
        prefix = directory + "/" if directory else ""
        return [path[len(prefix) :].partition("/")[0] for path in contents if path.startswith(prefix)]

    def read(path: str) -> bytes | None:
        return contents[path].encode() if path in contents else None

    return Project(root, sources, read, names)
