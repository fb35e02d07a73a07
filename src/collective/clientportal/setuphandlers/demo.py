"""The demo firm: staff, clients, matters and documents, made by the functions that everybody uses."""

from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import links
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain import sharing
from collective.clientportal.domain import text_blocks
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.setuphandlers import demo_documents
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from plone import api
from plone.formwidget.namedfile.converter import b64encode_file


PASSWORD = "mandantenportal"
LOGO = Path(__file__).with_name("demo_logo.svg")

# (user id, e-mail address = log-in, full name)
STAFF = (
    ("meyer", "meyer@kanzlei-meyer.example", "Julia Meyer"),
    ("krause", "krause@kanzlei-meyer.example", "Anton Krause"),
    ("schmitt", "schmitt@kanzlei-meyer.example", "Sabine Schmitt"),
    ("vogel", "vogel@kanzlei-meyer.example", "Peter Vogel"),
)
FIRM = {
    "firm_name": "Kanzlei Meyer & Kollegen",
    "firm_address": "Lindenallee 14\n50667 Köln\nTelefon 0221 5550-0",
}

TEXT_BLOCKS = (
    (
        "Unterlagen anfordern",
        "Guten Tag ${recipient},\n\nin der Sache ${title} (${reference}) benötigen wir von Ihnen noch "
        "folgende Unterlagen:\n\n- \n\nBitte senden Sie sie uns mit Ihrer Antwort hier im "
        "Mandantenportal.\n\nMit freundlichen Grüßen\n${sender}",
    ),
    (
        "Entwurf zur Prüfung",
        "Guten Tag ${recipient},\n\nanbei erhalten Sie unseren Entwurf in der Sache ${title}. Bitte lesen "
        "Sie ihn durch und teilen Sie uns mit, ob wir ihn so einreichen dürfen.\n\nMit freundlichen "
        "Grüßen\n${sender}",
    ),
    (
        "Zur Kenntnisnahme",
        "Guten Tag ${recipient},\n\nin Ihrer Sache ${reference} ist das beigefügte Schreiben bei uns "
        "eingegangen. Wir übersenden es Ihnen zur Kenntnisnahme; zu veranlassen ist von Ihrer Seite "
        "derzeit nichts.\n\nMit freundlichen Grüßen\n${sender}",
    ),
    (
        "Terminsnachricht",
        "Guten Tag ${recipient},\n\ndas Gericht hat Termin bestimmt. Die Ladung liegt bei. Bitte "
        "bestätigen Sie uns, dass Sie den Termin wahrnehmen können.\n\nMit freundlichen "
        "Grüßen\n${sender}",
    ),
    (
        "Rückfrage",
        "Guten Tag ${recipient},\n\nzu Ihrer Sache ${reference} haben wir noch eine Frage:\n\n\n\n"
        "Mit freundlichen Grüßen\n${sender}",
    ),
)


def post_install(setup_tool):
    """Make the demo firm, unless it is there."""
    if api.user.get(userid="meyer") is not None:
        return
    for name, value in FIRM.items():
        api.portal.set_registry_record(f"collective.clientportal.{name}", value)
    api.portal.set_registry_record("plone.site_logo", b64encode_file(LOGO.name, LOGO.read_bytes()))
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    if not api.portal.get_registry_record("plone.email_from_address", default=None):
        api.portal.set_registry_record("plone.email_from_address", "portal@kanzlei-meyer.example")
        api.portal.set_registry_record("plone.email_from_name", FIRM["firm_name"])
    for user_id, email, name in STAFF:
        _make_staff(user_id, email, name)
    with _acting_as("meyer"):
        for title, text in TEXT_BLOCKS:
            text_blocks.save(title, text_blocks.PRESET, text)
        _berger()
        _winkler()
    with _acting_as("krause"):
        _holzbau()
        _kern()


def _acting_as(user_id):
    return api.env.adopt_user(user=api.user.get(userid=user_id))


def _make_staff(user_id, email, name):
    # An id that can be read, where Plone would make a random one.
    api.portal.get_tool("portal_membership").addMember(
        user_id, PASSWORD, ("Member",), (), {"email": email, "fullname": name}
    )
    api.portal.get_tool("acl_users").updateLoginName(user_id, email)
    api.group.add_user(groupname=rosters.STAFF, user=api.user.get(userid=user_id))


