"""Reperform (回头看): from the data test that revealed an audit problem to the proof that it is fixed."""
