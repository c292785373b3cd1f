"""Background work: what takes longer than a page may, worked off by `reperform worker`.

The queue is a table of the ledger's own database (django-tasks with its database backend), so that asking for a job and
whatever was decided with it stand in one transaction. A job takes steps only through the actions of the stages, as the
person who asked for it.
"""
