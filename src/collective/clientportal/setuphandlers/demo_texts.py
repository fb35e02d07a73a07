"""Texts of the demo documents: invented people, matters, letters, tables and scans.

A body is a row of blocks set apart by blank lines; the first sign of a block names its kind:
``#`` heading, ``^`` centred title, ``>`` indented, ``-`` list, ``|`` table (first row is the head,
``+`` in front of a row marks a total), ``%`` form row "label: value", ``_`` signature lines,
``@`` closing with name and profession, ``1.`` numbered, anything else a paragraph.
In sheets every line is a row from row 4 on; in scans every line is a line, ``---`` a rule.
"""

from dataclasses import dataclass


SAMPLE = "Musterdokument für Demozwecke, Personen und Vorgänge sind frei erfunden"


@dataclass(frozen=True)
class Letterhead:
    """Hold the name, claim, sender line, footer columns and colour of a sender."""

    name: str
    claim: str = ""
    sender: str = ""
    footer: tuple[str, ...] = ()
    colour: str = "#1F3A5F"


@dataclass(frozen=True)
class Paper:
    """Hold the text of one document; the ending of the filename says how it is rendered."""

    title: str
    filename: str
    date: str
    subject: str
    body: str
    head: str = "kanzlei"
    to: str = ""
    info: str = ""
    draft: bool = False
    columns: tuple[float, ...] = ()  # sheet: widths in characters, scan: places in per cent
    size: tuple[int, int] = (1000, 1414)  # scan: pixels
    stamp: tuple[int, int] = (600, 205)  # scan: place of the entry stamp


@dataclass(frozen=True)
class Matter:
    """Hold the reference, the short title, the person in charge and the papers of a matter."""

    reference: str
    title: str
    lawyer: str
    phone: str
    papers: tuple[Paper, ...]


HEADS = {
    "kanzlei": Letterhead(
        "Kanzlei Meyer & Kollegen",
        "Rechtsanwälte und Steuerberater",
        "Kanzlei Meyer & Kollegen · Lindenallee 14 · 50667 Köln",
        (
            "Kanzlei Meyer & Kollegen\nRechtsanwälte und Steuerberater\nLindenallee 14, 50667 Köln",
            "Telefon 0221 4710-100\nTelefax 0221 4710-199\npost@kanzlei-meyer.example",
            "www.kanzlei-meyer.example\nRheinische Volkskasse eG\nIBAN DE00 1234 5678 0000 1001 00",
        ),
    ),
    "gericht": Letterhead(
        "Amtsgericht Köln",
        "Familiengericht",
        "Amtsgericht Köln · Familiengericht · 50939 Köln",
        ("Sprechzeiten der Geschäftsstelle\nMontag bis Freitag 8.30 bis 12.30 Uhr",),
        "#333333",
    ),
    "finanzamt": Letterhead(
        "Finanzamt Köln-Lindenthal",
        "Veranlagungsstelle 07",
        "Finanzamt Köln-Lindenthal · Musterring 3 · 50931 Köln",
        (
            "Telefon 0221 4710-800\nfinanzamt.example",
            "Servicezeiten\nMontag bis Freitag 8 bis 12 Uhr",
        ),
        "#2E5E4E",
    ),
    "holzbau": Letterhead(
        "Holzbau Sommer GmbH",
        "Zimmerei · Ingenieurholzbau · Dachsanierung",
        "Holzbau Sommer GmbH · Am Sägewerk 7 · 51990 Eichenrath",
        (
            "Holzbau Sommer GmbH\nAm Sägewerk 7, 51990 Eichenrath",
            "Telefon 0221 4710-640\ninfo@holzbau-sommer.example",
            "Geschäftsführer Martin Sommer\nwww.holzbau-sommer.example",
        ),
        "#7A4A21",
    ),
    "formular": Letterhead("Formular V10", "Versorgungsausgleich", colour="#333333"),
    "ohne": Letterhead(""),
}

COURT = "Amtsgericht Köln\n– Familiengericht –\nLuxemburger Straße 101\n50939 Köln"
MEYER = "@ Dr. Julia Meyer | Rechtsanwältin, Fachanwältin für Familienrecht"
LORENZ = "@ Stefan Lorenz | Rechtsanwalt, Fachanwalt für Bau- und Architektenrecht"

