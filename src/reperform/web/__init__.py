"""Pages: GET reads through the stages' queries, POST calls exactly one action."""
