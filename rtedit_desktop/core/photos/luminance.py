"""Weights of red, green and blue in the luminance of a picture: those of JPEG (ITU-R BT.601)."""

from __future__ import annotations

LUMINANCE = 0.299, 0.587, 0.114
