"""A secret is kept in the file-based keychain of macOS, by functions that are deprecated.

## What it does

Reports calls of `SecKeychainAddGenericPassword`, `SecKeychainFindGenericPassword` and their internet-password
counterparts.

## Why is this bad?

The file-based keychain has no accessibility classes: nothing says when an item is readable or that it stays on this
device. Apple deprecated the functions in macOS 10.10.

## Fix safety

There is no automatic fix: items have to be moved to the data-protection keychain (`SecItemAdd` with
`kSecUseDataProtectionKeychain`).

## References

- Apple, Security-61901: `OSX/libsecurity_keychain/lib/SecKeychain.h:567-630`
- Apple, TN3137: On Mac keychain APIs and implementations
"""

from __future__ import annotations

from collections.abc import Iterator

from keylint.interpret.events import Observations
from keylint.rules import wording
from keylint.rules.evidence import sureness
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call."""
    for call in observations.calls():
        first = call[0]
        if first.operation.legacy:
            yield Draft(
                first.place,
                f"{wording.called(first)} calls a deprecated `SecKeychain` function: "
                "the file-based keychain of macOS has no accessibility classes",
                "Use the `SecItem` functions with `kSecUseDataProtectionKeychain` and an accessibility class.",
                sureness(call),
            )


RULE = Rule("KL604", "legacy-keychain-api", "info", DEFAULT, ("swift", "python"), check)
