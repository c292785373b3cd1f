"""The language of the command's words.

Rules kept here:

* The flag beats the environment (`REPERFORM_LANG`), the environment beats the bureau's folder, the folder beats the
  terminal's own language; what is neither English nor Chinese is answered in English.
* The words come from the same message catalogue as the site's. Where it has not been compiled they are English: a
  command never fails for want of a translation.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path

from reperform.errors import N_, Translate, Usage

ENGLISH, CHINESE = "en", "zh-hans"
LANGUAGES = (ENGLISH, CHINESE)
FOLDER = Path(__file__).parent.parent / "locale"
DOMAIN = "django"
_CATALOGUES = {CHINESE: "zh_Hans"}
_TERMINAL = ("LC_ALL", "LC_MESSAGES", "LANG")


def named(text: str) -> str:
    """Return the language that a person names; `Usage` if it is none of ours."""
    known = _read(text)
    if not known:
        raise Usage(N_("Unknown language {name}."), hint=N_("Known: en, zh."), name=text)
    return known


def of_terminal(environment: Mapping[str, str]) -> str:
    """Return the language of the terminal, English if it is neither."""
    return next((_read(environment[name]) or ENGLISH for name in _TERMINAL if environment.get(name)), ENGLISH)


def _read(text: str) -> str:
    word = text.strip().replace("_", "-").lower().split(".")[0]
    if word in {"zh", "cn"} or word.startswith(("zh-cn", "zh-hans", "zh-sg")):
        return CHINESE
    return ENGLISH if word == "en" or word.startswith("en-") else ""


def translator(language: str) -> Translate:
    """Return the function that translates a template of the package."""
    if language == ENGLISH:
        return str
    catalogue = gettext.translation(DOMAIN, FOLDER, languages=[_CATALOGUES[language]], fallback=True)
    # The empty text stands for the head of the catalogue itself.
    return lambda text: catalogue.gettext(text) if text else text


def is_compiled(language: str) -> bool:
    """Tell whether the words of a language are there."""
    return language == ENGLISH or (FOLDER / _CATALOGUES[language] / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()
