"""Names as people write them -> words that are equal for one name in Latin and in Arabic letters. Pure.

`Mohammed`, `Muhammad` and `محمد` sound alike: their consonants are the same. `Hassan` and `Hussain` sound alike too, so
each word keeps its spelling as well: in Latin letters the consonants, the first o or u among them, and a last i, since
other vowels are anybody's choice (`Khaled`, `Khalid`); in Arabic letters the word itself, with one form of alef, ya and
ta marbuta and without tatweel and vowel signs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from leads_excel.schema.spelling import alike


class Word(NamedTuple):
    """One word of a name.

    Args:
        sound: Its consonants, the same in both scripts; an initial is one letter and a dot.
        spelling: What tells it from others that sound alike, within its script.
        is_latin: Whether it is written in Latin letters.
    """

    sound: str
    spelling: str
    is_latin: bool

    @property
    def is_initial(self) -> bool:
        """Whether it is a letter that stands for a name."""
        return self.sound.endswith(".")


_LONGEST = 200  # characters of a field; what is longer is no name
_NO_NAMES = {
    *("na", "none", "null", "nil", "unknown", "noname", "no name", "test", "customer", "client", "guest", "lead"),
    *("عميل", "العميل", "زبون", "تجربه", "لا يوجد", "غير معروف"),
}
_BETWEEN = {
    *("al", "el", "ul", "bin", "ben", "ibn", "bint", "ال", "بن", "ابن", "بنت"),
    *("mr", "mrs", "ms", "miss", "dr", "eng", "prof", "الدكتور", "المهندس"),
}
"""Articles, words for son and daughter, and titles: one person leaves them out as often as not."""
_SERVANT = {"abd", "abdul", "abdel", "abdal", "abdur", "abdoul", "عبد"}
"""What begins a name of two words that is as often written as one."""
_SHORT = {"mohd": "mohammed", "md": "mohammed", "mhd": "mohammed"}

_UNSEEN = {"Mn", "Cf"}  # vowel signs and accents, marks of direction
_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc\u02bb\u00b4]")
_LATIN = re.compile("[a-z]+")
_LATIN_ARTICLE = re.compile("^(?:al|el)(?=.{4})")
_ARABIC_ARTICLE = re.compile("^ال(?=..)")
_SIGNS = (
    ("x", "ks"), ("kh", "X"), ("sh", "C"), ("ch", "C"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("ck", "k"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("q", "k"), ("v", "f"), ("p", "b"),
)  # fmt: skip
_DOUBLED = re.compile(r"([^aeiouyw])\1+")
_OPENING = re.compile("^[aeiou][aeiouyw]*")
_RUNS = re.compile("[aeiouyw]+|[^aeiouyw]")
_ARABIC = {
    **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhXddrzsCsdtzgfkklmnh", strict=True)),
    **dict(zip("گپچکڤ", "gbCkf", strict=True)),
    **dict.fromkeys("اعءويی", ""),
}
_ARABIC_OPENING = {**_ARABIC, **dict(zip("اعءويی", "aaawyy", strict=True))}
_SILENT = "\u0647\u062d"  # at the end of a word: a ta marbuta, or an h that Latin letters do not tell from it
_VOWELS = "aeiou"


def words_of(text: str) -> tuple[Word, ...]:
    """Read a name.

    Args:
        text: A field as typed.

    Returns:
        Its words in order; none where it holds no name.
    """
    letters = alike(text[:_LONGEST])
    if not letters.isascii():
        folded = unicodedata.normalize("NFKD", letters)
        letters = alike("".join(sign for sign in folded if unicodedata.category(sign) not in _UNSEEN))
    found = _LETTERS.findall(_APOSTROPHES.sub("", letters))
    if not found or " ".join(found) in _NO_NAMES or (len(found) == 1 and len(set(found[0])) == 1 < len(found[0])):
        return ()
    kept = [word for word in found if word not in _BETWEEN] or found
    return tuple(word_of(word) for word in _whole(kept))


def _whole(words: list[str]) -> list[str]:
    """Write `abd al rahman`, of which the article is gone, as one word."""
    found: list[str] = []
    for word in words:
        if found and found[-1] in _SERVANT:
            found[-1] += word
        else:
            found.append(_SHORT.get(word, word))
    return found


def word_of(text: str) -> Word:
    """Read one word, in small letters and without signs."""
    is_latin = bool(_LATIN.fullmatch(text))
    if len(text) == 1:
        sound = "a" if text in _VOWELS else _ARABIC_OPENING.get(text) or dict(_SIGNS).get(text, text)
        return Word(f"{sound[:1]}.", "", is_latin)
    spelling = _latin(text) if is_latin else _ARABIC_ARTICLE.sub("", text)
    sound = re.sub(r"(.)\1+", r"\1", _consonants(spelling) if is_latin else _of_arabic(spelling)) or text
    if sound.startswith("abd"):
        sound = f"abd{sound[3:].removeprefix('l')}"  # the article within: abdul-, abdel-, abdur-
        return Word(sound, sound, is_latin)
    return Word(sound, spelling, is_latin)


def _latin(text: str) -> str:
    for letters, sign in _SIGNS:
        text = text.replace(letters, sign)
    text = _DOUBLED.sub(r"\1", _LATIN_ARTICLE.sub("", text))
    text = re.sub("(?<=[aeiou])h$", "", text)
    opening = _OPENING.match(text)
    begins = ("U" if text[0] in "ou" else "A") if opening else text[0].upper() if text[0] in "yw" else text[0]
    runs = _RUNS.findall(text[opening.end() if opening else 1 :])
    rest = "".join(_vowel(run, is_last=at == len(runs) - 1) for at, run in enumerate(runs))
    before, sign, after = rest.partition("u")
    return begins + before + sign + after.replace("u", "")  # Yousef is Yusuf


def _vowel(run: str, *, is_last: bool) -> str:
    if run[0] not in "aeiouyw":
        return run
    if re.search("[ouw]", run):
        return "u"
    return "i" if is_last and re.search("[iy]|ee", run) else ""


def _consonants(spelling: str) -> str:
    begins = {"U": "a", "A": "a", "Y": "y", "W": "w"}.get(spelling[0], spelling[0])
    return begins + re.sub("[ui]", "", spelling[1:])


def _of_arabic(word: str) -> str:
    begins = _ARABIC_OPENING.get(word[0], word[0])
    return begins + "".join(_ARABIC.get(letter, letter) for letter in word[1:].rstrip(_SILENT))
