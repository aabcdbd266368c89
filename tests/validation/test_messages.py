"""Every sentence of the catalogues, with and without each of its parts, reads as a sentence in both languages."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from hub.i18n import LANGUAGES
from validation.catalogue import OPTIONAL, PLACE, catalogue, render

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = {
    "value": "abc",
    "column": "Kol1",
    "field": "event_at",
    "expected": "xyz",
    "line": 7,
    "file": "a.csv",
    "sheet": "Sheet1",
    "example": "2026-03-25",
    "length": "700",
    "day": "1926-03-02",
}
BLANK = re.compile(r"  |^ | $| [.,;:]|\( | \)|\(\)|“”|\"\"|''|（）|、、|，，|：。|：，|,\.|:\.|。。|\.\.")
LEFT = re.compile(r"[{}\[\]|]|None|—|…")
TWO_ARTICLES = re.compile(r"\b(the|a|an) (the|a|an)\b", re.IGNORECASE)
WRONG_ARTICLE = re.compile(r"\ba [aeio]\w|\ban [^aeiou\W]\w", re.IGNORECASE)
LATIN_STOP = re.compile(r"[\u4e00-\u9fff”）][.,;:?!]|[.,;:](?=[\u4e00-\u9fff])")
SENTENCES = re.compile(r"(?<=[.!?]) ")
NAMES = ("riskhub:行", "[***id]", "文件名.manifest.json")  # which hold a western sign
CATALOGUE = Path(__file__).resolve().parents[2] / "hub" / "text"
TEXTS = {key: text for file in CATALOGUE.glob("*.yml") for key, text in yaml.safe_load(file.read_text("utf-8")).items()}


def subsets(code: str) -> Iterator[dict[str, Any]]:
    """Yield every choice of the places of a code's sentences that have something to say."""
    known = catalogue()[code]
    texts = [*known.message.values(), *known.cure.values()]
    names = sorted({name for text in texts for name in PLACE.findall(text)})
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            yield {name: GIVEN[name] for name in chosen}


def faults(text: str, language: str) -> list[str]:
    """Return what is wrong with a text as a sentence of its language."""
    found = [f"holds {match[0]!r}" for match in (BLANK.search(text), LEFT.search(text)) if match]
    if language == "zh":
        found += [f"western sign {match[0]!r}" for match in [LATIN_STOP.search(text)] if match]
        return found if text.endswith(("。", "？", "！")) else [*found, "has no end"]
    found += [f"articles {match[0]!r}" for match in (TWO_ARTICLES.search(text), WRONG_ARTICLE.search(text)) if match]
    if not text.endswith((".", "?", "!")):
        found.append("has no end")
    for sentence in SENTENCES.split(text):
        if sentence[:1].islower() and not sentence.startswith(tuple(map(str, GIVEN.values()))):
            found.append(f"begins small: {sentence[:20]}")
    return found


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_finding_reads_as_sentences_whatever_it_has_to_say(code: str) -> None:
    for given in subsets(code):
        # These two read one of their places as an id of a rule or of a fault.
        place = given | ({"expected": "unknown-id."} if code in {"BROKEN_RULE", "UNLIKELY_VALUES"} else {})
        for language in LANGUAGES:
            words = render(code, language, **place)
            for text in (words.message, words.cure):
                end = {"en": ".", "zh": "。"}[language]
                told = text if text != GIVEN["expected"] else text.capitalize() + end
                told = told.replace("unknown-id.", "Unknown" + end)
                for name in NAMES:
                    told = told.replace(name, "NAME")
                assert not faults(told, language), (code, sorted(given), language, text)
            assert not LEFT.search(words.title)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_place_may_have_nothing_to_say(code: str) -> None:
    known = catalogue()[code]
    for text in (*known.message.values(), *known.cure.values()):
        assert not PLACE.findall(OPTIONAL.sub("", text)), f"{code}: a place stands outside of [[ ]]: {text}"
    for one, other in ((known.message["en"], known.message["zh"]), (known.cure["en"], known.cure["zh"])):
        assert set(PLACE.findall(one)) == set(PLACE.findall(other)), f"{code}: the languages tell different things"


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_sentence_of_the_hub_is_whole_in_both_languages(key: str) -> None:
    assert set(TEXTS[key]) == set(LANGUAGES)
    for language, text in TEXTS[key].items():
        places = set(PLACE.findall(str(text)))
        assert places == set(PLACE.findall(str(TEXTS[key]["en"]))), f"{key}: the languages tell different things"
        filled = re.sub(r"\{[^}]*\}", "abc", str(text))
        assert not re.search(r"None|  \S.*  |“”|（）|\(\)", filled) or key.startswith("next."), filled
        if language == "zh" and not key.startswith(("stack.", "next.", "status.", "doctor.", "health.")):
            assert not re.search(r"[\u4e00-\u9fff][,;?!]", filled), filled
