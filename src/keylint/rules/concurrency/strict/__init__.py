"""Concurrency rules for those who want to hear more."""
