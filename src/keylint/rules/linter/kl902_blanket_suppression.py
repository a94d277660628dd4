"""A suppression comment says too little: no code, or no reason where one is required.

## What it does

Reports a suppression comment that names no rule. Where the configuration sets `require-reason`, reports one that gives no reason, a
`# noqa` that suppresses a finding of ours among them.

## Why is this bad?

A comment without a code hides every finding on its line, also those that are not there yet. Without a reason nobody who comes later
can tell whether it still holds.

## Example

```ts
await SecureStore.setItemAsync('theme', theme) // keylint: ignore
```

Say what is accepted, and why:

```ts
await SecureStore.setItemAsync('theme', theme) // keylint: ignore[KL101] a preference, no secret
```

## Fix safety

The fix is safe: it names the rules that the comment suppresses now. There is none for a reason that is missing.

## References

- [Suppressing findings](suppressions.md)
"""

from __future__ import annotations

from keylint.interpret.events import Observations
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> tuple[Draft, ...]:
    """Nothing: whoever settles the findings reads the comments."""
    return ()


RULE = Rule("KL902", "blanket-suppression", "warning", DEFAULT, ("swift", "typescript", "python"), check)
