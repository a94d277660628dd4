"""A suppression comment names a rule that does not exist.

## What it does

Reports each code, beginning of a code or name in a suppression comment that means no rule, with the nearest one that does. In a
`# noqa` comment only codes that begin with `KL` are looked at.

## Why is this bad?

The code suppresses nothing, and the finding that it was meant for is reported, or will be.

## Example

```python
keyring.set_password(service, name, theme)  # keylint: ignore[mising-accessibility] a preference, no secret
```

## Fix safety

There is no automatic fix: only the author knows which rule was meant.

## References

- [Suppressing findings](suppressions.md)
"""

from __future__ import annotations

from keylint.interpret.events import Observations
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> tuple[Draft, ...]:
    """Nothing: whoever settles the findings reads the comments."""
    return ()


RULE = Rule("KL903", "unknown-code", "warning", DEFAULT, ("swift", "typescript", "python"), check)
