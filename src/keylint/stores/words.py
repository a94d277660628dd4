"""The trigger words of a language without the models they come from: for callers that mostly find no word and then need nothing more."""

from __future__ import annotations

import json
import os

from keylint import stores


def trigger_words(language: str) -> tuple[str, ...]:
    """Words one of which every file in `language` that uses a store contains."""
    with open(os.path.join(os.path.dirname(stores.__file__), "models.json"), encoding="utf-8") as file:
        models = json.load(file)
    return tuple(dict.fromkeys(word for model in models if language in model["languages"] for word in model["words"]))
