"""Colours of a change: an affine map of a picture's own, and which pixels have the same one."""
