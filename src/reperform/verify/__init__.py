"""Verify: someone else checks the evidence against the criteria; strike off (销号) or return."""
