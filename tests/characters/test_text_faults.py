"""Faults of single texts: planted ones are found, what people write on purpose is not taken for one."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.characters.mojibake import garbled
from auditor.characters.text_faults import TESTS, Fault, names_of

KOREAN = "감사합니다 정말 좋은 영화였어요"
FRENCH = "Un café très agréable, déjà visité"


def look(code: str, text: str) -> Fault | None:
    """What a test says of a text, asked as a column asks: the expression first."""
    test = TESTS[code]
    if text.isascii() and not test.ascii:
        return None
    matches = pc.match_substring_regex(pa.array([text]), test.pattern)[0].as_py()
    found = test.look(text)
    assert matches or found is None, "the expression must match whatever the closer look finds"
    return found if matches else None


# mojibake


@pytest.mark.parametrize(
    ("text", "what", "was", "at"),
    [
        ("cafÃ© noir", "Ã©", "é", 3),
        ("itâ€™s fine", "â€™", "’", 2),
        ("donÂ´t", "Â´", "´", 3),
        ("the end.Â\u00a0Next", "Â\u00a0", "\u00a0", 8),
        ("voilÃ\u00a0 tout", "Ã\u00a0", "à", 4),
        ("5â‚¬", "â‚¬", "€", 1),
        ("ok ðŸ˜€", "ðŸ˜€", "\U0001f600", 3),
        ("ï»¿first", "ï»¿", "\ufeff", 0),
        ("a ï¿½ b", "ï¿½", "\ufffd", 2),
        ("byÅ‚o", "Å‚", "ł", 2),
        ("ì•ˆë…•", "ì•ˆ", "안", 0),
        ("ODESLÃ\x81N", "Ã\x81", "Á", 5),
        (KOREAN.encode().decode("latin-1"), "ê°\x90", "감", 0),
        (KOREAN.encode("cp949").decode("latin-1"), "°¨»ç", "감사", 0),
        ("媛먯궗" + "媛먯궗", "媛먯궗", "감사", 0),
    ],
)
def test_text_read_in_a_wrong_encoding_is_found_where_it_is(text: str, what: str, was: str, at: int) -> None:
    """What stands there, what it was, and where it begins."""
    found = look("mojibake", text)
    assert found is not None and found.more is not None
    assert (found.what, found.more["was"], found.at) == (what, was, at)


@pytest.mark.parametrize("errors", ["\ufffd", "?"])
def test_korean_read_as_cp949_is_found_though_bytes_were_lost(errors: str) -> None:
    """Every third byte of UTF-8 is none of cp949; programs write U+FFFD or a question mark for it."""
    text = KOREAN.encode().decode("cp949", "replace").replace("\ufffd", errors)
    found = look("mojibake", text)
    assert found is not None and found.more is not None
    assert found.more["how"] == "UTF-8 read as cp949"


@pytest.mark.parametrize(
    "text",
    [
        KOREAN,
        FRENCH,
        FRENCH.upper(),
        "« été\u00a0» et « CAFÉ\u00a0» à\u00a0»",
        "«—dijo papá»—contestó",
        "MANHÃ” E AMANHû, NÃO",
        "OPÇÕES, OPÇÕES, OPÇÕES",
        "»Spaß«, Ü–ü, 5 Å–10 Å",
        "RENÉ’s, così…»",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑ",
        "°±²³´µ¶·¸¹º»¼½¾¿",
        "我们在北京的图书馆见面",
        "大學校 學生 媛 先生님",
        "なぜ？ ドイツ語を？",
        "왜?그 영화?내가?봤나??",
        "Привет, мир! Ελληνικά",
        "xin chào tiếng Việt",
        "naïve façade, piñata, smörgåsbord",
        "???",
        "\ufffd\ufffd\ufffd",
        "",
    ],
)
def test_clean_text_is_not_taken_for_garbled(text: str) -> None:
    """Accents before quotes and guillemets, alphabets, capital words, other scripts."""
    assert look("mojibake", text) is None


def test_a_text_is_surer_the_more_of_it_is_garbled() -> None:
    one, two = garbled("cafÃ© noir"), garbled("cafÃ© dÃ©jÃ\u00a0 vu")
    assert one is not None and two is not None
    assert (one.sure, one.places) == (0.9, 1)
    assert (two.sure, two.places) == (0.99, 3)


@given(st.text(st.sampled_from("가나다라마바사아자차카타파하이는을에의도고 해요"), min_size=10))
def test_any_korean_read_as_latin_1_is_found(text: str) -> None:
    """UTF-8 read so always; the round trip tells what was meant."""
    if len(text.replace(" ", "")) < 10:
        return
    found = look("mojibake", text.encode().decode("latin-1"))
    assert found is not None and found.more is not None
    assert found.more["was"] in text


@given(st.text(max_size=60))
def test_no_text_makes_a_test_fail(text: str) -> None:
    """Places lie within the text; what is shown is short; the expression covers the closer look."""
    for code in TESTS:
        found = look(code, text)
        if found is not None:
            assert 0 <= found.at < len(text)
            assert 1 <= found.places <= len(text)
            assert 0 < len(found.what) <= 60
            assert 0 < found.sure <= 1


QUOTED = "She said \u2018no\u2019 \u2013 and left\u2026"


@pytest.mark.parametrize(
    ("text", "what", "was", "at", "places"),
    [
        (QUOTED, "U+0091", "‘", 9, 4),
        ("it\u2019s fine", "U+0092", "’", 2, 1),
        ("wait \u2026 then", "U+0085", "…", 5, 1),
        ("l\u2019été, d\u2019être, à \u201cÉvry\u201d", "U+0092", "’", 1, 4),
        ("\u20ac 5, \u0178", "U+0080", "€", 0, 2),
        ("behind\u2026\u2026\u2026 Can't", "U+0085", "…", 6, 1),
    ],
)
def test_signs_of_cp1252_read_as_latin_1_are_told_with_what_they_were(
    text: str, what: str, was: str, at: int, places: int
) -> None:
    """Quotation marks, dashes, dots: control characters in latin-1. To remove them would lose the signs."""
    read = text.encode("cp1252").decode("latin-1")

    found = look("mojibake", read)

    assert found is not None
    assert (found.what, found.at, found.places) == (what, at, places)
    assert found.more == {"how": "cp1252 read as latin-1", "was": was}
    assert found.sure == (0.9 if places == 1 else 0.99)
    assert look("invisible-characters", read) is None


def test_other_invisible_characters_beside_them_are_still_told() -> None:
    """A zero width is none of cp1252."""
    found = look("invisible-characters", "it\x92s\u200b fine\x85")

    assert found is not None
    assert (found.what, found.at, found.places) == ("U+200B", 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "a\x81b",  # cp1252 has nothing there
        "it\x92s \x8d",
        "from: a@\x80\x08",
        "こんにちは".encode("shift-jis").decode("latin-1"),
        "日本語のテキスト".encode("shift-jis").decode("latin-1"),
    ],
)
def test_control_characters_that_are_no_signs_of_cp1252_are_not_told_as_such(text: str) -> None:
    """Bytes that cp1252 leaves open; pairs of bytes of another encoding: invisible, or garbled otherwise."""
    found = look("mojibake", text)

    assert found is None or (found.more is not None and found.more["how"] != "cp1252 read as latin-1")
    assert (look("invisible-characters", text) is None) == (found is not None)


def test_control_characters_within_garbled_letters_are_told_once() -> None:
    """UTF-8 read as latin-1 makes them: the letters are garbled, nothing invisible is to be removed."""
    read = "it\u2019s ODESLÁN".encode().decode("latin-1")
    found = look("mojibake", read)

    assert found is not None and found.more is not None
    assert found.more["how"] == "UTF-8 read as cp1252"
    assert look("invisible-characters", read) is None


# characters that could not be read


def test_characters_that_could_not_be_read_are_counted_by_run() -> None:
    assert look("broken-encoding", "a\ufffd\ufffdb\ufffd") == Fault(at=1, places=2, what="U+FFFD")
    assert look("broken-encoding", "a?b") is None


@pytest.mark.parametrize("text", ["?? ??? ????? ??", "?? ???, ??????? ?!"])
def test_words_of_question_marks_are_letters_that_were_lost(text: str) -> None:
    """An estimate: somebody may have typed them."""
    found = look("letters-lost", text)
    assert found is not None
    assert (found.at, found.sure) == (0, 0.8)


@pytest.mark.parametrize(
    "text", ["???", "? ? ?", "??? ??? ???", "뭐?? ??? ?", "what?? ??? ?!", "???????? ??"]
)
def test_questions_are_not_letters_that_were_lost(text: str) -> None:
    """Two runs, runs of one length, or letters beside them."""
    assert look("letters-lost", text) is None


# characters that cannot be seen


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("good\u200b", 4, "U+200B"),
        ("\ufeffgood", 0, "U+FEFF"),
        ("go\ufeffod", 2, "U+FEFF"),
        ("a\u202eb", 1, "U+202E"),
        ("a\u3164b\u115f", 1, "U+3164, U+115F"),
        ("a\x00b\x81", 1, "U+0000, U+0081"),
        ("s\u00adoft", 1, "U+00AD"),
        ("a\U000e0041", 1, "U+E0041"),
        ("a\u200db", 1, "U+200D"),  # joins nothing
        ("a\u2028b", 1, "U+2028"),
    ],
)
def test_characters_that_nobody_sees_are_found(text: str, at: int, what: str) -> None:
    found = look("invisible-characters", text)
    assert found is not None
    assert (found.at, found.what) == (at, what)


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f4bb \u2764\ufe0f 1\ufe0f\u20e3",  # a woman at a computer, a heart, a keycap
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
        "می\u200cخواهم",  # Persian
        "क्\u200dष",  # Hindi
        "葛\U000e0100 邉\ufe00",  # forms of a character
        "\u2603\ufe0e",
        "a line\r\nanother\ttab\n",
        "no-break\u00a0space\u3000wide",
    ],
)
def test_characters_that_are_meant_are_no_fault(text: str) -> None:
    """Joiners of emoji, Arabic and Indic letters; forms; line ends; spaces that can be seen."""
    assert look("invisible-characters", text) is None


# letters in pieces


@pytest.mark.parametrize("text", ["자소분리", "café", "Việt", "ガ"])
def test_letters_in_pieces_are_found_and_composed_ones_are_not(text: str) -> None:
    """The same text in both forms."""
    assert look("decomposed", unicodedata.normalize("NFD", text)) is not None
    assert look("decomposed", unicodedata.normalize("NFC", text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "\u1112\u119e\u11ab",  # an old syllable, of which there is no composed one
        "q\u0303",  # no composed letter
        "\uf9e4 \u212a",  # a compatible character of KS X 1001, a kelvin sign: other characters, not pieces
    ],
)
def test_what_has_no_composed_form_is_no_fault(text: str) -> None:
    assert look("decomposed", text) is None


# markup


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("good.<br /><br />bad", 5, "<br>"),
        ("x &lt; y &#39;", 2, "&lt;"),
        ('<A href="x">here</a>', 12 + 4, "</a>"),
        ('<a href="http://x.y/?z=1">here', 0, "<a>"),
        ("<DIV class=x>", 0, "<DIV>"),
        ("&#x27;", 0, "&#x27;"),
    ],
)
def test_markup_is_found_and_named_without_its_attributes(text: str, at: int, what: str) -> None:
    found = look("markup-left", text)
    assert found is not None
    assert (found.at, found.what) == (at, what)


@pytest.mark.parametrize(
    "text", ["1 < 2 > 0", "<3 <me@example.org>", "R&D; AT&T", "M<B>X", "<user>", "a<b && c>d", "&c;"]
)
def test_signs_are_no_markup(text: str) -> None:
    """Comparisons, addresses, hearts, encoded files."""
    assert look("markup-left", text) is None


def test_only_a_few_characters_are_named() -> None:
    assert names_of("abcda") == "U+0061, U+0062, U+0063, ..."
