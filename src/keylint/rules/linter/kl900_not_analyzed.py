"""Nothing of a file could be analyzed.

## What it does

Reports a file that cannot be read, is not text in the encoding that it claims, has no parse tree, or on which the
analysis itself failed.

## Why is this bad?

A file that was not analyzed is not a clean file. The run ends with exit status 3, so that nobody takes silence for
safety.

## Fix safety

There is no automatic fix. Save the file as UTF-8, correct its syntax, or exclude it by name. A failure of the analysis
itself is a bug in keylint; please report it.

## References

- PEP 263: Defining Python Source Code Encodings
"""

from __future__ import annotations

from keylint.interpret.events import Observations
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> tuple[Draft, ...]:
    """Nothing: whoever reads the files reports those that could not be analyzed."""
    return ()


RULE = Rule("KL900", "not-analyzed", "error", DEFAULT, ("swift", "typescript", "python"), check)
