"""Which encoding a text has: decoded right, or told to be a guess; never wrong in silence.

The texts are in 40 languages (`texts.yml`), each in the encodings in which files of that language are met.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connectors.readers.text.encoding_guess import SAMPLE_BYTES, Guess, guess
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = yaml.safe_load(Path(__file__).resolve().parents[3].joinpath("support", "texts.yml").read_text("utf-8"))
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le")
EAST_ASIAN = ("zh", "ja", "ko")
CASES = [(language, encoding) for language, each in TEXTS.items() for encoding in each["encodings"]]
CLEAR = [case for case in CASES if case[0].startswith(EAST_ASIAN)]


class Tried(NamedTuple):
    """A text in some encoding, and what was found out about its bytes."""

    text: str
    data: bytes
    found: Guess

    def read(self, encoding: str) -> str | None:
        """Return the bytes as another encoding reads them."""
        try:
            return self.data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            return None

    @property
    def right(self) -> bool:
        """Whether the text is read as it was."""
        return self.read(self.found.encoding) == self.text

    @property
    def among(self) -> bool:
        """Whether one of the readings that are shown is the right one."""
        names = [name for alike, _ in self.found.readings for name in alike.split(", ")]
        return any(self.read(name) == self.text for name in names)


@pytest.fixture
def tried(tmp_path: Path) -> Callable[[str, str], Tried]:
    path = tmp_path / "delivery"

    def tried(text: str, encoding: str) -> Tried:
        data = text.encode(encoding, "ignore")
        path.write_bytes(data)
        return Tried(data.decode(encoding), data, guess(path))

    return tried


def pieces(text: str, seed: str) -> list[str]:
    """Return one word, a few, many lines, and capitals of a text."""
    words, chance = text.split(" "), random.Random(seed)
    lines = [" ".join(chance.choices(words, k=5)) for _ in range(30)]
    return [words[0][:12], text[:40], "\n".join(lines), text.upper()]


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_never_wrong_in_silence(tried: Callable[[str, str], Tried], language: str, encoding: str) -> None:
    for piece in pieces(TEXTS[language]["text"], language + encoding):
        done = tried(piece, encoding)
        if done.data.isascii():
            continue
        assert done.right or not done.found.certain, (piece, done.found)
        assert done.right or done.among, (piece, done.found)


@pytest.mark.parametrize(("language", "encoding"), CLEAR)
def test_east_asian_text_of_a_few_rows_is_certain(
    tried: Callable[[str, str], Tried], language: str, encoding: str
) -> None:
    done = tried(TEXTS[language]["text"], encoding)
    assert (done.found.certain, done.right) == (True, True)


@pytest.mark.parametrize("language", TEXTS)
def test_unicode_is_certain(tried: Callable[[str, str], Tried], language: str) -> None:
    for encoding in UNICODE:
        done = tried(TEXTS[language]["text"] + "\n1,2\n", encoding)
        assert (done.found.certain, done.right) == (True, True), encoding


@given(st.text(min_size=1, max_size=40), st.sampled_from(sorted({each for _, each in CASES})), st.integers(1, 3))
def test_no_text_in_any_encoding_is_wrong_in_silence(text: str, encoding: str, times: int) -> None:
    """What a text of any characters is read as is right or told, but for two-byte UTF-8 that also is something else."""
    data = (f"{text}\n" * times).encode(encoding, "ignore")
    if data.isascii():
        return
    path = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")  # noqa: S108 - see below
    path /= f"guessing-{random.getrandbits(64):x}"
    try:
        path.write_bytes(data)
        found = guess(path)
    finally:
        path.unlink(missing_ok=True)
    try:
        read = data.decode(found.encoding)
    except UnicodeDecodeError:
        return  # its reader refuses it, and says on which line
    assert not found.certain or found.encoding == "utf-8" or read == data.decode(encoding)


def test_damaged_utf8_is_left_to_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(TEXTS["zh_table"]["text"].encode() + b"\n\xff\n" + TEXTS["zh_table"]["text"].encode())
    assert guess(path) == Guess("utf-8")
    assert here(path, kind="any").codes == ["WRONG_ENCODING"]


def test_all_of_a_long_file_is_looked_at(tmp_path: Path) -> None:
    """What contradicts the beginning may stand anywhere."""
    path, rows = tmp_path / "x", TEXTS["zh_table"]["text"].encode("gb18030")
    path.write_bytes(rows * 40_000)
    assert path.stat().st_size > 10 * SAMPLE_BYTES
    assert guess(path) == Guess("gb18030")
    path.write_bytes(rows * 40_000 + b"\n\xff\xff")
    assert not guess(path).certain
    path.write_bytes(b"a,b\n1,2\n" * 500_000 + TEXTS["ja"]["text"].encode("euc_jp"))
    assert guess(path) == Guess("euc_jp")


def test_one_short_word_is_a_guess(tried: Callable[[str, str], Tried]) -> None:
    """These bytes are everyday Chinese, and valid UTF-8 that nobody writes."""
    done = tried("a,b\n1,也\n", "gb18030")
    assert (done.found.certain, done.among) == (False, True)
    assert tried("a,b\n1,café\n", "utf-8").found.certain


@pytest.mark.parametrize("encoding", ["iso2022_jp", "iso2022_kr", "hz", "utf_7"])
def test_seven_bit_encodings_are_named_and_refused(tmp_path: Path, encoding: str) -> None:
    language = {"iso2022_kr": "ko_table", "hz": "zh_table", "utf_7": "zh_table"}.get(encoding, "ja_table")
    path = tmp_path / "x"
    path.write_bytes(TEXTS[language]["text"].encode(encoding))
    outcome = here(path, kind="any")
    assert [(each.code, encoding in str(each.value)) for each in outcome.verdict] == [("WRONG_ENCODING", True)]


def test_readings_are_told_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes("номер,товар\n1,чайник электрический\n2,610102199001011234 утюг\n".encode("cp1251"))
    outcome = here(path, kind="any")
    (told,) = [each for each in outcome.findings if each.code == "ENCODING_GUESSED"]
    assert told.value == "cp1251"
    assert str(told.expected).startswith("cp1251, mac-cyrillic, kz1048, ptcp154: номер,товар | ")
    assert "koi8-r, koi8-u, koi8-t: МНЛЕП,РНБЮП" in str(told.expected)
    assert "1990" not in str(told.expected)
    assert outcome.cells[0] == {"номер": "1", "товар": "чайник электрический"}


@pytest.mark.parametrize(
    ("declared", "encoding", "sure"),
    [
        ("windows-1251", "cp1251", True),
        ("ISO-8859-1", "cp1251", False),
        ("gb2312", "gb18030", True),
        ("big5", "gb18030", False),
        ("utf-8", "utf-8", True),
    ],
)
def test_what_a_document_says_of_itself_is_checked(tmp_path: Path, declared: str, encoding: str, sure: bool) -> None:  # noqa: FBT001 - a parameter
    text = TEXTS["ru" if encoding == "cp1251" else "zh"]["text"]
    path = tmp_path / "x"
    document = f'<?xml version="1.0" encoding="{declared}"?>\n<m><r><a>{text}</a></r><r><a>{text}</a></r></m>'
    path.write_bytes(document.encode(encoding))
    outcome = here(path, kind="any")
    assert (not outcome.verdict and "ENCODING_GUESSED" not in outcome.codes) == sure


LABELLED = {
    **dict.fromkeys(("arabic", "bulgarian", "french", "polish", "russian-2", "russian-3", "spanish"), "utf-8"),
    "english.bom": "utf-8-sig",
    "arabic-1": "cp1256",
    "chinese": "big5",
    "french-1": "cp1252",
    "greek": "cp1253",
    "greek-2": "cp1253",
    "hebrew-2": "cp1255",
    "hebrew-3": "cp1255",
    "korean": "cp949",
    "russian": "mac-cyrillic",
    "turkish": "cp1254",
}


@pytest.mark.parametrize("name", LABELLED)
def test_labelled_files_of_a_detector(shared: Callable[[str], Path], name: str) -> None:
    path = shared(f"hostile/encodings-charset-normalizer/sample-{name}.txt")
    done = Tried(path.read_bytes().decode(LABELLED[name]), path.read_bytes(), guess(path))
    assert done.right
    assert done.found.certain == LABELLED[name].startswith(("utf-8", "big5", "cp949"))
