"""Forms: they read what a person wrote and say where it cannot be used; what is permitted, the rules say."""
