"""Whether a short text states one thing, and what it states once how sure its author is has been left out.

A text that denies (`not 5`), bounds (`at least 5`), offers a choice (`5 or more`, `A or B`) or computes (`half of 5`) states
no answer. Doubt about one answer (`probably 5`, `I am not sure, 5`) is no second answer and is left out: what counts is what is
stated. The lists are of English words; a text in another language is compared as it stands.
"""

import re
import unicodedata
from collections.abc import Iterator

_SURE = r"(?:sure|certain|confident|positive)"
_DOUBT = re.compile(
    rf"\b(?:(?:i am|i[’']m|we are|but|though|although|yet) ){{0,2}}(?:not|never) "
    r"(?:(?:at all|entirely|completely|fully|totally|quite|very|really|absolutely|altogether|100 ?%) ){0,2}"
    rf"{_SURE}\b(?:,? but\b)?"
    rf"|\b(?:i am|i[’']m) (?:(?:pretty|quite|fairly|very|rather|reasonably|almost) )?{_SURE}(?: that)?\b"
    r"|\b(?:i|we) (?:(?:would|do|[’']d) )?(?:think|believe|guess|suspect|assume|say|reckon)(?: that)?\b"
    r"|\b(?:if i am|if i[’']m|unless i am|unless i[’']m) (?:not )?(?:mistaken|wrong)\b|\bas far as i (?:know|can tell|can see)\b"
    r"|\b(?:very |most |quite )?(?:probably|likely|presumably|apparently|perhaps|maybe|possibly|surely|certainly|definitely)\b"
    r"|\bin my (?:opinion|view)\b|\bmy (?:best )?guess(?: is)?\b|\bmy best estimate(?: is)?\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:so|thus|hence|therefore|then),? (?=\S)|(?:it|that|this)[’']s(?: called)?:? |they[’']re:? "
    r"|(?:it|this|that|he|she|they|these|those|(?:the|its|their) [^,.;:!?\n]{1,80}?)"
    r" (?:is called|is named|would be|should be|must be|will be|seems to be|appears to be|is|are|was|were):? ",
    re.IGNORECASE,
)
_NUMBER_WORD = r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|twenty|thirty|forty|fifty)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_VALUE = rf"(?:[-+−~≈]?[$€£¥]? ?\.?\d|{_NUMBER_WORD}\b(?! (?:is|are|was|were)\b)|{_MONTH}\w*\.? (?:the )?\d)"
_BEFORE = re.compile(  # what makes a value something else: `at least 5`, `not a 5`, `half of 5`
    r"(?:\b(?:not|never|neither|nor|either|no|cannot|except|excluding|opposite|wrong|than|between|up to|under|over|above|below"
    r"|beyond|before|after|within|least|most|minimum|maximum|anything but|everything but|all but|any \w+ but|half|twice"
    r"|double|triple|third|quarter|root|versus|vs)|n[’']t),? "
    rf"(?:(?!is\b|are\b|was\b|were\b|equals\b)\w+,? ){{0,3}}{_VALUE}",
    re.IGNORECASE,
)
_AFTER = re.compile(  # `5 is wrong`, `5 at most`, `5 dozen`, `5+`
    r"\d[\d.,]*(?: \w+)?\W{0,3}\b(?:(?:is|are|was|were) (?:not|wrong|incorrect|false|untrue|unlikely)|isn[’']t|aren[’']t"
    r"|wasn[’']t|not(?! \w)|at (?:least|most)|minimum|maximum|dozen|thirds|fifths|tenths|halves|squared|cubed)\b"
    r"|(?<!\w)[\d.,]+\+(?!\d)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:unless|otherwise|alternatively|whichever|unknown|the question|you asked|was asked)\b|[≠√±∓]|!=|\?.*\w"
    r"|\d ?(?:\.\.+|…|~) ?\d|\d(?:or|and|to|vs)\d|\d_(?!\d{3}(?!\d))|/ ?or\b|\bor ?/",
    re.IGNORECASE | re.DOTALL,
)
_WORDS_AND_DIGITS = re.compile(
    rf"\b{_NUMBER_WORD}(?:,| and| to| or|/|-| -) ?-?\d|\d,?(?: and| to| or|/|-| -) ?{_NUMBER_WORD}\b", re.IGNORECASE
)
_CALLED_WRONG = re.compile(
    r"\b(?:not|never|wrong|incorrect|false|opposite|except|other|neither|nor|no)\b|n[’']t\b", re.IGNORECASE
)
_CHOICE = re.compile(r"\bor\b", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:or|and/or|either|neither|nor|not|versus|vs|alternatively|otherwise|except|but|instead|cannot|unknown|unclear)\b|n[’']t\b|[?|]",
    re.IGNORECASE,
)
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c")
"""Invisible characters that belong to the spelling of scripts other than Latin, Greek and Cyrillic."""


def without_doubt(text: str) -> str:
    """A text without what only says how sure its author is."""
    left = _DOUBT.sub(" ", text)
    if left == text:
        return text
    return re.sub(r"\(\s*\)", " ", re.sub(r" {2,}", " ", left)).strip(" ,;\n\t").removeprefix("- ").removesuffix(" -").strip()


def not_plain(text: str) -> str:
    """Why a text does not state one number or day: the word that denies, bounds or offers a choice; empty where it does.

    Several numbers are for the caller to compare; `12.5 kDa or 12500 Da` states one amount twice.
    """
    text = without_doubt(text).rstrip("?! ")
    found = _BEFORE.search(text) or _AFTER.search(text) or _BOUND.search(text) or _WORDS_AND_DIGITS.search(text)
    if found is not None:
        return found[0].strip()
    sides = _CHOICE.split(text)
    return "or" if len(sides) > 1 and not all(re.search(r"\d", side) for side in sides) else ""


def offers(text: str) -> str:
    """The word by which a text offers a choice, denies or asks; empty where it does none of these."""
    found = _OFFER.search(without_doubt(text).rstrip("? "))
    return found[0] if found else ""


def restated(text: str) -> Iterator[str]:
    """What a sentence about a name states: the sentence without doubt, and without a beginning such as `It is`."""
    sure = without_doubt(text)
    if sure != text:
        yield sure
    lead = _LEAD.match(sure)
    if lead is not None and not _CALLED_WRONG.search(lead[0]):
        rest = without_doubt(sure[lead.end() :])
        yield rest
        again = _LEAD.match(rest) if lead[0].strip(" ,").casefold() in ("so", "thus", "hence", "therefore", "then") else None
        if again is not None and not _CALLED_WRONG.search(again[0]):
            yield without_doubt(rest[again.end() :])


def invisible(text: str, allowed: str = "") -> str:
    """The first character of a text that nobody sees but a program reads, as `U+202E`; empty where there is none.

    Joiners and marks of direction are part of the spelling of many scripts; what the right answer has itself is `allowed`.
    """
    if text.isascii() and text.isprintable():
        return ""
    foreign = any(ord(char) >= 0x0590 and char.isalpha() for char in text)
    for char in text:
        spelled = char in allowed or char in "\t\n\r" or (foreign and char in _JOINERS)
        if not spelled and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs"):
            return f"U+{ord(char):04X}"
    return ""
