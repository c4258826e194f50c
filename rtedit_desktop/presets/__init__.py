"""Presets: learned edits as files, and the library that keeps them."""
