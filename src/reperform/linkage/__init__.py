"""Who is who across registers, who is tied to whom, which texts say the same, and which place lies in which.

Pure functions of values: no store, no clock, no web framework. Procedures whose question SQL can't say use them.
"""
