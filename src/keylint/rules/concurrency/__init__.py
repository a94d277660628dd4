"""Store operations that interleave with themselves."""
