"""The demonstration: one whole turn of the loop on an invented city, or on real files, played through the real verbs.

Nothing here is a shortcut: every step passes the same door as a person's, at a moment that the story names, and every
figure of the ending is counted from the ledger, the log and the city's truth.
"""
