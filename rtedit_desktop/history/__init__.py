"""Journal on disk of everything that was made, written while it is made."""
