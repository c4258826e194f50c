"""The threads behind the window; QtCore only."""
