"""Words that stand for each other, and words that never do; pure."""

from __future__ import annotations

from engine.speech.vocabulary import vocabulary

CALENDAR = vocabulary(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july "
    "august september october november december today tomorrow yesterday weekly monthly daily yearly "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli "
    "oktober dezember heute gestern lundi mardi mercredi jeudi vendredi samedi dimanche janvier février "
    "mars avril juin juillet août septembre octobre novembre décembre demain hier lunes martes miércoles "
    "jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre hoy mañana ayer noon midnight"
)
"""Words that look alike and mean different days: they are never a spelling of each other."""

OPPOSITES = vocabulary(
    "before after left right first last always never more less open opened close closed up down over under "
    "buy sell start stop true false all none most few every in out inside outside with without win lose "
    "allow deny accept except reject include exclude internal external minimum maximum private public "
    "morning evening high low old new can must should may on off yes no above below early late once "
    "twice thrice"
)
"""Words whose exchange changes what is said, however alike they are written."""

FIXED = CALENDAR | OPPOSITES
"""Words that are only ever themselves: neither a form nor a spelling of another."""

DAYS = CALENDAR - vocabulary(
    "today tomorrow yesterday weekly monthly daily yearly heute gestern demain hier hoy mañana ayer "
    "march may mars"
)
"""Days and months: facts, whatever the mode."""

_SYNONYMS = (
    *("tell inform notify let explain say mention know", "get receive obtain got", "need require must have"),
    *("want like wish", "ask request inquire enquire", "start begin commence", "end finish stop conclude"),
    *("fix repair resolve solve mend", "use utilize employ", "show display", "help assist", "buy purchase"),
    *(
        "about regarding concerning",
        "kid child",
        "problem issue trouble",
        "big large",
        "quick fast",
        "maybe perhaps",
    ),
    *("think believe", "check verify confirm", "look see check", "give provide send", "miss ms missus"),
    *(
        "ms millisecond",
        "seems appears",
        "talk speak discuss",
        "bill invoice",
        "happy glad pleased",
        "mom mum mother",
    ),
    *(
        "down outage outages offline unavailable",
        "increase raise bump",
        "decrease lower reduce",
        "forget remember",
    ),
    *(
        "come arrive",
        "free available",
        "give suggest",
        "fast speed",
        "allow permit",
        "show display appear",
        "switch move migrate",
    ),
    *("dad father", "guy person", "lot many much", "till until", "enough sufficient", "keep retain preserve"),
    *(
        "change modify alter",
        "remove delete",
        "make create",
        "write compose",
        "phone call",
        "because since due",
    ),
    *(
        "good great nice",
        "shop store",
        "also additionally too",
        "then afterwards",
        "but however",
        "thing matter item",
    ),
    *(
        "come attend make join",
        "put place",
        "try attempt",
        "happen occur",
        "ready finished",
        "not unfortunately",
    ),
)
SYNONYMS = {
    word: frozenset(other for group in _SYNONYMS if word in group.split() for other in group.split())
    for group in _SYNONYMS
    for word in group.split()
}
"""Words that editors take for each other when they change the tone of a text."""

