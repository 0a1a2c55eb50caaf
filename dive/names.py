"""Comparing names: the same name up to case, accents and punctuation, alone or in a short sentence about it.

A structure (SMILES, InChI, a formula with digits) is compared as written, a date as a day. A sentence around a name counts
where it takes nothing back (`It is EcoRI.`, `probably EcoRI`), and so does a code beside its name or a name beside its code; a
second name never does.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from dive.readings import read_dates
from dive.statements import not_plain, offers, restated
from dive.units import plain

_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and ",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
})  # fmt: skip
_STRUCTURE = re.compile(r"(?=.*[A-Za-z])(?:\S*[=#@\[\]\\]\S*|(?=.*[\d(])(?:Cl|Br|[BCNOPSFIHbcnops]|[-\d()%.+/]){5,})")
_SIGN = re.compile(r"(?<![^\s(])-(?=[\d)])|(?<=\w)-(?=\s|$|\))")


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """A name without case, accents, punctuation, a leading article and spaces, Greek letters spelled out.

    Signs stay (`(+)-catechin`, `Cl-`, `-5`), and digits that were apart stay apart (`E11.9` is not `E119`).
    """
    text = unicodedata.normalize("NFD", plain(text).casefold())
    text = re.sub("[\u0300-\u036f]", "", text).translate(_LETTERS)
    text = re.sub(r"[^\w+#%<>=−]|_", " ", _SIGN.sub("−", text))
    words = text.split()
    if len(words) > 1 and (words[0] == "the" or (words[0] in ("a", "an") and re.match(r"[^\W\d]{3}", words[1]))):
        words = words[1:]
    joined = re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words))
    return {"yes": "true", "no": "false"}.get(joined, joined)


def same_text(right: str, found: str) -> bool:
    """Whether a text says the right one: as it stands, in a short sentence around it, or with what it stands for beside it."""
    if len(found) > 4 * len(right) + 200:
        return False
    if _same_name(right, found):
        return True
    if folded(right) in ("true", "false"):
        return _says(found) == folded(right)
    for stated in (found, *restated(found)):
        if _same_name(right, stated) or (_same_name(right, _named(right, stated)) and not offers(stated)):
            return True
    return False


def _same_name(right: str, found: str) -> bool:
    if _STRUCTURE.fullmatch(right):
        return "".join(plain(right).split()) == "".join(plain(found).split())
    if day_of(right):
        days = read_dates(found)
        return bool(days) and all(readings == {day_of(right)} for readings in days) and not not_plain(found)
    return folded(right) == folded(found) if folded(right) else right.strip() == found.strip()


_CODE = re.compile(r"(?=\S*\d)\S{2,40}")
_LABEL = re.compile(r"[A-Za-z]{2,12}[:_ -]?\d{3,}[\w.]*")
_BESIDE = re.compile(r"(\S.*?)(?: [-–—] |: | \()([^()]{1,200})\)?")
_LINK = re.compile(r"\[([^\[\]]*)\]\(<?(https?://[^\s<>()]+)>?\)|<(https?://[^\s<>]+)>")


def _named(right: str, found: str) -> str:
    """What a text names, without what explains it: `EYE012 (Other disorders)` is a code with its name, and `Microcephaly
    (HP:0000252)` a name with its code. What else stands beside a name may single another thing out (`Georgia (US state)`).
    """
    link = _LINK.fullmatch(found)
    if link is not None:
        target = link[2] or link[3]
        return target if "://" not in (link[1] or "") or link[1] == target else ""
    parts = _BESIDE.fullmatch(found)
    if parts is None or right.endswith(")"):
        return ""
    if _CODE.fullmatch(right):
        return parts[1] if re.search(r"[a-z]{3}", parts[2]) and not re.search(r"\d", parts[2]) else ""
    return parts[1] if _LABEL.fullmatch(parts[2]) else ""


def _says(found: str) -> str:
    """`true` or `false` where a sentence begins with yes or no and takes nothing back."""
    first, _, rest = found.strip().partition(",")
    says = folded(first)
    opposite = "no|not|never|false|incorrect|wrong" if says == "true" else "yes|true|correct|right"
    unclear = re.search(rf"(?i)\b(?:{opposite}|but|however|although|though|maybe|or|unless|except)\b|n[’']t\b|\?", rest)
    return says if says in ("true", "false") and not (unclear and says == "true") and not (unclear and "n't" not in rest) else ""


def day_of(value: object) -> date | None:
    """The day in ISO form, with or without a time; None for anything else."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d(?:[T ].{0,40})?", value, re.ASCII):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
