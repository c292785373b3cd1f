"""The engine: data come in as typed, immutable snapshots; procedures run over them and always say the same.

Everything here can be re-run by an outsider: no web framework, no clock, no network. Outside files and SQL written by
others are opened only in a child process with limits (`child`).
"""
