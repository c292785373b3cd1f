"""The text that every bundle carries: how to check it without any program of ours.

The text is part of the format, so that nobody can slip another one into a bundle. A change of its words is a new
file beside the old one; the verifier accepts each text that was ever written.
"""

from __future__ import annotations

from importlib import resources

_TEXTS = ("guide_1.md",)


def guide_text(origin: str, vkey: str, text: str = _TEXTS[-1]) -> str:
    """Return the guide for the bundle of one log."""
    template = resources.files("reperform.log").joinpath(text).read_text(encoding="utf-8")
    return template.replace("@ORIGIN@", origin).replace("@VKEY@", vkey)


def is_guide(found: str, origin: str, vkey: str) -> bool:
    """Tell whether this is a guide that was ever written for bundles of this log."""
    return any(found == guide_text(origin, vkey, text) for text in _TEXTS)