BERGER = (
    Paper(
        "Scheidungsantrag, Entwurf",
        "Scheidungsantrag Entwurf.pdf",
        "10.11.2025",
        "Antrag auf Scheidung der Ehe",
        """
In der Familiensache

> der Frau Anna Berger, geborene Lindner, geboren am 17.04.1984, Ahornweg 22, 50931 Köln,

> – Antragstellerin –

> Verfahrensbevollmächtigte: Kanzlei Meyer & Kollegen, Lindenallee 14, 50667 Köln,

gegen

> Herrn Thomas Berger, geboren am 29.01.1981, Am Mühlengraben 5, 50859 Köln,

> – Antragsgegner –

Vorläufiger Verfahrenswert: 18.090,00 € für die Ehescheidung (§ 43 FamGKG) und 5.427,00 € für den
Versorgungsausgleich (§ 50 FamGKG).

Wir bestellen uns unter Vorlage der besonderen Vollmacht (§ 114 Abs. 5 FamFG) für die
Antragstellerin und <b>beantragen</b>:

1. Die am 14.06.2011 vor dem Standesamt Köln (Eheregister-Nr. E 412/2011) geschlossene Ehe der
Beteiligten wird geschieden.

2. Der Versorgungsausgleich wird nach den gesetzlichen Vorschriften durchgeführt.

3. Die Kosten des Verfahrens werden gegeneinander aufgehoben.

# I. Persönliche Verhältnisse und Zuständigkeit

Die Beteiligten sind deutsche Staatsangehörige. Aus der Ehe sind zwei minderjährige Kinder
hervorgegangen: Lena Berger, geboren am 03.09.2012, und Paul Berger, geboren am 21.05.2017. Beide
Kinder leben seit der Trennung im Haushalt der Antragstellerin in Köln.

Das Amtsgericht Köln ist nach § 122 Nr. 1 FamFG örtlich ausschließlich zuständig, weil die
Antragstellerin mit allen gemeinschaftlichen minderjährigen Kindern ihren gewöhnlichen Aufenthalt
im dortigen Bezirk hat.

# II. Scheitern der Ehe

Die Ehe der Beteiligten ist gescheitert im Sinne des § 1565 Abs. 1 BGB. Die Beteiligten leben seit
dem 01.10.2024 voneinander getrennt. An diesem Tag ist der Antragsgegner aus der gemeinsamen
Ehewohnung ausgezogen und hat eine eigene Wohnung unter der oben genannten Anschrift bezogen. Eine
häusliche Gemeinschaft besteht seither nicht mehr, Versöhnungsversuche haben nicht stattgefunden.

> <b>Beweis:</b> Anhörung der Beteiligten nach § 128 FamFG; Meldebescheinigung des Antragsgegners
vom 04.10.2024, Anlage AS 1

Die Antragstellerin lehnt die Wiederherstellung der ehelichen Lebensgemeinschaft ab. Der
Antragsgegner hat mit Schreiben vom 22.10.2025 mitgeteilt, dass er der Scheidung zustimmen werde.
Das Scheitern der Ehe wird daher nach § 1566 Abs. 1 BGB unwiderlegbar vermutet.

# III. Angaben nach § 133 Abs. 1 FamFG

Die Beteiligten haben eine Regelung über die elterliche Sorge und den Umgang getroffen: Die Sorge
wird weiterhin gemeinsam ausgeübt, die Kinder verbringen jedes zweite Wochenende sowie die Hälfte
der Schulferien beim Antragsgegner. Über die Rechtsverhältnisse an der Ehewohnung und an den
Haushaltsgegenständen besteht Einigkeit. Über den Kindesunterhalt und den durch die Ehe begründeten
Unterhalt wird noch verhandelt. Andere Familiensachen, an denen beide Ehegatten beteiligt sind, sind
nicht anhängig.

# IV. Versorgungsausgleich

Der Versorgungsausgleich ist als Folgesache von Amts wegen durchzuführen, § 137 Abs. 2 Satz 2 FamFG.
Auf Seiten der Antragstellerin besteht ein Anrecht in der gesetzlichen Rentenversicherung, auf
Seiten des Antragsgegners bestehen Anrechte in der gesetzlichen Rentenversicherung und aus einer
betrieblichen Altersversorgung. Einen Ehevertrag haben die Beteiligten nicht geschlossen. Den
Fragebogen V10 reichen wir nach.

# Anlagen

- besondere Vollmacht vom 12.11.2024

- beglaubigte Abschrift der Eheurkunde, Geburtsurkunden der Kinder

- Meldebescheinigung vom 04.10.2024 (Anlage AS 1)

"""
        + MEYER,
        to=COURT,
        draft=True,
    ),
    Paper(
        "Vollmacht",
        "Vollmacht Anna Berger.pdf",
        "12.11.2024",
        "Besondere Verfahrensvollmacht in Ehesachen",
        """
Den Rechtsanwältinnen und Rechtsanwälten der <b>Kanzlei Meyer & Kollegen</b>, Lindenallee 14,
50667 Köln, wird hiermit in der Familiensache

^ Berger ./. Berger

wegen Ehescheidung und Folgesachen Vollmacht erteilt. Die Vollmacht ermächtigt insbesondere dazu,

1. den Antrag auf Scheidung der Ehe zu stellen, zurückzunehmen oder einem Antrag der Gegenseite
zuzustimmen (§ 114 Abs. 5 FamFG);

2. Anträge in Folgesachen zu stellen, insbesondere zu Versorgungsausgleich, Unterhalt, Ehewohnung,
Haushaltsgegenständen und Güterrecht, und Vereinbarungen hierüber zu schließen;

3. Auskünfte bei Versorgungsträgern, Banken, Versicherungen und Behörden einzuholen, soweit sie für
das Verfahren benötigt werden;

4. Zustellungen zu bewirken und entgegenzunehmen, Rechtsmittel einzulegen, zurückzunehmen oder auf
sie zu verzichten;

5. Geld, Wertsachen und Urkunden, insbesondere den Verfahrensgegenstand und die von der Gegenseite
oder der Staatskasse zu erstattenden Beträge, in Empfang zu nehmen.

Die Vollmacht gilt für alle Instanzen und erstreckt sich auf Neben- und Folgeverfahren aller Art,
etwa einstweilige Anordnungen, Kostenfestsetzung und Vollstreckung. Untervollmacht darf erteilt
werden. Die Hinweise zur Datenverarbeitung und zur Abrechnung nach dem Gegenstandswert (§ 49b
Abs. 5 BRAO) habe ich vor Erteilung des Mandats erhalten.

% Vollmachtgeberin: Anna Berger, geborene Lindner

% Geburtsdatum: 17.04.1984

% Anschrift: Ahornweg 22, 50931 Köln

_ Köln, 12.11.2024 | gez. Anna Berger
""",
    ),
    Paper(
        "Unterhaltsberechnung",
        "Unterhaltsberechnung Berger.xlsx",
        "20.11.2025",
        "Kindes- und Ehegattenunterhalt, Düsseldorfer Tabelle Stand 01.01.2025",
        """
! Einkommen | Thomas Berger | Anna Berger | Bemerkung
Nettoeinkommen monatlich | 4290.00 | 1740.00 | Durchschnitt November 2024 bis Oktober 2025
Berufsbedingte Aufwendungen | =-MIN(B5*5%,150) | =-MIN(C5*5%,150) | 5 %, höchstens 150 €
Zusätzliche Altersvorsorge | -160.00 | 0.00 | Direktversicherung, Nachweis liegt vor
+ Bereinigtes Einkommen | =SUM(B5:B7) | =SUM(C5:C7) |

! Kindesunterhalt | Lena (13 Jahre) | Paul (8 Jahre) | Bemerkung
Mindestunterhalt | 649.00 | 554.00 | 3. und 2. Altersstufe
Einkommensgruppe 5 | 120% | 120% | Gruppe 6, um eine Stufe herabgesetzt
Tabellenbetrag | =ROUNDUP(B11*B12,0) | =ROUNDUP(C11*C12,0) | auf volle Euro aufgerundet
Hälftiges Kindergeld | =-255/2 | =-255/2 | § 1612b Abs. 1 BGB
+ Zahlbetrag | =B13+B14 | =C13+C14 |

! Ehegattenunterhalt | Thomas Berger | Anna Berger | Bemerkung
Einkommen nach Kindesunterhalt | =B8-B15-C15 | =C8 | Zahlbeträge abgezogen
Erwerbsanreiz | =-B18*10% | =-C18*10% | ein Zehntel
Anzusetzendes Einkommen | =B18+B19 | =C18+C19 |
+ Unterhalt für Anna Berger |  | =ROUND(MAX(B20-C20,0)/2,0) | Hälfte der Differenz, gerundet

! Kontrolle | Betrag |  | Bemerkung
Verbleibt Thomas Berger | =B18-C21 |  | vor Erwerbsanreiz
Eheangemessener Selbstbehalt | 1600.00 |  | erwerbstätig
Selbstbehalt gewahrt? | =IF(B24>=B25,"ja","nein") |  |
+ Unterhalt insgesamt | =B15+C15+C21 |  | monatlich im Voraus
""",
        columns=(34, 18, 18, 46),
    ),
    Paper(
        "Schreiben an das Amtsgericht Köln",
        "Schreiben an das Amtsgericht Köln.docx",
        "18.12.2025",
        "Familiensache Berger ./. Berger, Geschäftszeichen 308 F 214/25",
        """
Sehr geehrte Damen und Herren,

in der vorbezeichneten Familiensache überreichen wir für die Antragstellerin in der Folgesache
Versorgungsausgleich den vollständig ausgefüllten und unterzeichneten Fragebogen V10 vom 12.12.2025.

Die Antragstellerin hat ihr Versicherungskonto bei der gesetzlichen Rentenversicherung im Sommer
dieses Jahres klären lassen. Der Feststellungsbescheid ist beigefügt; Fehlzeiten innerhalb der
Ehezeit bestehen danach nicht. Weitere Anrechte hat die Antragstellerin während der Ehe nicht
erworben.

Hinsichtlich der betrieblichen Altersversorgung des Antragsgegners regen wir an, unmittelbar bei dem
Versorgungsträger eine Auskunft nach § 220 Abs. 1 und 4 FamFG einzuholen und dabei um Mitteilung des
Ehezeitanteils, des Ausgleichswerts und des korrespondierenden Kapitalwerts zu bitten.

Der Vorschuss auf die Gerichtskosten ist am 03.12.2025 eingezahlt worden. Mit einer Terminierung
bereits nach Eingang der Auskünfte besteht Einverständnis. Wir bitten lediglich, die Zeit der
nordrhein-westfälischen Sommerferien auszusparen.

Mit vorzüglicher Hochachtung

"""
        + MEYER
        + """

# Anlagen

- Fragebogen zum Versorgungsausgleich (V10) vom 12.12.2025

- Feststellungsbescheid der Rentenversicherung vom 28.08.2025
""",
        to=COURT,
        info="Ihr Zeichen: 308 F 214/25",
    ),
    Paper(
        "Formular Versorgungsausgleich V10",
        "Versorgungsausgleich V10 Anna Berger.pdf",
        "12.12.2025",
        "Fragebogen zum Versorgungsausgleich",
        """
Amtsgericht Köln, Familiengericht, Geschäftszeichen 308 F 214/25. Bitte füllen Sie den Fragebogen
vollständig aus. Sie sind nach § 220 FamFG verpflichtet, dem Gericht Auskunft zu erteilen.

# A. Angaben zur Person

% Name, Vorname: Berger, Anna

% Geburtsname: Lindner

% Geburtsdatum und -ort: 17.04.1984, Köln

% Anschrift: Ahornweg 22, 50931 Köln

% Tag der Eheschließung: 14.06.2011

% Anderer Ehegatte: Berger, Thomas, geboren am 29.01.1981

# B. Gesetzliche Rentenversicherung

% Anrechte vorhanden?: [x] Ja  [ ] Nein

% Versicherungsträger: gesetzliche Rentenversicherung, Regionalträger Rheinland

% Versicherungsnummer: 00 170484 L 000 (Muster)

% Versicherungskonto geklärt?: [x] Ja, Bescheid vom 28.08.2025  [ ] Nein

% Kindererziehungszeiten: [x] Lena, geboren 03.09.2012  [x] Paul, geboren 21.05.2017

# C. Weitere Anrechte aus der Ehezeit

% Beamtenversorgung: [ ] Ja  [x] Nein

% Berufsständische Versorgung: [ ] Ja  [x] Nein

% Betriebliche Altersversorgung: [ ] Ja  [x] Nein

% Zusatzversorgung öffentl. Dienst: [ ] Ja  [x] Nein

% Private Rente, Riester, Basisrente: [ ] Ja  [x] Nein

% Anrechte im Ausland: [ ] Ja  [x] Nein

% Laufender Rentenbezug: [ ] Ja  [x] Nein

# D. Vereinbarungen

% Ehevertrag oder Ausschluss: [ ] Ja, Abschrift liegt bei  [x] Nein

# Versicherung

Ich versichere, dass meine Angaben vollständig sind und der Wahrheit entsprechen.

_ Köln, 12.12.2025 | gez. Anna Berger
""",
        head="formular",
    ),
    Paper(
        "Kontoauszug Dezember 2025, Scan",
        "Kontoauszug Dezember 2025 (Scan).png",
        "07.01.2026",
        "Kontoauszug 12/2025",
        """
# Rheinische Volkskasse eG
Filiale Lindenthal | | |Auszug 12/2025
50931 Köln | | |Blatt 1 von 1


Frau
Anna Berger
Ahornweg 22
50931 Köln


# Kontoauszug Girokonto
Konto 0000 4471 00 | | |IBAN DE00 1234 5678 0000 4471 00
---
*Buchung|Wert|Vorgang|Betrag EUR
---
*30.11.|30.11.|Alter Kontostand|1.284,17 H
01.12.|01.12.|Miete Ahornweg 22, Dezember|980,00 S
01.12.|01.12.|Unterhalt Kinder, T. Berger|1.189,00 H
03.12.|03.12.|Stadtwerke Abschlag 12/2025|164,00 S
05.12.|05.12.|Familienkasse Kindergeld|510,00 H
08.12.|08.12.|Kartenzahlung Supermarkt|86,42 S
10.12.|10.12.|Musikschule Lena|58,00 S
11.12.|11.12.|OGS-Beitrag Paul|72,00 S
15.12.|15.12.|Gehalt Bücherstube am Park GmbH|1.740,00 H
16.12.|16.12.|Haftpflichtversicherung|68,90 S
18.12.|18.12.|Kartenzahlung Schuhhaus|119,95 S
22.12.|22.12.|Geldautomat|200,00 S
29.12.|29.12.|Telefon und Internet|44,99 S
30.12.|30.12.|Kontoführung 4. Quartal|11,70 S
---
*31.12.|31.12.|Neuer Kontostand|2.917,21 H
---

Bitte prüfen Sie die Buchungen. Einwendungen gegen den Rechnungsabschluss
sind innerhalb von sechs Wochen nach Zugang zu erheben.
""",
        columns=(8, 19, 30, -92),
    ),
    Paper(
        "Terminsladung",
        "Ladung zum Termin am 22.09.2026.pdf",
        "14.04.2026",
        "Ladung zum Termin in der Familiensache Berger ./. Berger",
        """
Sehr geehrte Frau Rechtsanwältin Dr. Meyer,

in der Familiensache Berger, Anna, gegen Berger, Thomas, wegen Ehescheidung und Versorgungsausgleich
ist Termin zur Anhörung der Ehegatten und zur mündlichen Verhandlung bestimmt auf

| Tag | Uhrzeit | Ort
| Dienstag, 22.09.2026 | 10.30 Uhr | Sitzungssaal 214, 2. Obergeschoss

Das persönliche Erscheinen beider Ehegatten ist angeordnet (§ 128 Abs. 1 FamFG). Die Beteiligten
werden gesondert geladen. Sie werden gebeten, Ihre Mandantin auf den Termin hinzuweisen.

Die Auskünfte der Versorgungsträger liegen inzwischen vollständig vor. Die Ehezeit im Sinne des
§ 3 Abs. 1 VersAusglG dauerte vom 01.06.2011 bis zum 30.11.2025. Einwendungen gegen die mit
Verfügung vom 02.04.2026 übersandten Auskünfte sind bis zum <b>29.05.2026</b> vorzubringen.

# Hinweise

- Zum Termin ist ein gültiger Personalausweis oder Reisepass mitzubringen.

- Bleibt ein Ehegatte ohne genügende Entschuldigung aus, kann gegen ihn ein Ordnungsgeld festgesetzt
werden (§ 128 Abs. 4 FamFG in Verbindung mit § 141 Abs. 3 ZPO).

- Ehegatten müssen sich durch eine Rechtsanwältin oder einen Rechtsanwalt vertreten lassen. Die
Zustimmung zur Scheidung kann ohne anwaltliche Vertretung erklärt werden (§ 114 FamFG).

- Am Eingang finden Sicherheitskontrollen statt. Bitte planen Sie hierfür Zeit ein.

Auf Anordnung

@ Wagner | Justizbeschäftigte als Urkundsbeamtin der Geschäftsstelle
""",
        head="gericht",
        to="Kanzlei\nMeyer & Kollegen\nLindenallee 14\n50667 Köln",
        info="Geschäftszeichen: 308 F 214/25\nIhr Zeichen: 24/0113\nAbteilung: 308\nZimmer: 231",
    ),
    Paper(
        "Aktennotiz Telefonat mit Mandantin",
        "Aktennotiz Telefonat 20.04.2026.docx",
        "20.04.2026",
        "Aktennotiz: Telefonat mit der Mandantin am 20.04.2026",
        """
| Angabe | Inhalt
| Gespräch | Anna Berger, 14.10 bis 14.35 Uhr
| Anlass | Ladung des Familiengerichts zum 22.09.2026
| Wiedervorlage | 15.05.2026, Auskünfte Versorgungsausgleich

# Inhalt des Gesprächs

Frau Berger hat die Ladung erhalten und wird zum Termin erscheinen. Ich habe den Ablauf erläutert:
Anhörung beider Ehegatten zur Trennung, Erörterung des Versorgungsausgleichs, danach Verkündung des
Beschlusses. Sie bringt ihren Personalausweis mit und ist um 10.15 Uhr vor dem Sitzungssaal.

Herr Berger zahlt den Kindesunterhalt von 1.189,00 € seit Dezember pünktlich. Auf den geforderten
Trennungsunterhalt von 512,00 € hat er bisher nicht geantwortet. Frau Berger wünscht eine gütliche
Lösung, möchte aber nicht auf Rückstände verzichten. Auf § 1613 Abs. 1 BGB habe ich hingewiesen; die
Gegenseite ist durch unser Schreiben vom 24.11.2025 in Verzug gesetzt.

# Nächste Schritte

- Auskünfte der Versorgungsträger prüfen, Frist 29.05.2026 notiert (Dr. Meyer)

- Schreiben an Herrn Berger zum Trennungsunterhalt, Frist zwei Wochen (Sekretariat)

- Mandantin lädt die Gehaltsabrechnungen Januar bis März 2026 im Portal hoch

"""
        + MEYER,
    ),
)

