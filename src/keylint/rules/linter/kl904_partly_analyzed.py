"""The parser skipped lines that mention a store.

## What it does

Reports the first place of a file that the parser could not make sense of, when the lines that it skipped mention a
store: by a word of its own, or by the name that the file imported it under. The message names the lines. What was parsed, also
inside such a region, is still checked.

Reports likewise the calls of a store that were parsed and never run, because the paths that lead there are more than the analysis
follows.

## Why is this bad?

A defect in the skipped lines goes unnoticed. Skipped lines that mention no store are not reported: the code compiles,
and the grammar lags behind the language.

## Fix safety

There is no automatic fix. If the code compiles, writing the construct more plainly, or splitting the function, lets it be checked.

## References

- tree-sitter: error nodes
"""

from __future__ import annotations

from keylint.interpret.events import Observations
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> tuple[Draft, ...]:
    """Nothing: whoever parses the files reports the lines that were skipped."""
    return ()


RULE = Rule("KL904", "partly-analyzed", "warning", DEFAULT, ("swift", "typescript", "python"), check)
