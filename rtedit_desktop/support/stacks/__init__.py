"""Stacks of edits in words, and as pictures that are kept."""
