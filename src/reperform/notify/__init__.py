"""Notifications: tell a person, outside of the pages, what waits for him.

What waits is asked of the stages' own queries, as that person; nothing is told that he may not see. A message holds a
number and a link, never an amount and never the name of a person or a body: whoever reads it elsewhere learns that
there is something, and must sign in to learn what.
"""
