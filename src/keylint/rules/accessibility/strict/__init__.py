"""Accessibility rules on request."""
