"""The linter itself. `check` emits these; the modules hold what there is to say about them."""