WINKLER = (
    Paper(
        "Einkommensteuerbescheid 2024",
        "Einkommensteuerbescheid 2024.pdf",
        "14.08.2025",
        "Bescheid für 2024 über Einkommensteuer und Solidaritätszuschlag",
        """
Für Frau Petra Winkler, Fliederweg 31, 50935 Köln. Der Bescheid ergeht an Sie als
Empfangsbevollmächtigte.

# Festsetzung

| Beträge in Euro | Einkommensteuer | Solidaritätszuschlag
| Festgesetzt werden | 9.052,00 | 0,00
| ab Steuerabzug vom Lohn | -11.096,00 | 0,00
+| Verbleibende Beträge | -2.044,00 | 0,00

Das Guthaben von <b>2.044,00 €</b> wird auf das angegebene Konto mit der Endung 88 12 erstattet.

# Besteuerungsgrundlagen

| Berechnung des zu versteuernden Einkommens | €
| Bruttoarbeitslohn | 61.480
| ab Werbungskosten | -2.914
| Einkünfte aus nichtselbständiger Arbeit | 58.566
| Einkünfte aus Vermietung und Verpachtung, Hausstraße 9 | -2.846
+| Gesamtbetrag der Einkünfte | 55.720
| ab beschränkt abziehbare Vorsorgeaufwendungen | -9.486
| ab Zuwendungen (Spenden) | -350
+| Zu versteuerndes Einkommen | 45.884

| Berechnung der Einkommensteuer | €
| Steuer nach dem Grundtarif (§ 32a Abs. 1 EStG) | 9.424
| ab Ermäßigung für Handwerkerleistungen (§ 35a Abs. 3 EStG) | -372
+| Festzusetzende Einkommensteuer | 9.052

# Erläuterungen

Die Veranlagung folgt der am 22.05.2025 elektronisch übermittelten Erklärung mit den nachstehenden
Abweichungen.

- Werbungskosten: Für die Tätigkeit in der häuslichen Wohnung wurde die Tagespauschale nach § 4
Abs. 5 Satz 1 Nr. 6c EStG für 84 statt für 96 Tage berücksichtigt, weil für zwölf Tage zugleich
Fahrten zur ersten Tätigkeitsstätte erklärt sind.

- Vermietung: Die Kosten der neuen Einbauküche wurden nicht sofort abgezogen, sondern auf zehn Jahre
verteilt. Die Absetzung für 2024 beträgt 640 €.

- Außergewöhnliche Belastungen: Die Krankheitskosten übersteigen die zumutbare Belastung nicht und
wirken sich daher nicht aus (§ 33 Abs. 3 EStG).

- Handwerkerleistungen sind nur hinsichtlich der Arbeitskosten begünstigt; Materialkosten
bleiben außer Ansatz.

# Rechtsbehelfsbelehrung

Gegen diesen Bescheid ist der Einspruch gegeben. Er ist innerhalb eines Monats nach Bekanntgabe beim
oben bezeichneten Finanzamt schriftlich oder elektronisch einzureichen. Bei Zusendung durch
einfachen Brief gilt die Bekanntgabe als am vierten Tag nach Aufgabe zur Post bewirkt.

# Vorauszahlungen

Vorauszahlungen für 2025 und die folgenden Jahre werden nicht festgesetzt. Dieser Bescheid wurde
maschinell erstellt und ist ohne Unterschrift gültig.
""",
        head="finanzamt",
        to="Kanzlei\nMeyer & Kollegen\nLindenallee 14\n50667 Köln",
        info="Steuernummer: 299/0000/4216\nIhr Zeichen: 25/0042\nAuskunft: Frau Seidel",
    ),
    Paper(
        "Belegliste 2025",
        "Belegliste 2025 Winkler.xlsx",
        "30.04.2026",
        "Belege zur Einkommensteuererklärung 2025, Petra Winkler",
        """
! Datum | Beleg | Anlage | Betrag | davon Arbeitskosten | Status
14.01.2025 | Fachliteratur Physiotherapie | N | 148.60 |  | liegt vor
03.02.2025 | Fortbildung Manuelle Therapie, Kursgebühr | N | 890.00 |  | liegt vor
04.02.2025 | Bahnfahrten zur Fortbildung | N | 126.40 |  | liegt vor
19.03.2025 | Bürostuhl Heimarbeitsplatz | N | 329.00 |  | liegt vor
11.04.2025 | Bürobedarf, Quittung 2025-0318 | N | 64.85 |  | liegt vor
06.05.2025 | Malerarbeiten Flur und Treppe | 35a | 1480.00 | 1120.00 | liegt vor
27.05.2025 | Schornsteinfeger | 35a | 92.30 | 92.30 | liegt vor
16.06.2025 | Reparatur Heizungspumpe, Hausstraße 9 | V | 684.25 |  | liegt vor
30.06.2025 | Grundsteuer Hausstraße 9 | V | 412.80 |  | liegt vor
15.09.2025 | Gebäudeversicherung Hausstraße 9 | V | 538.10 |  | fehlt
02.10.2025 | Dachrinne erneuert, Hausstraße 9 | V | 1926.00 |  | liegt vor
24.11.2025 | Spende Kinderhospiz Sonnenblick e. V. | SA | 300.00 |  | liegt vor
31.12.2025 | Schuldzinsen Darlehen Hausstraße 9 | V | 3218.44 |  | fehlt
+ |  Summe |  | =SUM(D5:D17) | =SUM(E5:E17) | =COUNTIF(F5:F17,"fehlt")&" fehlen"

! | Auswertung | Anlage | Betrag |  |
 | Werbungskosten nichtselbständige Arbeit | N | =SUMIF(C$5:C$17,C21,D$5:D$17) |  |
 | Werbungskosten Vermietung | V | =SUMIF(C$5:C$17,C22,D$5:D$17) |  |
 | Sonderausgaben | SA | =SUMIF(C$5:C$17,C23,D$5:D$17) |  |
+ | Ermäßigung nach § 35a Abs. 3 EStG (20 %) | 35a | =ROUND(MIN(E18*20%,1200),2) |  |
""",
        columns=(12, 46, 9, 15, 20, 14),
    ),
    Paper(
        "Anschreiben an das Finanzamt",
        "Anschreiben Finanzamt Köln-Lindenthal.docx",
        "12.05.2026",
        "Einkommensteuererklärung 2025, Petra Winkler: Nachreichung von Belegen",
        """
Sehr geehrte Frau Seidel,

namens und mit Vollmacht unserer Mandantin nehmen wir Bezug auf Ihr Schreiben vom 28.04.2026 zur
elektronisch übermittelten Einkommensteuererklärung 2025 und reichen die erbetenen Belege nach.

<b>Vermietungsobjekt Hausstraße 9.</b> Die Erneuerung der Dachrinne (1.926,00 €) und die Reparatur
der Heizungspumpe (684,25 €) sind Erhaltungsaufwand und damit im Jahr der Zahlung in voller Höhe als
Werbungskosten abziehbar (§ 9 Abs. 1 in Verbindung mit § 11 Abs. 2 EStG). Ein Zusammenhang mit einer
Herstellung oder wesentlichen Verbesserung des Gebäudes besteht nicht.

<b>Handwerkerleistungen.</b> Die Rechnungen weisen Arbeitskosten von zusammen 1.212,30 € gesondert
aus und wurden durch Überweisung beglichen. Wir beantragen die Steuerermäßigung nach § 35a Abs. 3
EStG in Höhe von 242,46 €.

<b>Fortbildung.</b> Die Teilnahmebescheinigung des Kurses in Manueller Therapie ist beigefügt. Der
Arbeitgeber hat bestätigt, dass er keinen Kostenersatz geleistet hat.

Die Jahresbescheinigung über die Schuldzinsen und die Rechnung der Gebäudeversicherung sind bei der
Mandantin angefordert. Wir bitten, die Frist hierfür bis zum 12.06.2026 stillschweigend zu
verlängern, und um Veranlagung im Übrigen entsprechend der eingereichten Erklärung.

Mit freundlichen Grüßen

@ Miriam Hoffmann | Steuerberaterin

# Anlagen

- Rechnungen Malerarbeiten und Schornsteinfeger mit Zahlungsnachweisen

- Rechnungen Dachrinne und Heizungspumpe

- Teilnahmebescheinigung und Bestätigung des Arbeitgebers
""",
        to="Finanzamt Köln-Lindenthal\nVeranlagungsstelle 07\nMusterring 3\n50931 Köln",
        info="Steuernummer: 299/0000/4216",
    ),
    Paper(
        "Quittung Bürobedarf",
        "Quittung Bürobedarf 11.04.2025.png",
        "30.04.2025",
        "Quittung 2025-0318",
        """
# Papeterie Feder & Tinte
Inhaberin Ute Anders | | |Quittung Nr. 2025-0318
Fliederweg 4, 50935 Köln | | |Datum 11.04.2025
---
*Menge|Artikel||Betrag EUR
---
2|Ordner A4 breit, grau||9,98
1|Druckerpatrone schwarz||32,90
5|Kopierpapier 500 Blatt||21,97
---
*|Gesamtbetrag, bar erhalten||64,85
|darin 19 % Umsatzsteuer (netto 54,50)||10,35
---
Für Petra Winkler, Physiotherapie

gez. U. Anders
""",
        columns=(7, 17, 50, -93),
        size=(1000, 760),
        stamp=(600, 480),
    ),
    Paper(
        "Anforderung fehlender Unterlagen",
        "Fehlende Unterlagen Steuererklärung 2025.pdf",
        "04.05.2026",
        "Ihre Einkommensteuererklärung 2025: noch fehlende Unterlagen",
        """
Sehr geehrte Frau Winkler,

vielen Dank für die Belege, die Sie uns über das Mandantenportal zur Verfügung gestellt haben. Wir
haben sie gesichtet und in der beigefügten Belegliste erfasst. Ihre Steuererklärung ist übermittelt;
das Finanzamt bittet mit Schreiben vom 28.04.2026 um einzelne Nachweise. Folgendes fehlt uns noch:

| Unterlage | Wofür | Frist
| Rechnung Gebäudeversicherung 2025 | Anlage V, Hausstraße 9 | 22.05.2026
| Jahresbescheinigung Schuldzinsen 2025 | Anlage V, Hausstraße 9 | 22.05.2026
| Bestätigung des Arbeitgebers zur Fortbildung | Anlage N | 08.05.2026

Bitte laden Sie die Unterlagen im Portal in Ihre Akte hoch. Fotos genügen, sofern alle Seiten
vollständig und gut lesbar sind. Die Originale bewahren Sie bitte auf, bis der Bescheid
bestandskräftig ist.

# Voraussichtliches Ergebnis

Nach dem heutigen Stand rechnen wir mit einer Erstattung in ähnlicher Größenordnung wie im Vorjahr.
Eine verbindliche Aussage ist erst möglich, wenn die Schuldzinsen nachgewiesen sind. Sollte das
Finanzamt einzelne Positionen nicht anerkennen, prüfen wir für Sie, ob ein Einspruch sinnvoll ist.

Bei Fragen erreichen Sie uns unter der oben genannten Durchwahl.

Mit freundlichen Grüßen

@ Miriam Hoffmann | Steuerberaterin
""",
        to="Frau\nPetra Winkler\nFliederweg 31\n50935 Köln",
    ),
)

