"""The language server: documents of an editor in, diagnostics, hovers and code actions out.

The process that talks to the editor never analyzes. It has a second one do that (`worker`), which it can interrupt when what is analyzed
has changed, and replace when it dies. `messages` is what the two say to each other.

- `documents`: what is open, and which open documents are analyzed together
- `analyst`: the worker, seen from here
- `schedule`: when what is analyzed, and who hears of it
- `positions`, `translating`, `actions`: from findings to the protocol's terms
- `serving`: the protocol itself

Only `serving`, `translating` and `actions` import the protocol's library.
"""
