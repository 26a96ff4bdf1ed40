"""The settings: their schema, their layers (defaults, user's file, state, flags) and mistakes."""
