"""Rectify: who is responsible, by when, with what measures; what was done, with evidence and money."""
