"""Believable documents (PDF, DOCX, XLSX, PNG) for the demo matters of an invented law firm."""

import docx
import openpyxl
import os
import random
import re
import reportlab
import zipfile
from collective.clientportal.setuphandlers.demo_texts import HEADS
from collective.clientportal.setuphandlers.demo_texts import MATTERS
from collective.clientportal.setuphandlers.demo_texts import SAMPLE
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.shared import Pt
from docx.shared import RGBColor
from io import BytesIO
from openpyxl.styles import Alignment
from openpyxl.styles import Border
from openpyxl.styles import Font
from openpyxl.styles import PatternFill
from openpyxl.styles import Side
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image
from PIL import ImageChops
from PIL import ImageDraw
from PIL import ImageFilter
from PIL import ImageFont
from PIL import PngImagePlugin
from reportlab import platypus as pp
from reportlab.lib.colors import black
from reportlab.lib.colors import HexColor
from reportlab.lib.colors import white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm


TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FONTS = os.path.join(os.path.dirname(reportlab.__file__), "fonts")
GREY, LINE, LIGHT = HexColor("#5B6470"), HexColor("#C9CFD8"), HexColor("#EEF1F5")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.8, leading=14, spaceAfter=7)
SMALL = ParagraphStyle("small", BODY, fontSize=8.2, leading=11, textColor=GREY, spaceAfter=0)
BOLD = ParagraphStyle("bold", BODY, fontName="Helvetica-Bold", spaceBefore=7, keepWithNext=1)
BOLD.spaceAfter = 4
STYLES = {
    "": BODY,
    "#": BOLD,
    "^": ParagraphStyle("mid", BOLD, alignment=1, fontSize=11.5, spaceBefore=4, spaceAfter=10),
    ">": ParagraphStyle("indent", BODY, leftIndent=11 * mm, rightIndent=6 * mm),
    "-": ParagraphStyle("list", BODY, leftIndent=5 * mm, bulletIndent=1 * mm, spaceAfter=3),
    "1": ParagraphStyle("number", BODY, leftIndent=8 * mm, bulletIndent=1 * mm),
    "cell": ParagraphStyle("cell", BODY, fontSize=9.2, leading=12, spaceAfter=0),
    "right": ParagraphStyle("right", BODY, fontSize=9.2, leading=12, spaceAfter=0, alignment=2),
    "subject": ParagraphStyle("subject", BOLD, fontSize=11.5, leading=15, spaceAfter=9),
}


@dataclass(frozen=True)
class DemoDocument:
    """Hold one generated file with its title, name, type and bytes."""

    title: str
    filename: str
    content_type: str
    data: bytes


def documents(matter: str) -> list[DemoDocument]:
    """Return the list of DemoDocument of a matter key; raise KeyError for an unknown key."""
    case = MATTERS[matter]
    makers = {".pdf": _pdf, ".docx": _docx, ".xlsx": _xlsx, ".png": _png}
    result = []
    for paper in case.papers:
        ending = os.path.splitext(paper.filename)[1]
        data = makers[ending](case, paper)
        result.append(DemoDocument(paper.title, paper.filename, TYPES[ending], data))
    return result


def _blocks(body):
    """Yield (sign, content) for each block of a body: rows for tables, one text otherwise."""
    for chunk in re.split(r"\n\s*\n", body.strip()):
        sign = chunk[0] if chunk[1] == " " and chunk[0] in "#^>-|%_@" else ""
        lines = chunk.split("\n")
        if sign == "|":
            yield sign, [(line[0] == "+", _cells(line.lstrip("+")[1:])) for line in lines]
        elif sign == "_":
            yield sign, [_cells(line[2:]) for line in lines]
        elif sign == "%":
            yield sign, chunk[2:].split(": ", 1)
        elif sign == "@":
            yield sign, _cells(chunk[2:])
        else:
            text = (chunk[2:] if sign else chunk).replace("\n", " ")
            number = re.match(r"(\d\.) (.*)", text)
            yield ("1", number.groups()) if number and not sign else (sign, text)


