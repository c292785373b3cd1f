"""Reveal: run procedures over whole populations, sift the exceptions, issue findings."""
