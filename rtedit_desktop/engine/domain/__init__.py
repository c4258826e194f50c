"""Whether a picture is for a model: judged by the pack's pictures, its U-Net or its CLIP."""
