"""The short way to the trigger words agrees with the models."""

from __future__ import annotations

import pytest

from keylint.stores import catalogue
from keylint.stores.words import trigger_words


@pytest.mark.parametrize("language", ["swift", "typescript", "python"])
def test_the_words_are_those_of_the_models(language: str) -> None:
    words = trigger_words(language)
    assert words
    assert tuple(word.encode() for word in words) == catalogue.load([language]).words_for(language)
