"""Blind comparison of results from any tools, by people and by a judge: ``rtedit bench compare``."""
