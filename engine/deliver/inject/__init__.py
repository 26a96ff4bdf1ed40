"""Ways into panes and windows: one backend a file."""
