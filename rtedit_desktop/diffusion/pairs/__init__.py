"""Edits taught by pictures before and after them: how they are learned (eqs. 26 to 29), how applied best (eq. 30)."""
