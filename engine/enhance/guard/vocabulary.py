"""Words that the guard knows by language: what carries little, what denies, what corrects; pure.

Lists are short on purpose. A word that is missing in them counts as content, which is the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from engine.enhance.rules.fillers import HESITATIONS
from engine.speech.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of one language.

    Attributes:
        functions: Words of grammar: an editor may change them.
        fillers: Words that may go without loss; said by themselves they are content all the same.
        denials: Words that make a sentence say the opposite.
        soft_denials: Words that can stand in for one of `denials`: "unable" for "not able". Listed, not
            told by their beginning: "important" denies nothing.
        corrections: Phrases after which the speaker says anew what was wrong.
        requests: Words by which the speaker tells what to write; the writing itself lacks them.
        courtesies: Words of greeting, thanks and closing, which belong to a letter.
    """

    functions: frozenset[str] = frozenset()
    fillers: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()
    soft_denials: frozenset[str] = frozenset()
    corrections: tuple[tuple[str, ...], ...] = ()
    requests: frozenset[str] = frozenset()
    courtesies: frozenset[str] = frozenset()


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in text.split(","))


ENGLISH = Vocabulary(
    functions=vocabulary(
        "a an the this that these those there here i you he she it we they me him us them my your his her "
        "its our their mine yours ours theirs myself yourself himself herself itself ourselves themselves "
        "one ones is are was were be been being am do does did done doing have has had having can could "
        "will would shall should may might of to in on at for with from by as into onto about and or "
        "but if "
        "so then than because since while which who whom whose what when where why how that's also too "
        "just very any some such per please pm th st nd rd clock anything anybody anyone anywhere ever either"
    ),
    fillers=HESITATIONS
    | vocabulary(
        "ah oh eh mhm mm like well okay ok yeah yep actually basically literally really honestly kind sort "
        "you know mean i anyway right so just hey alright totally obviously "
        "simply"
    ),
    denials=vocabulary("not no never none nobody nothing nowhere neither nor without"),
    soft_denials=vocabulary(
        "unable decline declined refuse avoid avoids lack lacks fail fails failed failing instead unless "
        "hardly barely cease prevent prevents missing impossible except refrain un non "
        "absent forbid forbidden reject rejected unhappy unclear unknown unlikely unsure uncertain "
        "unnecessary unavailable unfinished unpaid unwell uncommon unusual unfair unsafe unsuccessful "
        "unresolved unused unchanged unanswered unfortunate incomplete incorrect inaccurate invisible "
        "invalid illegal irregular irrelevant incapable dissatisfied disagree dislike disapprove displeased "
        "disabled wrong little few"
    ),
    corrections=_phrases(
        "no wait,no make that,no sorry,wait no,scratch that,make that,i mean,i meant,sorry i mean,or "
        "rather,"
        "no actually,actually no,correction,sorry no,no i mean,rather,strike that,excuse me,no it's,"
        "no it is,sorry,wait,no not,well actually,no no,oh no,no,let me rephrase,what i mean is,actually"
    ),
    requests=vocabulary(
        "write tell ask say send email mail message note notes list bullet point points commit comment "
        "reply answer letter let know call called thing things okay add need needs want like remind "
        "make sure "
        "said says told forget remember going get got today learned put down take title heading header"
    ),
    courtesies=vocabulary(
        "hi hello hey dear best kind regards thanks thank sincerely cheers yours truly greetings "
        "warm warmly "
        "morning afternoon evening good unfortunately however therefore additionally please kindly could "
        "would appreciate appreciated sir madam team all everyone sorry forward look hearing hope well "
        "great soon happy love respectfully wishes many much you"
    ),
)

GERMAN = Vocabulary(
    functions=vocabulary(
        "der die das den dem des ein eine einen einem einer eines ich du er sie es wir ihr ihnen mich dich "
        "ihn uns euch mir dir ihm mein dein sein unser euer meine deine seine ihre unsere meinen deinen "
        "seinen ihren unseren ihres ist sind war waren bin bist seid sein gewesen wird werden wurde "
        "hat haben "
        "habe hatte hatten kann können könnte soll sollen sollte will wollen würde würden und oder "
        "aber dass "
        "das wenn weil als wie was wer wo wann warum zu zum zur in im am an auf für mit von vom bei "
        "aus nach "
        "um so da dann auch noch sich man dies diese dieser dieses es bitte"
    ),
    fillers=vocabulary(
        "äh ähm hm hmm öh also ja naja na halt eben mal so quasi sozusagen irgendwie eigentlich doch genau "
        "okay ok gut nun"
    ),
    denials=vocabulary(
        "nicht kein keine keinen keinem keiner keines nie niemals nichts niemand niemanden niemandem ohne "
        "weder noch nirgends nein"
    )
    - {"noch"},
    soft_denials=vocabulary(
        "kaum unmöglich ablehnen absagen statt anstatt außer vermeiden unklar unbekannt unwahrscheinlich "
        "unsicher unnötig unzufrieden unglücklich unbezahlt ungültig unvollständig unfertig unsichtbar "
        "unfähig unzulässig unerlaubt unverändert unbeantwortet unfair illegal falsch fehlt fehlen fehlte "
        "verboten misslungen gescheitert abgelehnt verhindern wenig wenige"
    ),
    corrections=_phrases("nein warte,nein moment,ich meine,besser gesagt,beziehungsweise,nein,quatsch,sorry"),
    requests=vocabulary(
        "schreib schreibe sag sage frag bitte nachricht mail email notiz notizen liste antworte"
    ),
    courtesies=vocabulary(
        "hallo liebe lieber sehr geehrte geehrter geehrten herr frau herrn damen herren mit freundlichen "
        "grüßen viele liebe grüße beste danke vielen dank leider guten tag morgen abend freundliche ihnen"
    ),
)

