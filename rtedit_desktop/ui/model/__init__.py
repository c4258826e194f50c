"""The observable state of the window, and the plain data that it is made of; no widgets."""
