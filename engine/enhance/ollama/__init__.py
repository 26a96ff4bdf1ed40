"""The language model server: its client, its faults, what it has and what it costs."""
