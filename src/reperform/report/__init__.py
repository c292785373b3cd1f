"""Report: ledger, rectification report, proof bundle; every number carries its query."""
