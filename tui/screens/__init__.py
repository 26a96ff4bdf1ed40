"""The screens of utter, one a file, each with its style sheet beside it."""
