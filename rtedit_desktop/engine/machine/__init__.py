"""The computer that jobs run on: its devices, its memory, and what a report says of it."""
