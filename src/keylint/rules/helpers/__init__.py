"""What a helper that owns keys owes to whoever uses it."""
