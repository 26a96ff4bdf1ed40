"""Where the final text goes: targets, fallbacks and sanitising."""
