"""From sound to words: recognisers, voice activity, phrases and cleanup."""
