"""Where names of a project come from: its units, and the files that imports mean. Knows paths, manifests and the text of
import specifiers; nothing of stores, rules or grammars."""

from __future__ import annotations

from keylint.project.roots import project_root
from keylint.project.units import Project, Unit

__all__ = ["Project", "Unit", "project_root"]