HOLZBAU = (
    Paper(
        "Bauvertrag Kindertagesstätte, Los 4",
        "Bauvertrag Los 4 Holzbau.pdf",
        "15.09.2025",
        "Bauvertrag über Zimmer- und Holzbauarbeiten",
        """
zwischen der <b>Gemeinde Eichenrath</b>, vertreten durch den Bürgermeister, Rathausplatz 1, 51990
Eichenrath, nachfolgend „Auftraggeberin“, und der <b>Holzbau Sommer GmbH</b>, vertreten durch den
Geschäftsführer Martin Sommer, Am Sägewerk 7, 51990 Eichenrath, nachfolgend „Auftragnehmerin“.

# § 1 Gegenstand des Vertrags

Die Auftragnehmerin führt für das Bauvorhaben „Neubau der Kindertagesstätte Eichenrath“ die Zimmer-
und Holzbauarbeiten (Los 4) aus. Umfang und Beschaffenheit der Leistung ergeben sich aus dem
Leistungsverzeichnis vom 02.06.2025 und den Ausführungsplänen der Objektplanung.

# § 2 Vertragsbestandteile

Bestandteile des Vertrags sind in dieser Reihenfolge: das Auftragsschreiben, dieser Vertrag, das
Leistungsverzeichnis mit Vorbemerkungen, die Ausführungspläne, die Allgemeinen Vertragsbedingungen
für die Ausführung von Bauleistungen (VOB/B) und die Allgemeinen Technischen Vertragsbedingungen
(VOB/C), jeweils in der bei Vertragsschluss geltenden Fassung.

# § 3 Vergütung

Die Vergütung richtet sich nach den vertraglichen Einheitspreisen und den tatsächlich ausgeführten
Mengen. Die vorläufige Auftragssumme beträgt:

| Leistungsbereich | Nettobetrag
| Titel 1: Abbund und Tragwerk | 238.400,00 €
| Titel 2: Wand- und Deckenelemente | 121.960,00 €
| Titel 3: Dachkonstruktion und Schalung | 52.500,00 €
+| Auftragssumme netto | 412.860,00 €
| zuzüglich 19 % Umsatzsteuer | 78.443,40 €
+| Auftragssumme brutto | 491.303,40 €

# § 4 Ausführungsfristen

Mit der Ausführung ist am 12.01.2026 zu beginnen; die Leistung ist bis zum 29.05.2026
fertigzustellen. Beide Termine sind Vertragsfristen im Sinne des § 5 Abs. 1 VOB/B. Die Bodenplatte
ist der Auftragnehmerin spätestens am 09.01.2026 maßhaltig und belegreif zu übergeben.

# § 5 Vertragsstrafe

Gerät die Auftragnehmerin mit der Fertigstellung schuldhaft in Verzug, hat sie für jeden Werktag
0,1 % der Nettoabrechnungssumme zu zahlen, insgesamt höchstens 3 % dieser Summe.

# § 6 Abrechnung und Zahlung

Abschlagszahlungen werden auf prüfbaren Nachweis gewährt und binnen 21 Tagen nach Zugang der
Aufstellung fällig (§ 16 Abs. 1 Nr. 3 VOB/B). Die Schlusszahlung wird nach Prüfung, spätestens 30
Tage nach Zugang der Schlussrechnung fällig.

# § 7 Geänderte und zusätzliche Leistungen

Ordnet die Auftraggeberin eine Änderung des Bauentwurfs oder eine nicht vereinbarte Leistung an,
gelten § 2 Abs. 5 und 6 VOB/B. Der Anspruch auf besondere Vergütung ist vor Beginn der Ausführung
anzukündigen; das Nachtragsangebot ist auf Grundlage der Urkalkulation zu erstellen.

# § 8 Mängelansprüche und Sicherheit

Die Verjährungsfrist für Mängelansprüche beträgt vier Jahre (§ 13 Abs. 4 VOB/B). Als Sicherheit
stellt die Auftragnehmerin eine Bürgschaft in Höhe von 3 % der Abrechnungssumme.

# § 9 Schlussbestimmungen

Änderungen und Ergänzungen bedürfen der Textform. Ist eine Bestimmung unwirksam, bleibt der Vertrag
im Übrigen wirksam. Gerichtsstand ist, soweit zulässig, der Sitz der Auftraggeberin.

_ Eichenrath, 15.09.2025 | gez. Der Bürgermeister, Gemeinde Eichenrath
_ Eichenrath, 15.09.2025 | gez. Martin Sommer, Holzbau Sommer GmbH
""",
        head="ohne",
    ),
    Paper(
        "Behinderungsanzeige",
        "Behinderungsanzeige vom 14.01.2026.docx",
        "14.01.2026",
        "Neubau Kindertagesstätte Eichenrath, Los 4: Behinderungsanzeige nach § 6 Abs. 1 VOB/B",
        """
Sehr geehrte Damen und Herren,

hiermit zeigen wir an, dass wir in der ordnungsgemäßen Ausführung unserer Leistung behindert sind.

Nach § 4 des Bauvertrags vom 15.09.2025 war uns die Bodenplatte spätestens am 09.01.2026 maßhaltig
und belegreif zu übergeben. Bei der gemeinsamen Begehung am 13.01.2026 haben wir festgestellt, dass
die Bodenplatte in den Achsen C bis F um bis zu 28 mm von der Sollhöhe abweicht. Die zulässige
Toleranz nach DIN 18202 ist damit überschritten. Zudem ist die Zufahrt für den Autokran nicht
befestigt.

Von der Behinderung betroffen sind die Montage der Schwellen, der Wandelemente im Erdgeschoss und
alle darauf aufbauenden Arbeiten. Unser Montagetrupp mit fünf Personen sowie der für den 19.01.2026
bestellte Autokran können nicht eingesetzt werden.

Wir bitten, die Voraussetzungen für unsere Leistung unverzüglich zu schaffen und uns den Wegfall der
Behinderung mitzuteilen. Die Ausführungsfristen verlängern sich nach § 6 Abs. 2 Nr. 1 a VOB/B um die
Dauer der Behinderung zuzüglich eines Zuschlags für die Wiederaufnahme der Arbeiten. Ansprüche nach
§ 6 Abs. 6 VOB/B und § 642 BGB behalten wir uns ausdrücklich vor.

Mit freundlichen Grüßen

@ Martin Sommer | Geschäftsführer

# Anlagen

- Aufmaßblatt Bodenplatte vom 13.01.2026, Fotodokumentation

- Durchschrift an Kanzlei Meyer & Kollegen, Aktenzeichen 26/0007
""",
        head="holzbau",
        to="Gemeinde Eichenrath\n– Bauamt –\nRathausplatz 1\n51990 Eichenrath",
        info="Bauvorhaben: Kita Eichenrath, Los 4\nAkte Kanzlei: 26/0007",
    ),
    Paper(
        "Nachtrag 2, Kalkulation",
        "Nachtrag 2 Kalkulation.xlsx",
        "09.03.2026",
        "Nachtrag 2: Höhenausgleich und Stillstand, Kita Eichenrath, Los 4",
        """
! Pos. | Leistung | Einheit | Menge | Einheitspreis | Gesamtpreis
2.01 | Höhenausgleich Schwellen, Quellmörtel | lfm | 186,50 | 24.80 | =ROUND(D5*E5,2)
2.02 | Ausgleichsfutter Brettsperrholz | Stk | 74,00 | 18.35 | =ROUND(D6*E6,2)
2.03 | Nachschnitt Wandelemente im Werk | Std | 42,00 | 68.50 | =ROUND(D7*E7,2)
2.04 | Abdichtung Schwellenanschluss, Mehrbreite | lfm | 186,50 | 11.90 | =ROUND(D8*E8,2)
2.05 | Stillstand Montagetrupp (5 Personen) | Std | 320,00 | 54.20 | =ROUND(D9*E9,2)
2.06 | Stornierung Autokran | psch | 1,00 | 2140.00 | =ROUND(D10*E10,2)
2.07 | Baustraße Schotter, befahrbar | m² | 260,00 | 31.75 | =ROUND(D11*E11,2)
2.08 | Verlängerte Baustelleneinrichtung | Wo | 3,00 | 1180.00 | =ROUND(D12*E12,2)
+ | Zwischensumme netto |  |  |  | =SUM(F5:F12)
 | Allgemeine Geschäftskosten |  |  | 8% | =ROUND(F13*E14,2)
+ | Nachtragssumme netto |  |  |  | =F13+F14
 | Umsatzsteuer |  |  | 19% | =ROUND(F15*E16,2)
+ | Nachtragssumme brutto |  |  |  | =F15+F16

 | Anteil an der Auftragssumme netto |  |  | 412860.00 | =F15/E19~%
""",
        columns=(8, 46, 10, 12, 18, 18),
    ),
    Paper(
        "Zahlungsaufforderung an die Gemeinde",
        "Zahlungsaufforderung Gemeinde Eichenrath.pdf",
        "24.04.2026",
        "Holzbau Sommer GmbH ./. Gemeinde Eichenrath: 3. Abschlagsrechnung, Nachfrist",
        """
Sehr geehrte Damen und Herren,

wir zeigen an, dass wir die rechtlichen Interessen der Holzbau Sommer GmbH vertreten; ordnungsgemäße
Bevollmächtigung wird anwaltlich versichert. Gegenstand unserer Beauftragung ist der Bauvertrag vom
15.09.2025 über die Zimmer- und Holzbauarbeiten am Neubau der Kindertagesstätte Eichenrath (Los 4).

Unsere Mandantin hat Ihnen am 18.03.2026 die 3. Abschlagsrechnung mit prüfbarer Aufstellung
übersandt. Die Forderung ist seit dem 08.04.2026 fällig (§ 16 Abs. 1 Nr. 3 VOB/B). Einwendungen
gegen die Prüfbarkeit haben Sie nicht erhoben. Offen sind:

| Forderung | Betrag
| 3. Abschlagsrechnung, brutto | 86.450,00 €
| abzüglich Teilzahlung vom 16.04.2026 | -20.000,00 €
+| Offener Betrag | 66.450,00 €

Der Einbehalt wegen angeblicher Terminüberschreitung ist unberechtigt. Die Bodenplatte wurde erst am
03.02.2026 belegreif übergeben. Unsere Mandantin hat die Behinderung am 14.01.2026 angezeigt, so
dass sich die Ausführungsfrist nach § 6 Abs. 2 VOB/B entsprechend verlängert hat. Eine
Vertragsstrafe ist nicht verwirkt.

Namens und in Vollmacht unserer Mandantin setzen wir Ihnen eine Nachfrist zur Zahlung bis zum

^ 11.05.2026

(Zahlungseingang). Nach fruchtlosem Ablauf stehen unserer Mandantin Verzugszinsen in Höhe von neun
Prozentpunkten über dem Basiszinssatz zu (§ 16 Abs. 5 Nr. 3 VOB/B, § 288 Abs. 2 BGB). Sie ist ferner
berechtigt, die Arbeiten bis zur Zahlung einzustellen (§ 16 Abs. 5 Nr. 4 VOB/B), und wird ihre
Ansprüche ohne weitere Ankündigung gerichtlich geltend machen.

Zu Nachtrag 2 vom 09.03.2026 schlagen wir ein gemeinsames Gespräch in der 20. Kalenderwoche vor. Wir
bitten um Mitteilung von zwei Terminen.

Mit freundlichen Grüßen

"""
        + LORENZ,
        to="Gemeinde Eichenrath\nDer Bürgermeister\nRathausplatz 1\n51990 Eichenrath",
        info="Ihr Zeichen: Bauamt 61/25",
    ),
    Paper(
        "Baubesprechung 12, Protokoll",
        "Protokoll Baubesprechung 12 (Scan).png",
        "11.02.2026",
        "Protokoll Baubesprechung Nr. 12",
        """
# Gemeinde Eichenrath, Bauamt
Neubau Kindertagesstätte||Projekt 61/25
Baubesprechung Nr. 12||Datum 04.02.2026
---
Teilnehmende:
Bauamt (Herr Ostermann), Objektplanung (Frau Reiter),
Holzbau Sommer GmbH (Herr Sommer, Frau Kraft)
---
*Nr.|Thema und Festlegung|Zuständig
---
12.1|Bodenplatte Achsen C bis F: Ausgleich erfolgt,|Bauamt
|belegreif übergeben am 03.02.2026.|erledigt

12.2|Montagebeginn Wandelemente EG: 09.02.2026.|Holzbau Sommer
|Autokran neu bestellt für 10.02.2026.

12.3|Zufahrt: Schotter durch Holzbau Sommer auf|Bauamt prüft
|Anordnung vor Ort, Nachtrag wird eingereicht.

12.4|Neuer Bauzeitenplan. Holzbau Sommer meldet|Objektplanung
|18 Werktage Verlängerung an.

12.5|Vertragsstrafe: Gemeinde behält sich Prüfung|Bauamt
|vor. Holzbau Sommer widerspricht.|offen

12.6|Luftdichtheit: Detailpläne Fenster fehlen noch,|Objektplanung
|Lieferung bis 13.02.2026.

12.7|Elektro: Durchbrüche vor dem Schließen der|alle
|Elemente gemeinsam abnehmen.
---
Nächste Besprechung: 18.02.2026, 9.00 Uhr, Baucontainer

Aufgestellt: gez. Reiter
Einwendungen gegen das Protokoll bitte binnen sieben Tagen.
""",
        columns=(8, 15, 72),
        stamp=(600, 1190),
    ),
)

