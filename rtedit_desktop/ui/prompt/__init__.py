"""The prompt: written, completed, corrected, and sent."""