def _berger():
    matter = _matter("Scheidung Berger ./. Berger", "24/0113", "meyer", days=3)
    files = _add_documents(matter, "berger")
    matters.switch_portal(matter, True)
    anna = _client(matter, "anna.berger@mail.example", "Anna Berger", "Mandantin")
    thomas = _client(matter, "thomas.berger@mail.example", "Thomas Berger", "Gegenseite")
    drafts = folders.create(matter, "Schriftsätze", [anna])
    forms = folders.create(matter, "Versorgungsausgleich", [anna])
    settlement = folders.create(matter, "Vergleichsgespräche", [thomas])
    _release(matter, files[:2], drafts)
    _release(matter, files[4:5], forms)
    _release(matter, files[6:7], settlement)
    with _acting_as(anna):
        scan = demo_documents.documents("berger")[5]
        sharing.receive(forms, [_upload(scan)])
    request = Draft(
        "Guten Tag Frau Berger,\n\nfür den Versorgungsausgleich benötigen wir noch Ihre letzte "
        "Renteninformation. Bitte füllen Sie außerdem das beigefügte Formular aus und senden Sie uns "
        "beides mit Ihrer Antwort zurück.\n\nMit freundlichen Grüßen\nJulia Meyer",
        (api.content.get_uuid(files[4]),),
    )
    thread, _message = messages.send(
        matter, request, "reply_with_file", [anna], title="Unterlagen zum Versorgungsausgleich"
    )
    messages.note(
        thread, Draft("Frist beim Familiengericht beachten; notfalls Verlängerung beantragen.")
    )


def _winkler():
    matter = _matter("Steuererklärung 2025 Winkler", "25/0042", "meyer", days=0)
    files = _add_documents(matter, "winkler")
    matters.switch_portal(matter, True)
    petra = _client(matter, "petra.winkler@mail.example", "Petra Winkler", "Mandantin")
    _release(matter, files[:1], folders.create(matter, "Bescheide"))
    folders.create(matter, "Ihre Belege")
    question = Draft(
        "Guten Tag Frau Winkler,\n\nhaben Sie im Jahr 2025 Handwerkerleistungen bezahlt, die wir in der "
        "Steuererklärung ansetzen können?\n\nMit freundlichen Grüßen\nJulia Meyer"
    )
    thread, _message = messages.send(
        matter, question, "reply", [petra], title="Handwerkerleistungen 2025"
    )
    with _acting_as(petra):
        answer = (
            "Guten Tag Frau Meyer,\n\nja, die Heizung wurde im Mai erneuert: 2.340 Euro Lohnanteil."
        )
        messages.reply(thread, Draft(f"{answer} Die Rechnung suche ich heraus.\n\nPetra Winkler"))


def _holzbau():
    matter = _matter("Holzbau Sommer GmbH ./. Gemeinde Lindlar", "26/0007", "krause", days=14)
    _add_documents(matter, "holzbau")


def _kern():
    matter = _matter("Erbsache Kern", "26/0031", "krause", days=30, restricted=True)
    _add_documents(matter, "kern")


def _matter(title, reference, handler, days, restricted=False):
    return matters.create(
        api.portal.get()["matters"],
        title,
        reference,
        [handler],
        ["schmitt"],
        restricted,
        settings.today() + timedelta(days=days),
    )


def _add_documents(matter, key):
    added = documents.add_internal(
        matter, [_upload(document) for document in demo_documents.documents(key)]
    )
    for obj, document in zip(added, demo_documents.documents(key), strict=True):
        obj.title = document.title
        obj.reindexObject(idxs=["Title", "sortable_title"])
    return added


def _upload(document):
    return Upload(document.filename, document.content_type, BytesIO(document.data))


def _client(matter, email, name, party):
    """Invite a client and choose the demo password in their stead."""
    info = participants.invite(matter, email, name, party)
    token = links.new(info.id, links.INVITATION)
    participants.activate(token, PASSWORD)
    return info.id


def _release(matter, files, folder):
    uids = [api.content.get_uuid(obj) for obj in files]
    sharing.release(matter, uids, api.content.get_uuid(folder))
