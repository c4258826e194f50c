"""Log and diagnostics report, for the person to pass on: nothing private is in them; the system's refusals in words."""
