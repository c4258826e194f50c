"""RTEdit: write what should change in a picture, and watch it happen."""

__version__ = "0.1.0"
