"""What a picture's colours say of a change: an affine map of them, and which pixels have the same one."""
