"""Domain of a model: pictures are judged by the pack's pictures, its U-Net or its CLIP."""
