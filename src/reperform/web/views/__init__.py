"""The views, split by stage: each reads through the stage's queries or takes exactly one of its actions."""
