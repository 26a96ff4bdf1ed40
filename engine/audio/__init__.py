"""Sound: sources, the pre-buffered recorder, levels, files and devices."""
