"""Accessibility rules that are on request."""
