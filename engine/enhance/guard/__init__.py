"""Whether a model's answer is still the speaker's text."""
