"""What is allowed: tables of steps and pure functions over them.

Nothing here knows a database, a clock or a web page. The door of the ledger asks these functions before each step,
and whoever holds a bundle of the log asks the same functions again: that is how an outsider checks not only that
nothing was altered, but that every step was permitted.
"""