FRENCH = Vocabulary(
    functions=vocabulary(
        "le la les l un une des du de d je tu il elle on nous vous ils elles me m te t se s lui leur leurs "
        "mon ton son ma ta sa mes tes ses notre votre nos vos ce c cet cette ces ça est sont était "
        "être suis "
        "es sommes êtes ai as a avons avez ont avait avoir sera et ou mais que qu qui quoi où quand "
        "comment "
        "pourquoi si dans en sur à au aux par pour avec sous chez y ne n car donc alors plus très aussi j"
    ),
    fillers=vocabulary("euh heu hein ben bah bon alors enfin donc voilà quoi genre bref ouais ok okay"),
    denials=vocabulary("pas jamais rien aucun aucune sans ni nul nulle non guère"),
    soft_denials=vocabulary(
        "personne plus impossible refuser éviter sauf inconnu incertain inutile insatisfait impayé "
        "indisponible incomplet incapable illégal mécontent malheureux introuvable invalide interdit faux "
        "manque manquent absent absente échoué peu"
    ),
    corrections=_phrases("non attends,je veux dire,enfin,non,pardon,plutôt"),
    requests=vocabulary("écris écrivez dis dites demande envoie message mail note notes liste réponds"),
    courtesies=vocabulary(
        "bonjour bonsoir salut cher chère chers monsieur madame cordialement merci malheureusement bien "
        "à vous meilleures salutations sincères beaucoup"
    ),
)

SPANISH = Vocabulary(
    functions=vocabulary(
        "el la los las un una unos unas lo al del de yo tú tu él ella usted nosotros ellos ellas "
        "ustedes me "
        "te se le les nos mi mis su sus este esta estos estas ese esa eso es son era está están "
        "estar ser ha "
        "han he hemos y e o u pero que qué quien cuando cuándo donde dónde como cómo porque por para "
        "con en a "
        "si más muy también ya hay"
    ),
    fillers=vocabulary("eh em este bueno pues o sea digo vale entonces ah ok okay mm"),
    denials=vocabulary("no nunca jamás nada nadie ningún ninguno ninguna sin ni tampoco"),
    soft_denials=vocabulary(
        "imposible evitar salvo desconocido incierto innecesario insatisfecho impagado indisponible "
        "incompleto incapaz ilegal infeliz descontento inválido prohibido falso falta faltan faltaba "
        "ausente apenas poco"
    ),
    corrections=_phrases("no espera,quiero decir,mejor dicho,no,perdón,digo"),
    requests=vocabulary("escribe escribir dile di pregunta manda mensaje correo nota notas lista responde"),
    courtesies=vocabulary(
        "hola estimado estimada querido querida señor señora saludos cordiales gracias atentamente "
        "desgraciadamente lamentablemente muchas buenos días buenas tardes"
    ),
)

_HIRAGANA = frozenset(chr(code) for code in range(0x3041, 0x30A0))
JAPANESE = Vocabulary(functions=_HIRAGANA | {"ー"})
"""Kana of grammar; what a Japanese sentence speaks of is mostly kanji and katakana."""

_BY_LANGUAGE = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "ja": JAPANESE}

UNKNOWN = Vocabulary()


def vocabulary_of(language: str) -> Vocabulary:
    """What is known of a language by its ISO 639-1 code; nothing of most."""
    return _BY_LANGUAGE.get(language, UNKNOWN)


def is_soft_denial(key: str, known: Vocabulary) -> bool:
    """Whether a word, in one of its forms, can stand in for a denial."""
    return key in known.soft_denials or (
        known is not ENGLISH and len(key) > 6 and key.startswith(_long(known))
    )


@cache
def _long(known: Vocabulary) -> tuple[str, ...]:
    """Words of several syllables, which other languages inflect at the end alone."""
    return tuple(word for word in known.soft_denials if len(word) > 5)
