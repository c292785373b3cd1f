"""The records: the one Django app. Rows live here; what may happen to them is said by `rules`."""
