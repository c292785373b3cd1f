"""The tamper-evident log: sealed entries in a Merkle tree, signed checkpoints, and bundles that outsiders can check.

Everything here runs with the standard library alone; only making and checking a signature asks for `cryptography`,
when it is needed. Formats: docs/reference/log-formats.md. Why it is so: docs/explanation/log.md.
"""
