"""Knowledge of storage libraries, as data: one TOML file a library."""