ABBREVIATIONS = {
    **dict.fromkeys(["ok", "okay"], "okay"),
    **dict.fromkeys(["kg", "kilo", "kilos", "kilograms", "kilogram", "kilogramm"], "kilogram"),
    **dict.fromkeys(["km", "kilometres", "kilometers", "kilometre", "kilometer"], "kilometer"),
    **dict.fromkeys(["meters", "metres", "meter", "metre"], "meter"),
    **dict.fromkeys(["cm", "centimeters", "centimetres"], "centimeter"),
    **dict.fromkeys(["mm", "millimeters", "millimetres"], "millimeter"),
    **dict.fromkeys(["grams", "gram", "gramm"], "gram"),
    **dict.fromkeys(["mg", "milligrams", "milligram"], "milligram"),
    **dict.fromkeys(["liter", "liters", "litre", "litres"], "liter"),
    **dict.fromkeys(["ml", "milliliters", "millilitres"], "milliliter"),
    **dict.fromkeys(["gb", "gigabytes", "gigabyte", "gigs"], "gigabyte"),
    **dict.fromkeys(["mb", "megabytes", "megabyte", "megs"], "megabyte"),
    **dict.fromkeys(["kb", "kilobytes", "kilobyte"], "kilobyte"),
    **dict.fromkeys(["tb", "terabytes", "terabyte"], "terabyte"),
    **dict.fromkeys(["min", "mins", "minutes", "minute"], "minute"),
    **dict.fromkeys(["hr", "hrs", "hours", "hour"], "hour"),
    **dict.fromkeys(["sec", "secs", "seconds"], "seconds"),
    **dict.fromkeys(["€", "eur", "euros", "euro"], "euro"),
    **dict.fromkeys(["$", "usd", "dollars", "dollar", "bucks"], "dollar"),
    **dict.fromkeys(["£", "gbp", "pounds", "pound", "quid"], "pound"),
    **dict.fromkeys(["%", "percent", "percentage", "prozent"], "percent"),
    **dict.fromkeys(["°", "degrees", "degree"], "degree"),
    **dict.fromkeys(["doctor", "dr"], "doctor"),
    **dict.fromkeys(["mister", "mr"], "mister"),
    **dict.fromkeys(["missus", "mrs"], "missus"),
    **dict.fromkeys(["versus", "vs"], "versus"),
    **dict.fromkeys(["&", "and"], "and"),
    **dict.fromkeys(["+", "plus"], "plus"),
    **dict.fromkeys(["street", "st"], "street"),
    **dict.fromkeys(["gonna"], "going"),
    **dict.fromkeys(["wanna"], "want"),
    **dict.fromkeys(["till", "til", "until"], "until"),
    **dict.fromkeys(["whether", "if"], "if"),
}
"""Spellings of one word."""

SPOKEN_SIGNS = {
    **{
        "dot": ".",
        "at": "@",
        "slash": "/",
        "backslash": "\\",
        "dash": "-–—",
        "hyphen": "-",
        "underscore": "_",
    },
    **{"colon": ":", "semicolon": ";", "comma": ",", "period": ".", "point": ".!", "stop": ".", "full": "."},
    **dict.fromkeys(["paren", "parens", "parenthesis", "parentheses"], "()"),
    **dict.fromkeys(["bracket", "brackets", "brace", "braces"], "()[]{}"),
    **dict.fromkeys(["quote", "quotes", "unquote"], "\"'“”‘’«»„"),
    **dict.fromkeys(["equals", "equal"], "="),
    **{"open": '([{<"“', "close": ')]}>"”', "plus": "+", "minus": "-", "star": "*", "asterisk": "*"},
    **{
        "hash": "#",
        "hashtag": "#",
        "pipe": "|",
        "tilde": "~",
        "ampersand": "&",
        "dollar": "$",
        "sign": "$%&",
    },
    **{"question": "?", "mark": "?!", "exclamation": "!", "new": "\n", "line": "\n", "newline": "\n"},
    **{"paragraph": "\n", "arrow": "->→", "percent": "%", "bullet": "-*•", "tab": "\t"},
    **{"punkt": ".", "komma": ",", "klammer": "()", "doppelpunkt": ":", "bindestrich": "-", "ät": "@"},
    **{"fragezeichen": "?", "ausrufezeichen": "!", "unterstrich": "_", "schrägstrich": "/", "zeile": "\n"},
    **{"neue": "\n", "klammeraffe": "@", "absatz": "\n", "auf": "(", "zu": ")"},
    **{"virgule": ",", "tiret": "-", "arobase": "@", "deux-points": ":", "ligne": "\n", "barre": "/"},
    **{"punto": ".", "coma": ",", "arroba": "@", "guion": "-", "barra": "/", "línea": "\n"},
}
"""Words that a text can hold as a sign instead."""