def _cells(line):
    """Return the stripped cells of a line parted by bars."""
    return [cell.strip() for cell in line.split("|")]


def _info(case, paper):
    """Return the (label, value) pairs of the information block of a paper."""
    own = [("Unser Zeichen", case.reference), ("Bearbeitung", case.lawyer)]
    own += [("Durchwahl", f"0221 4710-{case.phone}")]
    given = [tuple(line.split(": ", 1)) for line in paper.info.splitlines()]
    return (own if paper.head == "kanzlei" else []) + given + [("Datum", paper.date)]


def _is_amount(text):
    """Return whether a table cell is empty or holds an amount, to be set flush right."""
    return bool(re.fullmatch(r"(-?\d{1,3}(\.\d{3})*(,\d\d)?( €)?)?", text))


def _tied(text):
    """Return a text in which § and the like stay on one line with their numbers."""
    return re.sub(r"(§|Abs\.|Nr\.|Satz) (?=\d)", "\\1\N{NO-BREAK SPACE}", text)


class _Choice(pp.Flowable):
    """Draw a form value in which [x] and [ ] become ticked and empty boxes."""

    def __init__(self, text):
        """Take the text of the value."""
        super().__init__()
        self.parts, self.height = re.split(r"(\[[x ]\])", text), 12

    def wrap(self, width, height):
        """Return the size needed, all of the width and one line."""
        return width, self.height

    def draw(self):
        """Draw boxes and labels from left to right on the canvas."""
        x, pen = 0, self.canv
        pen.setStrokeColor(black)
        pen.setLineWidth(0.7)
        for part in self.parts:
            if part in ("[x]", "[ ]"):
                pen.rect(x, 1.5, 8, 8, stroke=1, fill=0)
                if part == "[x]":
                    pen.lines([(x + 1.5, 3, x + 6.5, 8), (x + 1.5, 8, x + 6.5, 3)])
                x += 12
            elif part.strip():
                pen.setFont("Helvetica", 9.2)
                pen.drawString(x, 2.5, part.strip())
                x += pen.stringWidth(part.strip(), "Helvetica", 9.2) + 14


def _para(text, style="", bullet=None):
    """Return a paragraph of a text in one of the STYLES."""
    style = STYLES[style] if isinstance(style, str) else style
    return pp.Paragraph(_tied(text).replace("&", "&amp;"), style, bulletText=bullet)


def _table(rows, widths, *style):
    """Return a flush left table without outer padding, with further style commands."""
    base = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    return pp.Table(rows, widths, hAlign="LEFT", style=base + list(style))


def _grid(rows, colour):
    """Return the table of (is total, cells) rows with a coloured head row."""
    columns = list(zip(*(cells for _, cells in rows), strict=True))
    right = [all(map(_is_amount, column[1:])) for column in columns]
    room = 165 - 40 * sum(right)
    length = [0 if r else max(map(len, c)) for c, r in zip(columns, right, strict=True)]
    widths = [40 * mm if not n else room * mm * n / sum(length) for n in length]
    marks = ["<b>{}</b>" if total or not n else "{}" for n, (total, _) in enumerate(rows)]
    data = [
        [_para(mark.format(c), "right" if r else "cell") for c, r in zip(cells, right, strict=True)]
        for mark, (_, cells) in zip(marks, rows, strict=True)
    ]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("LINEBELOW", (0, 0), (-1, 0), 1, colour)]
    style += [("LEFTPADDING", (0, 0), (-1, -1), 4), ("BACKGROUND", (0, 0), (-1, 0), LIGHT)]
    return pp.KeepTogether([pp.Spacer(1, 2), _table(data, widths, *style), pp.Spacer(1, 9)])


