from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.entities import Entity, parse_html, plain, utf16_length
from demo.rejection import Rejected


def kinds(source: str) -> list[tuple[str, str]]:
    """Kind and covered text of each entity, read back through UTF-16 as a client does."""
    body = parse_html(source)
    units = body.text.encode("utf-16-le")
    return [(e.type, units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")) for e in body.entities]


def test_tags_become_entities() -> None:
    assert kinds("<b>front</b> and <i>back</i>") == [("bold", "front"), ("italic", "back")]


def test_nested_tags_are_listed_from_the_outside_in() -> None:
    assert kinds("<b>a <i>b</i></b>") == [("bold", "a b"), ("italic", "b")]
    assert kinds("<b><i>a</i></b>") == [("bold", "a"), ("italic", "a")]


def test_offsets_count_utf16_units() -> None:
    assert parse_html("📷 <b>x</b>").entities == (Entity("bold", 3, 1),)


def test_links_code_and_quotes_keep_their_attributes() -> None:
    body = parse_html('<a href="https://e.org/?a=1&amp;b">here</a><pre><code class="language-py">x</code></pre>')
    assert [(e.type, e.url, e.language) for e in body.entities] == [
        ("text_link", "https://e.org/?a=1&b", ""),
        ("pre", "", "py"),
    ]
    assert kinds("<blockquote expandable>q</blockquote>") == [("expandable_blockquote", "q")]
    assert kinds('<span class="tg-spoiler">q</span>') == [("spoiler", "q")]


def test_references_are_read_and_other_ampersands_stay() -> None:
    assert parse_html("1 &lt; 2 &amp; 3 &#62; 2 &nbsp; R&D").text == "1 < 2 & 3 > 2 &nbsp; R&D"


def test_white_space_around_goes_and_entities_move_along() -> None:
    body = parse_html("\n  <b> a </b>\n")
    assert (body.text, body.entities) == ("a", (Entity("bold", 0, 1),))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("ä<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("<span>a</span>", 'Unsupported start tag "span" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
    ],
)
def test_wrong_html_is_refused_in_the_words_of_the_server(source: str, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"
    assert refusal.value.breach


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text)).text == text.strip()


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="<>&"), min_size=1))
def test_entities_never_leave_the_text(text: str) -> None:
    body = parse_html(f"<b>{text}</b> <i>x</i>")
    assert all(e.offset >= 0 and e.offset + e.length <= utf16_length(body.text) for e in body.entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/status", [("bot_command", 0, 7)]),
        ("see /clip@mocam_bot now", [("bot_command", 4, 15)]),
        ("a/b and 1/2", []),
        ("event #e42, no #42", [("hashtag", 6, 4)]),
        ("at https://e.org/a#b.", [("url", 3, 17)]),
    ],
)
def test_commands_tags_and_addresses_are_found(text: str, found: list[tuple[str, int, int]]) -> None:
    assert [(e.type, e.offset, e.length) for e in plain(text).entities] == found


def test_nothing_is_found_inside_code() -> None:
    assert kinds("<code>/status #a1</code>") == [("code", "/status #a1")]
