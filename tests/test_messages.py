"""Every text that a person sees stands in both languages, and the catalogue is that of the sources."""

from __future__ import annotations

import re

from tests.messages import CATALOGUE, current, missing, written

_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def test_every_text_has_a_translation() -> None:
    assert missing(current()) == []


def test_the_catalogue_is_that_of_the_sources() -> None:
    assert CATALOGUE.read_bytes() == written(current()), "run: make messages"


def test_a_translation_has_the_places_of_its_text() -> None:
    for message in current():
        if message.id:
            texts = [message.id] if isinstance(message.id, str) else list(message.id)
            string = message.string if isinstance(message.string, str) else message.string[0]
            assert sorted(_PLACE.findall(string)) in [sorted(_PLACE.findall(text)) for text in texts]
