"""Findings that come from outside: one module for each format, none of which knows Django.

A format turns files into rows and rows into findings with declared keys (`reading.Reading`). It declares what makes two
rows the same row and two findings the same finding; nothing is matched by likeness. `reveal.importing` compares a
reading with the ledger and writes what is new.
"""
