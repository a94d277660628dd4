"""Patterns of a policy on texts of which not everything is seen."""

from __future__ import annotations

import pytest

from keylint.rules.accessibility.policies import NO, PERHAPS, YES, _text_matches


@pytest.mark.parametrize(
    ("text", "pattern", "answer"),
    [
        ("auth.token", "auth.*", YES),
        ("auth.token", "auth.toke?", YES),
        ("auth.token", "Auth.*", NO),
        ("auth.token", "auth", NO),
        ("", "*", YES),
        ("", "a*", NO),
        (None, "*", YES),
        (None, "a*", PERHAPS),
        ("auth.…", "auth.*", YES),
        ("auth.…", "a*", YES),
        ("auth.…", "*", YES),
        ("auth.…", "auth.token", PERHAPS),
        ("auth.…", "auth.t*", PERHAPS),
        ("auth.…", "auth.?", PERHAPS),
        ("auth.…", "[a]uth.*", PERHAPS),
        ("auth.…", "theme.*", NO),
        ("auth.….token", "auth.*.token", YES),
        ("auth.….token", "auth.*.pin", PERHAPS),
        ("….token", "auth.*", PERHAPS),
        ("….token", "*.token", YES),
    ],
)
def test_what_is_not_seen_is_no_match_and_no_mismatch(text: str | None, pattern: str, answer: str) -> None:
    assert _text_matches(text, pattern) == answer
