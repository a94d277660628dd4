"""A keyring backend that stores secrets unencrypted is selected.

## What it does

Reports the selection of a backend that writes secrets as plain text, in code or by an environment variable that the
program sets.

## Why is this bad?

`keyring` then keeps every password of the program readable in a file. The calls look the same as with a backend that
protects them.

## Example

```python
keyring.set_keyring(PlaintextKeyring())
```

Use instead: no selection, so that `keyring` takes the platform's own store, or an encrypted backend.

## Fix safety

There is no automatic fix: passwords that are in the file stay there until they are moved.

## References

- keyrings.alt 5.0.2: `keyrings/alt/file.py` ("Simple File Keyring with no encryption")
- keyring 25.7.0: `keyring/core.py` (`set_keyring`, `PYTHON_KEYRING_BACKEND`)
"""

from __future__ import annotations

from collections.abc import Iterator

from keylint.interpret.events import Observations
from keylint.rules import wording
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a selection."""
    for reference in observations.references:
        if reference.kind == "plaintext-backend":
            last = reference.name.rpartition(".")[2].removesuffix("()")
            what = next((backend.what for backend in reference.store.plaintext if backend.name.rpartition(".")[2] == last), "")
            yield Draft(
                reference.place,
                f"{wording.code(reference.name)} {what or 'stores every secret unencrypted'}",
                "Leave the choice to the library, which takes the platform's own store, or select an encrypted backend.",
                reference.confidence,
            )


RULE = Rule("KL603", "plaintext-keyring", "error", DEFAULT, ("python",), check)
