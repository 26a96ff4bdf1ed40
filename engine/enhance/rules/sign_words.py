"""The names of punctuation marks, and the words around which they are plain words; pure."""

from __future__ import annotations

from engine.speech.vocabulary import vocabulary

MARKS: dict[tuple[str, ...], str] = {
    ("comma",): ",",
    ("period",): ".",
    ("full", "stop"): ".",
    ("question", "mark"): "?",
    ("exclamation", "mark"): "!",
    ("exclamation", "point"): "!",
    ("semicolon",): ";",
    ("semi", "colon"): ";",
    ("colon",): ":",
    ("dot", "dot", "dot"): "...",
    ("ellipsis",): "...",
}
"""Names of marks that stand behind a word."""

BREAKS: dict[tuple[str, ...], str] = {
    ("new", "line"): "\n",
    ("newline",): "\n",
    ("next", "line"): "\n",
    ("new", "paragraph"): "\n\n",
    ("next", "paragraph"): "\n\n",
}
"""Names of line breaks."""

JOINING = {"hyphen": "-", "underscore": "_", "slash": "/"}
"""Names of signs that join two words."""

NOT_AFTER = vocabulary(
    "a an the of with without and or but nor between add adds added adding use uses used using put puts "
    "insert inserts inserted type typed types remove removes removed delete deletes deleted missing "
    "forgot forget called named say says write writes press pressed replace replaced need needs include "
    "includes contains means mean oxford serial trailing extra leading inverted decimal single double big "
    "large second third last"
)
"""Words after which the name of a mark is a noun."""

PREPOSITIONS = vocabulary("to in on at for by from as than into")
"""Words after which it is one, unless the sentence ends there: "what is it for question mark"."""

LEADING = PREPOSITIONS | vocabulary("like not is are was were be")
"""Words after which "period" is one, unless the sentence ends there."""

MENTIONS = vocabulary("see saw find found move moved keep kept drop fix change miss like why where")
"""Words after which a determiner is one: "move that comma"."""

PRONOUNS_TOO = vocabulary("this that these those one some any each another either neither her")
"""Determiners that stand alone as well."""

CONTINUES = vocabulary(
    "of is was are were has had will would can could should must may might does did after before between "
    "instead in at on over from during when until separated delimited seperated splice splices key "
    "character characters symbol sign operator drama dramas piece pains or per ends ended begins began "
    "starts started cancer surgery cleanse screening injury code page here there manager"
)
"""Words that go on with the name of a mark as with a noun: "period of", "comma separated"."""

MODIFIERS: dict[str, frozenset[str]] = {
    "period": vocabulary(
        "trial grace notice billing reporting cooling waiting time rest incubation payback probation "
        "probationary transition sample sampling pay class retention first second third fourth last next "
        "same long short whole entire brief given holding review testing evaluation maintenance freeze "
        "tax renewal accounting historical early late day week month year hour minute warranty blackout "
        "subscription contract election study rental lease quiet peak free subsequent corresponding "
        "previous current prior gestation victorian colonial medieval roman menstrual glacial extended "
        "limited initial final introductory support settlement safe stone of growth growing recovery "
        "refund return off three-month busy dry"
    ),
    "full": vocabulary("complete sudden"),
    "colon": vocabulary("semi his her spastic ascending descending"),
    "question": vocabulary("big huge"),
    "new": vocabulary("feed feeds up items item"),
    "dash": vocabulary("to of for off out through home into across back away board boards cam cams"),
}
"""Words beside which a name is a noun: before it, but behind "dash" and behind a line break."""

ADJECTIVE_ENDINGS = ("ing", "ed", "ary", "ive", "ous", "ful", "able", "ible", "less", "cult")
"""How words end that describe a period."""

KEYS = vocabulary("control ctrl alt shift command cmd option super meta")
"""Keys that are held down for another: "control dash c"."""

SUBJECTS = vocabulary("i you he she we they let's lets must will would can could should")
"""Before these, "dash" is a verb."""
