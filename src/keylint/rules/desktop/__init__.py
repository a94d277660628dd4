"""Desktop keychains and command lines."""