KERN = (
    Paper(
        "Erbscheinsantrag, Entwurf",
        "Erbscheinsantrag Entwurf.pdf",
        "16.03.2026",
        "Antrag auf Erteilung eines Erbscheins, Nachlass Friedrich Kern",
        """
In der Nachlasssache des am 08.01.2026 in Köln verstorbenen, dort zuletzt wohnhaften <b>Friedrich
Kern</b>, geboren am 02.02.1941, vertreten wir Frau Sabine Kern, Eibenweg 17, 50937 Köln, und
<b>beantragen</b> in ihrem Namen,

> einen Erbschein des Inhalts zu erteilen, dass der Erblasser von der Antragstellerin allein beerbt
worden ist.

# Begründung

Der Erblasser war deutscher Staatsangehöriger und seit 2014 verwitwet. Aus der Ehe sind zwei Kinder
hervorgegangen, die Antragstellerin und ihr Bruder Martin Kern, geboren am 11.10.1972. Weitere
Abkömmlinge hat der Erblasser nicht hinterlassen.

Mit eigenhändig geschriebenem und unterschriebenem Testament vom 19.05.2019 hat der Erblasser die
Antragstellerin zu seiner alleinigen Erbin eingesetzt (§§ 2247, 2087 BGB). Das Testament ist am
29.01.2026 eröffnet worden. Andere Verfügungen von Todes wegen sind nicht vorhanden. Ein
Rechtsstreit über das Erbrecht ist nicht anhängig.

Die Antragstellerin hat die Erbschaft angenommen. Sie ist bereit, die Richtigkeit ihrer Angaben nach
§ 352 Abs. 3 FamFG vor dem Nachlassgericht an Eides statt zu versichern. Zum Nachlass gehört
Grundbesitz, sodass der Erbschein für die Berichtigung des Grundbuchs benötigt wird.

Der Reinnachlass beträgt ausweislich des beigefügten Verzeichnisses <b>465.220,25 €</b>.

# Anlagen

- Sterbeurkunde, Geburtsurkunden der Kinder

- beglaubigte Abschrift des Testaments mit Eröffnungsniederschrift

- Nachlassverzeichnis zum Stichtag 08.01.2026

@ Jonas Brandt | Rechtsanwalt, Fachanwalt für Erbrecht
""",
        to="Amtsgericht Köln\n– Nachlassgericht –\nLuxemburger Straße 101\n50939 Köln",
        info="Vermerk: Vertraulich",
        draft=True,
    ),
    Paper(
        "Nachlassverzeichnis",
        "Nachlassverzeichnis Kern.xlsx",
        "12.03.2026",
        "Nachlass Friedrich Kern, Stichtag 08.01.2026 (vertraulich)",
        """
! Nr. | Gegenstand | Nachweis | Wert
A1 | Einfamilienhaus Eibenweg 17, Köln | Gutachten vom 26.02.2026 | 395000.00
A2 | Girokonto, Rheinische Volkskasse eG | Saldenbestätigung | 12418.33
A3 | Wertpapierdepot | Depotauszug zum Stichtag | 78940.12
A4 | Personenkraftwagen, Erstzulassung 2017 | Händlerbewertung | 6500.00
A5 | Hausrat und Schmuck | Schätzung der Erbin | 4000.00
+ | Aktiva |  | =SUM(D5:D9)

! Nr. | Verbindlichkeit | Nachweis | Wert
P1 | Restdarlehen Dachsanierung | Kontoauszug | 21480.00
P2 | Bestattungskosten | Rechnung vom 19.01.2026 | 8914.20
P3 | Einkommensteuer 2024, Nachzahlung | Bescheid | 1244.00
+ | Passiva |  | =SUM(D13:D15)

! | Ergebnis | Grundlage | Wert
+ | Reinnachlass | Aktiva abzüglich Passiva | =D10-D16
 | Pflichtteilsquote Martin Kern | § 2303 Abs. 1 BGB | 25%
 | Pflichtteil Martin Kern, rechnerisch |  | =ROUND(D19*D20,2)
""",
        columns=(8, 46, 32, 18),
    ),
    Paper(
        "Testament, Abschrift",
        "Testament Abschrift für die Akte.pdf",
        "02.02.2026",
        "Abschrift des eigenhändigen Testaments vom 19.05.2019",
        """
Die Urschrift befindet sich in der Verwahrung des Nachlassgerichts. Die nachstehende Abschrift wurde
nach der eröffneten Kopie gefertigt und mit ihr verglichen. <b>Vertraulich, nur für die Akte.</b>

^ Mein Testament

> Ich, Friedrich Kern, geboren am 2. Februar 1941, wohnhaft im Eibenweg 17 in Köln, bestimme für den
Fall meines Todes folgendes:

> Ich setze meine Tochter Sabine zu meiner alleinigen Erbin ein. Sie hat mich und vorher ihre Mutter
über viele Jahre gepflegt und das Haus in Ordnung gehalten.

> Mein Sohn Martin hat zu Lebzeiten genug von mir erhalten, zuletzt im Jahr 2015 den Betrag von
40.000 Euro für seine Werkstatt. Er soll nur den Pflichtteil bekommen. Ich habe ihm bei der Zahlung
gesagt, dass er sich das Geld anrechnen lassen muss.

> Meine Nichte Clara erhält als Vermächtnis meine Taschenuhr und die Bücher aus dem Arbeitszimmer.

> Sollte Sabine vor mir sterben, treten ihre Kinder an ihre Stelle.

> Alle früheren Testamente hebe ich auf. Ich habe dies mit eigener Hand geschrieben.

> Köln, den 19. Mai 2019, Friedrich Kern

# Vermerk des Bearbeiters

Form und Datum entsprechen § 2247 Abs. 1 und 2 BGB. Die Anrechnung der Zuwendung von 40.000 € auf
den Pflichtteil setzt eine Bestimmung spätestens bei der Zuwendung voraus (§ 2315 Abs. 1 BGB). Das
Testament allein genügt dafür nicht; zu klären ist, ob die Mandantin die damalige Erklärung durch
Zeugen oder Unterlagen nachweisen kann. Das Vermächtnis zugunsten der Nichte ist zu erfüllen
(§ 2174 BGB) und bei der Berechnung des Pflichtteils nicht abzuziehen.

@ Jonas Brandt | Rechtsanwalt, Fachanwalt für Erbrecht
""",
    ),
)

MATTERS = {
    "berger": Matter("24/0113", "Scheidung Berger ./. Berger", "Dr. Julia Meyer", "114", BERGER),
    "winkler": Matter("25/0042", "Steuererklärung 2025 Winkler", "Miriam Hoffmann", "142", WINKLER),
    "holzbau": Matter(
        "26/0007", "Bauvertrag Holzbau Sommer GmbH ./. Gemeinde", "Stefan Lorenz", "126", HOLZBAU
    ),
    "kern": Matter("26/0031", "Erbsache Kern", "Jonas Brandt", "131", KERN),
}
