"""The dictation engine of utter: sound in, text out, with no user interface.

Importing this package is free. `engine.session.DictationSession` is the façade; `engine.events`
is what it reports. Nothing here imports `tui`, `textual` or `rich`.
"""
