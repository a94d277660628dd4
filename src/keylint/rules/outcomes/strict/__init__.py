"""Outcome rules on request."""
