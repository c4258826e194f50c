"""What was made, kept on disk while it is being made."""
