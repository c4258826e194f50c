"""The photo on the screen: zoom, pan, the model's square, before and after, and the region that is drawn."""
