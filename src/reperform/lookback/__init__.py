"""Look back (回头看): reperform the procedure on fresh data. A run proposes; a person concludes."""
