"""A store is handed over as a value, so whoever calls it does so without options.

## What it does

Reports a store function, or a whole store module, that is passed on as a value: `{ getItem: SecureStore.getItemAsync
}`, `storage: SecureStore`.

## Why is this bad?

The receiver calls the function with a key and a value and knows nothing of options. Whatever it stores gets the store's
default class, even where the rest of the app names a class on every call.

## Example

```ts
const storage = { getItem: SecureStore.getItemAsync, setItem: SecureStore.setItemAsync }
```

Use instead:

```ts
const storage = {
  getItem: (key: string) => SecureStore.getItemAsync(key, OPTIONS),
  setItem: (key: string, value: string) => SecureStore.setItemAsync(key, value, OPTIONS),
}
```

## Fix safety

Wrapping the functions is unsafe: items that are written from then on get the class of the options.

## References

- expo-secure-store 57.0.4: `setItemAsync(key, value, options)`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from keylint.interpret.events import Observations, Reference
from keylint.rules import wording
from keylint.rules.accessibility.classes import CREATES
from keylint.rules.rule import DEFAULT, Draft, Rule

if TYPE_CHECKING:
    from keylint.stores.model import Operation


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a reference to something that takes a class in its options."""
    for reference in observations.references:
        if reference.kind in ("function", "module") and reference.store.class_keys:
            operations = [operation for operation in _meant(reference) if operation.options is not None]
            if operations:
                yield _draft(reference, any(operation.verb in CREATES for operation in operations))


def _meant(reference: Reference) -> list[Operation]:
    """The operations that the receiver can call."""
    if reference.kind == "module":
        return list(reference.store.operations)
    last = reference.name.rpartition(".")[2]
    named = [operation for operation in reference.store.operations if any(name.rpartition(".")[2] == last for name in operation.functions)]
    return named or list(reference.store.operations)


def _draft(reference: Reference, stores: bool) -> Draft:
    store = reference.store
    default = wording.default_class(store)
    receiver = reference.receiver if reference.receiver.startswith("`") else wording.code(reference.receiver)
    to = f"handed to {wording.short(receiver)}, which" if reference.receiver else "handed over as a value; whoever receives it"
    handed = f"{wording.code(reference.name)} is {to} calls it without options"
    if stores and default is not None:
        handed += f": what it stores gets the default class {wording.spelled_class(store, default)}, {wording.consequence(default)}"
    else:
        handed += ", whatever the other calls pass"
    return Draft(
        reference.place,
        handed,
        f"Hand over a function that passes your options on (`{store.class_keys[0]}`: {wording.device_only_choice(store)}).",
        reference.confidence,
    )


RULE = Rule("KL111", "options-cannot-reach", "warning", DEFAULT, ("typescript",), check)