def _story(case, paper):
    """Return the flowables of a paper: address and information, subject, body."""
    head = HEADS[paper.head]
    if paper.to:
        lines = [[_para(text, SMALL) for text in pair] for pair in _info(case, paper)]
        tight = [("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
        sender = ParagraphStyle("sender", SMALL, fontSize=6.6, spaceAfter=5)
        left = [_para(f"<u>{head.sender}</u>", sender), _para(paper.to.replace("\n", "<br/>"))]
        right = _table(lines, [27 * mm, 42 * mm], *tight)
        story = [_table([[left, right]], [96 * mm, 69 * mm]), pp.Spacer(1, 9 * mm)]
    else:
        line = f"Aktenzeichen {case.reference} · {case.title} · {paper.date}"
        story = [_para(line, SMALL), pp.Spacer(1, 5 * mm)]
    story.append(_para(paper.subject, "subject"))
    for sign, content in _blocks(paper.body):
        if sign == "|":
            story.append(_grid(content, HexColor(head.colour)))
        elif sign == "%":
            value = _Choice(content[1]) if "[" in content[1] else _para(content[1], "cell")
            box = [("BOX", (0, 0), (-1, -1), 0.5, HexColor("#AEB6C2"))]
            box += [("BACKGROUND", (0, 0), (0, 0), LIGHT), ("LEFTPADDING", (0, 0), (-1, -1), 5)]
            story.append(_table([[_para(content[0], SMALL), value]], [57 * mm, 108 * mm], *box))
        elif sign == "_":
            first, *second = [_para(f"{place}<br/>{name}", SMALL) for place, name in content]
            line = [("LINEABOVE", (i, 0), (i, 0), 0.6, GREY) for i in (0, 2)[: len(content)]]
            row = _table([[first, "", *(second or [""])]], [70 * mm, 25 * mm, 70 * mm], *line)
            story.append(pp.KeepTogether([pp.Spacer(1, 13 * mm), row]))
        elif sign == "@":
            name = f"<b>{content[0]}</b><br/><font size=8.2>{content[1]}</font>"
            story.append(pp.KeepTogether([pp.Spacer(1, 9 * mm), _para(name)]))
        elif sign == "1":
            story.append(_para(content[1], "1", content[0]))
        else:
            style = STYLES[sign]
            if content.startswith(("Mit ", "Auf ")) and len(content) < 40:
                style = ParagraphStyle("close", BODY, spaceBefore=6, keepWithNext=1)
            story.append(_para(content, style, "–" if sign == "-" else None))
    return story


def _write(pen, x, y, text, font="Helvetica", size=8.0, colour=GREY, place="String"):
    """Draw a text at a point of the PDF canvas; place is String, RightString or CentredString."""
    pen.setFillColor(colour)
    pen.setFont(font, size)
    getattr(pen, f"draw{place}")(x, y, text)


def _decorate(pen, case, paper, page, pages):
    """Draw letterhead or running head, footer, page number and draft mark on a PDF page."""
    head, (width, height) = HEADS[paper.head], A4
    colour, left, right = HexColor(head.colour), 25 * mm, width - 20 * mm
    if paper.draft:
        pen.saveState()
        pen.translate(width / 2, height / 2)
        pen.rotate(52)
        _write(pen, 0, -40, "ENTWURF", "Helvetica-Bold", 108, HexColor("#F1F2F4"), "CentredString")
        pen.restoreState()
    pen.setFillColor(colour)
    pen.setStrokeColor(colour)
    pen.setLineWidth(0.8)
    if page == 1 and head.name:
        pen.rect(0, height - 5 * mm, width, 5 * mm, stroke=0, fill=1)
        if paper.head == "kanzlei":
            pen.rect(right - 15 * mm, height - 29 * mm, 15 * mm, 15 * mm, stroke=0, fill=1)
            middle = right - 7.5 * mm, height - 23.5 * mm
            _write(pen, *middle, "M&K", "Times-Bold", 12.5, white, "CentredString")
        _write(pen, left, height - 22 * mm, head.name, "Times-Bold", 21, colour)
        _write(pen, left, height - 28 * mm, head.claim, size=9)
        pen.line(left, height - 33 * mm, right, height - 33 * mm)
    elif page > 1:
        _write(pen, left, height - 15 * mm, head.name or case.title)
        running = f"{case.reference} · {paper.title}"
        _write(pen, right, height - 15 * mm, running, place="RightString")
    pen.setLineWidth(0.4)
    for mark in (105, 210) if page == 1 and paper.to else ():
        pen.line(4 * mm, height - mark * mm, 8 * mm, height - mark * mm)
    pen.setStrokeColor(LINE)
    edge = 25 * mm if head.footer else 14 * mm
    pen.line(left, edge, right, edge)
    for number, column in enumerate(head.footer):
        for row, line in enumerate(column.split("\n")):
            _write(pen, left + number * 60 * mm, (21.5 - 3.2 * row) * mm, line, size=7)
    _write(pen, left, 9 * mm, SAMPLE, size=7)
    _write(pen, right, 9 * mm, f"Seite {page} von {pages}", size=7, place="RightString")


def _pdf(case, paper):
    """Return the PDF bytes of a paper, built twice so that the number of pages is known."""
    pages, data, head = 0, b"", HEADS[paper.head]
    about = {"title": paper.title, "author": head.name or HEADS["kanzlei"].name, "lang": "de-DE"}
    for _ in range(2):
        buffer, total = BytesIO(), pages

        def decorate(pen, doc, total=total):
            _decorate(pen, case, paper, doc.page, total)

        doc = pp.BaseDocTemplate(
            buffer, pagesize=A4, invariant=1, subject=f"{case.reference} {case.title}", **about
        )
        for name, top in (("first", 43 if head.name else 22), ("later", 24)):
            low = 29 if head.footer else 18
            frame = pp.Frame(25 * mm, low * mm, 165 * mm, (297 - low - top) * mm, 0, 0, 0, 0)
            page = pp.PageTemplate(name, [frame], onPage=decorate, autoNextPageTemplate="later")
            doc.addPageTemplates(page)
        doc.build(_story(case, paper))
        pages, data = doc.page, buffer.getvalue()
    return data


def _stable(save):
    """Return the bytes a save function writes to a file, a zip, with fixed times inside."""
    written, buffer = BytesIO(), BytesIO()
    save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            member = old.read(name)
            if name == "docProps/core.xml":
                member = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]{8}Z", b"2026-01-01T09:00:00Z", member)
            new.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 9, 0, 0)), member, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _run(paragraph, text, size=None, colour="", bold=False, after=None):
    """Add a text with <b> marks to a DOCX paragraph and return the paragraph."""
    for number, part in enumerate(re.split(r"</?b>", _tied(text))):
        run = paragraph.add_run(part)
        run.bold, run.font.size = bold or number % 2 == 1, size and Pt(size)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour[1:])
    if after is not None:
        paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _xml(parent, tag, **attributes):
    """Append an element of the Word namespace to a parent element and return it."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _docx(case, paper):
    """Return the DOCX bytes of a paper."""
    file, head, info = docx.Document(), HEADS[paper.head], _info(case, paper)
    core, section, normal = file.core_properties, file.sections[0], file.styles["Normal"]
    core.title, core.subject = paper.title, f"{case.reference} {case.title}"
    core.author, core.last_modified_by, core.comments = head.name, head.name, SAMPLE
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.different_first_page_header_footer = True
    normal.font.name, normal.font.size = "Arial", Pt(10)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    _xml(normal.element.get_or_add_rPr(), "lang", val="de-DE")
    first = section.first_page_header
    _run(first.paragraphs[0], head.name, 20, head.colour, True, 0).runs[0].font.name = "Georgia"
    claim = _run(first.add_paragraph(), head.claim, 9, "#5B6470", after=14)
    _line(claim, "bottom", head.colour)
    _run(section.header.paragraphs[0], f"{case.reference} · {paper.title}", 8, "#5B6470")
    for footer in (section.first_page_footer, section.footer):
        contact = "\n".join(column.replace("\n", " · ") for column in head.footer)
        line = _run(footer.paragraphs[0], f"{contact}\n{SAMPLE} · Seite ", 7, "#5B6470")
        _line(line, "top", "#C9CFD8")
        field = _xml(line._p, "fldSimple", instr="PAGE")
        number = _xml(field, "r")
        number.append(deepcopy(line.runs[0]._r.rPr))
        _xml(number, "t").text = "1"
    if paper.to:
        left, right = file.add_table(1, 2).rows[0].cells
        _run(left.paragraphs[0], head.sender, 7, "#5B6470")
        _run(left.add_paragraph(), paper.to)
        lines = "\n".join(f"<b>{label}:</b> {value}" for label, value in info)
        _run(right.paragraphs[0], lines, 8.5, "#5B6470")
        file.add_paragraph()
    else:
        line = f"Aktenzeichen {case.reference} · {case.title} · {paper.date}"
        _run(file.add_paragraph(), line, 8.5, "#5B6470", after=14)
    _run(file.add_paragraph(), paper.subject, 12, bold=True, after=10)
    for sign, content in _blocks(paper.body):
        if sign == "|":
            grid = file.add_table(0, len(content[0][1]), style="Table Grid")
            for number, (_, cells) in enumerate(content):
                for place, (cell, text) in enumerate(zip(grid.add_row().cells, cells, strict=True)):
                    _run(cell.paragraphs[0], text, 9.5, bold=number == 0, after=2)
                    cell.width = grid.columns[place].width = Cm(12.5 if place else 4)
            file.add_paragraph().paragraph_format.space_after = Pt(0)
        elif sign == "@":
            file.add_paragraph()
            _run(_run(file.add_paragraph(), content[0], bold=True), f"\n{content[1]}", 8.5)
        else:
            style = "List Bullet" if sign == "-" else None
            _run(file.add_paragraph(style=style), content, bold=sign == "#")
    return _stable(file.save)


def _line(paragraph, side, colour):
    """Set a thin line at a side, top or bottom, of a DOCX paragraph."""
    border = OxmlElement("w:pBdr")
    _xml(border, side, val="single", sz="6", space="4", color=colour[1:])
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:jc", "w:rPr")


def _value(text, first=False):
    """Return the (value, number format) of the text of a sheet cell, numbers only if not first."""
    euro, plain, share = '#,##0.00 "€";[Red]-#,##0.00 "€"', "#,##0.00", "0.0%"
    if re.fullmatch(r"\d\d\.\d\d\.\d{4}", text):
        return datetime.strptime(text, "%d.%m.%Y"), "DD.MM.YYYY"
    if first:
        return text or None, "General"
    if re.fullmatch(r"-?\d+\.\d\d", text):
        return float(text), euro
    if re.fullmatch(r"\d+,\d\d", text):
        return float(text.replace(",", ".")), plain
    if re.fullmatch(r"\d+%", text):
        return int(text[:-1]) / 100, "0%"
    if text.startswith("="):
        special = {"=I": "0;-0;0;@", "=COU": "General"}  # words, not amounts
        style = next((special[key] for key in special if text.startswith(key)), euro)
        return text.removesuffix("~%"), share if "~%" in text else style
    return text or None, "General"


def _xlsx(case, paper):
    """Return the XLSX bytes of a paper, a sheet with head rows, totals, formulas and formats."""
    book, colour = openpyxl.Workbook(), HEADS[paper.head].colour[1:]
    sheet, owner = book.active, HEADS[paper.head].name
    book.properties.creator, book.properties.title = owner, paper.title
    book.properties.subject, book.properties.description = case.reference, SAMPLE
    sheet.title = re.sub(r"[^\w ]", "", paper.title)[:31]
    sheet["A1"], sheet["A1"].font = paper.subject, Font("Arial", 14, bold=True, color=colour)
    sheet["A2"] = f"{owner} · Aktenzeichen {case.reference} · {case.title} · Stand {paper.date}"
    sheet["A2"].font = Font("Arial", 9, color="5B6470")
    thin, fill = Side("thin", color="C9CFD8"), PatternFill("solid", "EEF1F5")
    lines = paper.body.strip().split("\n")
    for row, line in enumerate(lines, 4):
        sign = line[0] if line[:2] in ("! ", "+ ") else ""
        model = _cells(lines[row - 3]) if sign == "!" else []
        for column, text in enumerate(_cells(line.removeprefix(sign)) if line else []):
            cell = sheet.cell(row, column + 1)
            cell.value, cell.number_format = _value(text, column == 0)
            right = _value(model[column] if model else text)[1] != "General" and column > 0
            cell.alignment = Alignment("right" if right else "left", "center", indent=1)
            cell.border = Border(bottom=thin, top=Side("thin") if sign == "+" else None)
            cell.font = Font("Arial", 10, bold=sign != "", color="FFFFFF" if sign == "!" else None)
            if sign:
                cell.fill = PatternFill("solid", colour) if sign == "!" else fill
        sheet.row_dimensions[row].height = 18
    for column, width in enumerate(paper.columns):
        sheet.column_dimensions["ABCDEFGH"[column]].width = width
    sheet.freeze_panes, sheet.sheet_view.showGridLines = "A5", False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = SAMPLE, "Seite &P von &N"
    return _stable(book.save)


def _stamp(page, case, paper):
    """Print the entry stamp of the firm, slightly tilted, on the page of a scan."""
    mask = Image.new("L", (330, 130), 0)
    pen = ImageDraw.Draw(mask)
    pen.rectangle((14, 18, 315, 111), outline=190, width=3)
    for y, text, size in (
        (40, f"EINGANG {paper.date}", 21),
        (68, HEADS["kanzlei"].name, 16),
        (93, f"Az. {case.reference}", 16),
    ):
        font = ImageFont.truetype(os.path.join(FONTS, "VeraBd.ttf"), size)
        pen.text((165, y), text, 190, font, "mm")
    page.paste(80, paper.stamp, mask.rotate(3.5, Image.Resampling.BICUBIC))


def _png(case, paper):
    """Return the PNG bytes of a paper as a scan: tilted sheet, entry stamp, shadow and noise."""
    chance, page = random.Random(paper.filename), Image.new("L", paper.size, 244)
    (width, height), pen, y = paper.size, ImageDraw.Draw(page), 80
    edge = paper.columns[0] * width / 100
    font = ImageFont.truetype(os.path.join(FONTS, "Vera.ttf"), 11)
    pen.text((width / 2, height - 60), SAMPLE, 130, font, "ma")
    for line in paper.body.strip().split("\n"):
        title, rule = line.startswith("# "), line == "---"
        name = "VeraBd.ttf" if title or line.startswith("*") else "Vera.ttf"
        font = ImageFont.truetype(os.path.join(FONTS, name), 26 if title else 17)
        cells = _cells(line.removeprefix("# ").removeprefix("*"))
        if rule:
            pen.line((edge, y + 6, width - edge, y + 6), 70, 2)
        for place, text in zip(paper.columns, [] if rule else cells, strict=False):
            pen.text((abs(place) * width / 100, y), text, 45, font, "la" if place > 0 else "ra")
        y += 46 if title else 20 if rule else 31
    _stamp(page, case, paper)
    angle, smooth = chance.uniform(0.4, 0.8) * chance.choice((-1, 1)), Image.Resampling.BICUBIC
    sheet = Image.new("L", paper.size, 0)
    ImageDraw.Draw(sheet).rectangle((14, 14, width - 15, height - 15), fill=255)
    sheet = sheet.rotate(angle, smooth).filter(ImageFilter.GaussianBlur(1.5))
    lid = Image.linear_gradient("L").rotate(90).resize(paper.size).point(lambda v: 188 + v // 8)
    scan = Image.composite(page.rotate(angle, smooth, fillcolor=244), lid, sheet)
    noise = Image.frombytes("L", paper.size, chance.randbytes(width * height))
    noise = noise.filter(ImageFilter.GaussianBlur(0.7)).point(lambda v: v // 8)
    scan = ImageChops.add(scan.filter(ImageFilter.GaussianBlur(0.5)), noise, 1, -18)
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Title", f"{paper.title}, {case.reference} {case.title}")
    about.add_itxt("Comment", SAMPLE)
    buffer = BytesIO()
    scan.point(lambda v: v & 0xFC).save(buffer, "PNG", pnginfo=about, dpi=(120, 120))
    return buffer.getvalue()
