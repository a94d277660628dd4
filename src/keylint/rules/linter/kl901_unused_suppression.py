"""A suppression comment suppresses nothing.

## What it does

Reports a suppression comment, or one code of several in it, that matches no finding; one that is not understood, such as
`keylint: ignore(KL101)`; and one that has expired and matches nothing any more.

Nothing is said where it cannot be known: when a rule that the comment names was not selected for the file, when part of the project was not
analyzed (KL900, KL904), or when the comment is about a finding that is only hidden by `--min-confidence`. A comment without codes
is judged when all rules run. Of `# noqa` comments only our own codes are looked at, and in files that mention no store no comment is.

## Why is this bad?

The comment claims that something is accepted here. When the code under it changes, it hides a defect that nobody has looked at.
One that is not understood hides nothing, although whoever wrote it thinks so.

## Example

```swift
// keylint: ignore[KL101] public data
let status = SecItemDelete(query as CFDictionary)
```

## Fix safety

The fix is safe: it deletes the comment, or the codes from it that match nothing. A comment that is not understood is left to its author.

## References

- [Suppressing findings](suppressions.md)
"""

from __future__ import annotations

from keylint.interpret.events import Observations
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> tuple[Draft, ...]:
    """Nothing: whoever settles the findings knows which comments were of use."""
    return ()


RULE = Rule("KL901", "unused-suppression", "warning", DEFAULT, ("swift", "typescript", "python"), check)
