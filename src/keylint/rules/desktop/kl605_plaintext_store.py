"""A store that calls itself secure keeps the secret as plain text.

## What it does

Reports a call that writes a secret to a store that keeps plain text on a platform it is used for, such as plyer's
`keystore` on iOS and Android.

## Why is this bad?

The secret lies in the app's preferences, which end up in backups and are readable to whoever gets at the files. The
name of the store promises the opposite, and on a developer's desktop it may even hold.

## Fix safety

There is no automatic fix: another store has to take the secrets, and those already written have to be removed.

## References

- plyer 2.1.0: `plyer/platforms/ios/keystore.py` (`NSUserDefaults`), `plyer/platforms/android/keystore.py`
  (`SharedPreferences`)
"""

from __future__ import annotations

from collections.abc import Iterator

from keylint.interpret.events import Observations
from keylint.rules import wording
from keylint.rules.evidence import callers, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule

_KEEPS = ("add", "write", "update")


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call that stores something."""
    for call in observations.calls():
        first = call[0]
        platforms = first.operation.plaintext_on
        if platforms and first.verb in _KEEPS:
            yield Draft(
                first.place,
                f"{wording.called(first)} keeps {wording.item(call)} as plain text on {' and '.join(platforms)}",
                "Use a store that encrypts on every platform the app runs on.",
                sureness(call),
                (),
                callers(call),
            )


RULE = Rule("KL605", "plaintext-store", "error", DEFAULT, ("python",), check)
