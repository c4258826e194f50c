"""Edits taught by pictures before and after them: how they are learned (eqs. 25 to 28), how applied best (eq. 29)."""
