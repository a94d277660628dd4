"""The schema that the package ships."""

from __future__ import annotations

import os

WRITTEN = os.path.join(os.path.dirname(__file__), "schema.json")


def schema() -> str:
    """The JSON schema of `keylint.toml`, as text."""
    with open(WRITTEN, encoding="utf-8") as file:
        return file.read()
