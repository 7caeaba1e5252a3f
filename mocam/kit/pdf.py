"""The page as PDF, for a printer without a browser. Its library is large: imported only where a page is made."""

from __future__ import annotations

import io

from fpdf import FPDF

from mocam.kit.page import Page, Step
from storage.kit import Part

_MARGIN_MM = 14
_QR_MM = 46
_COLUMNS = 4


def pdf_page(page: Page) -> bytes:
    """A4, one or two pages."""
    sheet = FPDF(format="A4")
    sheet.set_title(page.title)
    sheet.set_margin(_MARGIN_MM)
    sheet.set_auto_page_break(True, margin=_MARGIN_MM)
    sheet.add_page()
    _heading(sheet, page)
    for title, part in page.parts:
        _part(sheet, title, part)
    _head(sheet, "Where the archive is")
    _lines(sheet, page.place)
    _head(sheet, "Back with MoCam, on any machine")
    _steps(sheet, page.with_mocam)
    _head(sheet, "Back without MoCam")
    _steps(sheet, page.with_rclone)
    return bytes(sheet.output())


def _heading(sheet: FPDF, page: Page) -> None:
    picture = io.BytesIO()
    page.qr().save(picture, kind="png", scale=8, border=2)
    sheet.image(picture, x=sheet.w - _MARGIN_MM - _QR_MM, y=_MARGIN_MM, w=_QR_MM)
    width = sheet.epw - _QR_MM - 4
    sheet.set_font("Helvetica", "B", 18)
    sheet.multi_cell(width, 9, page.title, new_x="LMARGIN", new_y="NEXT")
    sheet.set_font("Helvetica", "", 9.5)
    for line in page.intro:
        sheet.multi_cell(width, 4.6, _latin(line), align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.set_y(max(sheet.get_y(), _MARGIN_MM + _QR_MM))


def _part(sheet: FPDF, title: str, part: Part) -> None:
    _head(sheet, title)
    sheet.set_font("Courier", "", 11)
    width = sheet.epw / _COLUMNS
    for at, word in enumerate(part.words):
        last = (at + 1) % _COLUMNS == 0 or at + 1 == len(part.words)
        new_x, new_y = ("LMARGIN", "NEXT") if last else ("RIGHT", "TOP")
        sheet.cell(width, 6, f"{part.first + at:2d}. {word}", border=1, new_x=new_x, new_y=new_y)


def _steps(sheet: FPDF, steps: tuple[Step, ...]) -> None:
    for number, step in enumerate(steps, 1):
        _lines(sheet, [f"{number}. {step.text}"])
        sheet.set_font("Courier", "", 8)
        for command in step.commands:
            sheet.multi_cell(0, 3.8, _latin(command), border=1, align="L", new_x="LMARGIN", new_y="NEXT", padding=1)
        sheet.ln(1)


def _head(sheet: FPDF, text: str) -> None:
    sheet.ln(2)
    sheet.set_font("Helvetica", "B", 12)
    sheet.cell(0, 6.5, _latin(text), new_x="LMARGIN", new_y="NEXT")


def _lines(sheet: FPDF, lines: tuple[str, ...] | list[str]) -> None:
    sheet.set_font("Helvetica", "", 9.5)
    for line in lines:
        sheet.multi_cell(0, 4.6, _latin(line), align="L", new_x="LMARGIN", new_y="NEXT")


def _latin(text: str) -> str:
    """The letters that a PDF reader has without a font of ours; others become a question mark."""
    plain = text.replace("\u201c", '"').replace("\u201d", '"')
    return plain.encode("latin-1", "replace").decode("latin-1")
