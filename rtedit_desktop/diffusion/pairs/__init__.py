"""Edits taught by pictures before and after them: how they are learned (eqs. 23 to 26), how applied best (eq. 27)."""
