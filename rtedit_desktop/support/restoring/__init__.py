"""Brings a photo back with what was made of it."""
