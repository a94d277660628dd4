"""A command line stores a secret that any application may read.

## What it does

Reports `security add-generic-password` and `security add-internet-password` with `-A`.

## Why is this bad?

`-A` gives every application that runs as this user access to the item without a warning. The manual calls it "insecure,
not recommended".

## Example

```python
subprocess.run(["security", "add-generic-password", "-a", user, "-s", "app", "-A", "-w"])
```

Use instead: `-T` with the path of each application that needs the item, or neither.

## Fix safety

Removing `-A` is unsafe: applications that read the item without asking then ask. An item that exists keeps its access
list.

## References

- Apple, Security-61901: `SecurityTool/macOS/security.1`, `SecurityTool/macOS/keychain_add.c`
"""

from __future__ import annotations

from collections.abc import Iterator

from keylint.interpret.events import Observations, Place
from keylint.rules import wording
from keylint.rules.desktop.flags import command_of, flags
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a flag."""
    reported: set[Place] = set()
    for event in observations.commands:
        command = command_of(event)
        if command is None or not command.open_flags:
            continue
        for flag in flags(event, command):
            if flag.name in command.open_flags and flag.at.place not in reported:
                reported.add(flag.at.place)
                run = wording.code(f"{command.program} {command.subcommand}")
                yield Draft(
                    flag.at.place,
                    f"`{flag.name}` lets any application read the item that {run} stores, without a warning",
                    f"Leave `{flag.name}` out; name the applications that need the item, if any.",
                    "high" if flag.sure else "medium",
                )


RULE = Rule("KL601", "any-application-access", "error", DEFAULT, ("swift", "typescript", "python"), check)
