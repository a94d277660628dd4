"""A secret is passed on a command line, where other processes can read it.

## What it does

Reports a value that the program computes or receives and passes to `security` as the value of a flag that takes the
secret (`-w`, `-X`, and `-p` where it is the password).

## Why is this bad?

Arguments of a process are visible to every other process while it runs (`ps`), and they end up in audit logs.

## Example

```python
subprocess.run(["security", "add-generic-password", "-a", user, "-s", "app", "-w", password])
```

Use instead: the keychain's API (`keyring.set_password("app", user, password)`), or `security -i`, which reads the
command from its input.

## Fix safety

There is no automatic fix: the secret has to go another way.

## References

- Apple, Security-61901: `SecurityTool/macOS/security.1`, `SecurityTool/macOS/keychain_add.c:694-707`
"""

from __future__ import annotations

from collections.abc import Iterator

from keylint.interpret.events import Observations, Place
from keylint.rules import wording
from keylint.rules.desktop.flags import command_of, flags
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a secret."""
    reported: set[Place] = set()
    for event in observations.commands:
        command = command_of(event)
        if command is None or not command.secret_flags:
            continue
        for flag in flags(event, command):
            secret = flag.value
            if flag.name not in command.secret_flags or secret is None or flag.literal or secret.nil or secret.place in reported:
                continue
            reported.add(secret.place)
            run = wording.code(f"{command.program} {command.subcommand}")
            note = f" ({event.store.secret_note})" if event.store.secret_note else ""
            yield Draft(
                secret.place,
                f"The secret is an argument of {run}: other processes can read it while the command runs",
                f"Store it through the keychain's API, or keep it out of the arguments{note}.",
                "high" if flag.sure else "medium",
                (f"it is the value of `{flag.name}`",),
            )


RULE = Rule("KL602", "secret-in-arguments", "error", DEFAULT, ("swift", "typescript", "python"), check)
