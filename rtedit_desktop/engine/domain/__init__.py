"""Domain of a model: pictures are checked by the pack's pictures, its U-Net or its CLIP."""
