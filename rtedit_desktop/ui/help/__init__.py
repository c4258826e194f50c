"""Guide, shortcuts, diagnostics and licences; what is said after the start."""
