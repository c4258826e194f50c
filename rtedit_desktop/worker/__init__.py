"""Threads behind the window, and the coroutines that wait for them; QtCore only."""
