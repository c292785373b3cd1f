"""How an official paper is written: page and wording, masking and workbook, with no record and no web framework in it.

What stands on a paper is the matter of the stages; this package knows only how it is set.
"""
