"""Tests of the documents generated for the demo matters."""

import docx
import openpyxl
import pytest
import zipfile
from collections import Counter
from collective.clientportal.setuphandlers.demo_documents import documents
from collective.clientportal.setuphandlers.demo_documents import TYPES
from io import BytesIO
from PIL import Image
from pypdf import PdfReader


REFERENCES = {"berger": "24/0113", "winkler": "25/0042", "holzbau": "26/0007", "kern": "26/0031"}
KINDS = {
    "berger": {".pdf": 4, ".docx": 2, ".xlsx": 1, ".png": 1},
    "winkler": {".pdf": 2, ".docx": 1, ".xlsx": 1, ".png": 1},
    "holzbau": {".pdf": 2, ".docx": 1, ".xlsx": 1, ".png": 1},
    "kern": {".pdf": 2, ".xlsx": 1},
}
TWO_PAGES = {
    "Scheidungsantrag Entwurf.pdf",
    "Einkommensteuerbescheid 2024.pdf",
    "Bauvertrag Los 4 Holzbau.pdf",
}


@pytest.fixture(scope="module")
def made():
    """Return the documents of all matters by key."""
    return {matter: documents(matter) for matter in REFERENCES}


def ending(document):
    """Return the ending of the filename of a document."""
    return document.filename[document.filename.rindex(".") :]


def of_kind(made, kind):
    """Return the (reference, document) pairs of one ending."""
    return [(REFERENCES[m], d) for m, docs in made.items() for d in docs if ending(d) == kind]


def word_text(data):
    """Return the text of the body, tables and first page header of a DOCX file."""
    file = docx.Document(BytesIO(data))
    parts = [p.text for p in file.paragraphs + file.sections[0].first_page_header.paragraphs]
    parts += [c.text for table in file.tables for row in table.rows for c in row.cells]
    return "\n".join(parts)


@pytest.mark.parametrize("matter", REFERENCES)
def test_kinds_and_types(made, matter):
    assert Counter(map(ending, made[matter])) == KINDS[matter]
    assert all(d.content_type == TYPES[ending(d)] for d in made[matter])
    assert all(d.title and d.data for d in made[matter])


def test_filenames_are_unique(made):
    names = [d.filename for docs in made.values() for d in docs]
    assert len(set(names)) == len(names) == 21


@pytest.mark.parametrize("matter", REFERENCES)
def test_same_bytes_again(made, matter):
    assert documents(matter) == made[matter]


def test_no_clock_inside(made):
    for kind in (".docx", ".xlsx"):
        for _, document in of_kind(made, kind):
            with zipfile.ZipFile(BytesIO(document.data)) as file:
                assert {entry.date_time[:3] for entry in file.infolist()} == {(2026, 1, 1)}
                core = file.read("docProps/core.xml").decode()
            assert core.count("2026-01-01T09:00:00Z") == 2
    for _, document in of_kind(made, ".pdf"):
        assert PdfReader(BytesIO(document.data)).metadata.creation_date.year == 2000


def test_unknown_matter():
    with pytest.raises(KeyError):
        documents("unbekannt")


def test_pdfs(made):
    for reference, document in of_kind(made, ".pdf"):
        reader = PdfReader(BytesIO(document.data))
        pages = [page.extract_text() for page in reader.pages]
        assert len(pages) == (2 if document.filename in TWO_PAGES else 1), document.filename
        assert all(reference in page for page in pages), document.filename
        assert all(f"Seite {i} von {len(pages)}" in p for i, p in enumerate(pages, 1))
        assert reader.metadata.title == document.title
    text = PdfReader(BytesIO(made["berger"][0].data)).pages[0].extract_text()
    assert "Rechtsanwälte und Steuerberater" in text and "Köln" in text and "FamGKG" in text


def test_word_files(made):
    for reference, document in of_kind(made, ".docx"):
        text = word_text(document.data)
        assert reference in text, document.filename
        assert "<b>" not in text and len(text) > 900


def test_sheets(made):
    for reference, document in of_kind(made, ".xlsx"):
        sheet = openpyxl.load_workbook(BytesIO(document.data)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert reference in sheet["A2"].value
        assert any(cell.data_type == "f" for cell in cells)
        assert any("€" in cell.number_format for cell in cells)


def test_scans(made):
    for reference, document in of_kind(made, ".png"):
        image = Image.open(BytesIO(document.data))
        image.load()
        assert image.mode == "L" and image.width == 1000
        assert reference in image.text["Title"]
        assert len(document.data) < 1_000_000
