"""Pictures from files to arrays and back: colour, metadata, crops and pasting a change."""
