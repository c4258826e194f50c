"""Files taken apart: what a container holds beside the picture, and the picture alone for a decoder.

No decoder sees metadata, so none can be led astray or kept busy by it; each reader here is bounded by the length of
the file and by a ``Budget``.
"""
