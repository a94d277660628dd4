"""Where names of a project come from: its units, and the files that imports mean. Knows paths, manifests and the text of
import specifiers; nothing of stores, rules or grammars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.project.roots import project_root

if TYPE_CHECKING:
    from keylint.project.units import Project, Unit

__all__ = ["Project", "Unit", "project_root"]


def __getattr__(name: str) -> object:
    """A file that is alone needs no project."""
    if name in ("Project", "Unit"):
        from keylint.project import units

        return getattr(units, name)
    raise AttributeError(name)
