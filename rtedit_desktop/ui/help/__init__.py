"""Shortcuts, diagnostics and licences."""
