"""The page as one HTML file that needs nothing else: for any browser, to be printed."""

from __future__ import annotations

import html
import io

from mocam.kit.page import Page, Step
from storage.kit import Part

_STYLE = """
body { font: 11pt/1.4 sans-serif; color: #000; background: #fff; max-width: 18cm; margin: 1cm auto; padding: 0 1cm; }
h1 { font-size: 20pt; margin: 0 0 .3em; } h2 { font-size: 13pt; margin: 1.2em 0 .3em; }
ol.words { display: grid; grid-template-columns: repeat(4, 1fr); gap: .1em 1em; padding: .6em .6em .6em 2.6em;
  border: 1px solid #000; font: 12pt/1.5 monospace; }
pre { border: 1px solid #999; padding: .4em; font-size: 9pt; white-space: pre-wrap; overflow-wrap: anywhere; }
.code { float: right; width: 5.2cm; margin: 0 0 .5em 1em; } .code svg { width: 100%; height: auto; }
li { break-inside: avoid; } @page { size: A4; margin: 1.2cm; } @media print { body { margin: 0; padding: 0; } }
"""


def html_page(page: Page) -> str:
    """A whole document; it loads nothing."""
    body = [
        f"<h1>{_text(page.title)}</h1>",
        f'<div class="code">{_svg(page)}</div>',
        *(f"<p>{_text(line)}</p>" for line in page.intro),
        *(_part(title, part) for title, part in page.parts),
        "<h2>Where the archive is</h2>",
        "<p>" + "<br>".join(map(_text, page.place)) + "</p>",
        "<h2>Back with MoCam, on any machine</h2>",
        _steps(page.with_mocam, "with-mocam"),
        "<h2>Back without MoCam</h2>",
        _steps(page.with_rclone, "with-rclone"),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(page.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _part(title: str, part: Part) -> str:
    words = "".join(f"<li>{_text(word)}</li>" for word in part.words)
    return f'<h2>{_text(title)}</h2>\n<ol class="words" start="{part.first}">{words}</ol>'


def _steps(steps: tuple[Step, ...], name: str) -> str:
    items = "".join(
        f"<li>{_text(step.text)}{''.join(f'<pre>{_text(command)}</pre>' for command in step.commands)}</li>"
        for step in steps
    )
    return f'<ol id="{name}">{items}</ol>'


def _svg(page: Page) -> str:
    out = io.BytesIO()
    page.qr().save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    return out.getvalue().decode()


def _text(text: str) -> str:
    return html.escape(text)
