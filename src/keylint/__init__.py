"""keylint: a linter for how apps keep secrets at rest."""

__version__ = "0.1.0"
