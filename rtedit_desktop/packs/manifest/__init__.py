"""Manifest of a pack, checked field by field."""
