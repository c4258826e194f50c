"""Parts that know nothing of editing, shared by all rooms."""
