"""Concurrency rules on request."""
