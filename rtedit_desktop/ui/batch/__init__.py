"""The same edit on many photos."""
