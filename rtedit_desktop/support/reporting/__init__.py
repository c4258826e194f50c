"""What the app notes about its running, for the person to pass on: nothing private is in it."""
