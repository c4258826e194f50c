"""An engine on another computer: one encrypted connection that carries requests and events."""
