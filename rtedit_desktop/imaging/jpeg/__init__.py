"""What is peculiar to JPEG: how one was compressed, the planes that its blocks hold, and files that end early."""
