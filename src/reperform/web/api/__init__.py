"""The programming interface, version 1, under `/api/1/`: what the pages show and do, for programs.

Rules kept here:

* Nothing is declared again. What a record has, the models and the map of fields say (`web.fields`); what a step asks,
  its form says (`ledger.asking`), as for pages and command; who may take it, the table of steps says.
* Deny by default: an operation is built through the gate or not at all; a field that no map names is not served.
* Times are UTC (ISO 8601), law dates are local, money is an integer in fen, bodies and records go by their numbers.
* What goes wrong is a problem document (RFC 9457) that names the rule, the place and what to do.
"""
