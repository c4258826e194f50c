"""The window: widgets that send intents and redraw from one state object."""
