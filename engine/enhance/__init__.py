"""From the words as spoken to the words as meant: enhancers and the diff between the two."""
