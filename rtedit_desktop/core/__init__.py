"""Plain data that every layer shares; standard library and NumPy only."""
