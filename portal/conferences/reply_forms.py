"""Forms of replies, of the office's entries and of attendance."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.conferences.models import AccessKind, DeputyReply, Invitation, Reply, ReplyChannel
from portal.conferences.services.access_needs import WORDS_LIMIT, AccessWish
from portal.conferences.services.attendance import WALK_INS_LIMIT
from portal.conferences.services.replies import NAME_LIMIT
from portal.conferences.services.replying import NOTE_LIMIT
from portal.core.forms import BoxesField, Form, line, lines

REPLIES = (
    (Reply.ACCEPTED.value, _l("Ja, ich komme")),
    (Reply.TENTATIVE.value, _l("Vielleicht")),
    (Reply.DEPUTY.value, _l("Ich schicke eine Vertretung")),
    (Reply.DECLINED.value, _l("Nein, ich kann nicht")),
)
DEPUTY_REPLIES = (
    (DeputyReply.ACCEPTED.value, _l("Ja, ich komme als Vertretung")),
    (DeputyReply.DECLINED.value, _l("Nein, ich kann nicht")),
)
OFFICE_REPLIES = (
    (Reply.ACCEPTED.value, _l("kommt")),
    (Reply.TENTATIVE.value, _l("kommt vielleicht")),
    (Reply.DEPUTY.value, _l("schickt eine Vertretung")),
    (Reply.DECLINED.value, _l("kommt nicht")),
    (Reply.NONE.value, _l("noch keine Rückmeldung")),
)
OFFICE_DEPUTY_REPLIES = (
    (DeputyReply.ACCEPTED.value, DeputyReply.ACCEPTED.label),
    (DeputyReply.DECLINED.value, DeputyReply.DECLINED.label),
    (DeputyReply.NONE.value, DeputyReply.NONE.label),
)
CHANNELS = tuple((one.value, one.label) for one in (ReplyChannel.TELEPHONE, ReplyChannel.LETTER))


class _WithDeputy(Form):
    deputy_name = StringField(
        _l("Name"),
        filters=[line],
        validators=[Length(max=NAME_LIMIT, message=_l("Bitte kürzen Sie den Namen auf 200 Zeichen."))],
    )
    deputy_email = StringField(
        _l("E-Mail"),
        description=_l("Die Person bekommt alle Angaben zur Veranstaltung und einen eigenen Link zum Antworten."),
        filters=[line],
        validators=[Length(max=254, message=_l("Bitte kürzen Sie die Adresse auf 254 Zeichen."))],
        widget=widgets.EmailInput(),
    )


class _WithNeeds(Form):
    access = BoxesField(
        _l("Bitte ankreuzen"),
        validators=[Optional()],
    )
    access_words = StringField(
        _l("Etwas anderes"),
        filters=[line],
        validators=[Length(max=WORDS_LIMIT, message=_l("Bitte kürzen Sie den Text auf 500 Zeichen."))],
    )
    access_consent = BooleanField(_l("Ja, diese Angaben dürfen für die Veranstaltung gespeichert werden."))
    access_forget = BooleanField(_l("Gespeicherte Angaben löschen"))
    note = TextAreaField(
        _l("Nachricht an die Sozialplanung"),
        description=_l("Höchstens 1.000 Zeichen."),
        filters=[lines],
        validators=[Length(max=NOTE_LIMIT, message=_l("Bitte kürzen Sie die Nachricht auf 1.000 Zeichen."))],
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.access.choices = [(kind.value, kind.label) for kind in AccessKind if kind is not AccessKind.OTHER]

    def wish(self) -> AccessWish:
        return AccessWish(
            kinds=frozenset(AccessKind(value) for value in self.access.data or []),
            words=self.access_words.data or "",
            consent=bool(self.access_consent.data),
            forget=bool(self.access_forget.data),
        )

    @property
    def names_needs(self) -> bool:
        return bool(self.access.data or self.access_words.data)


class ColleagueReplyForm(_WithDeputy):
    """What a colleague answers for the organisation: who comes, without message and needs of the invited person.

    `seen` is when the reply on the page was given: tells two tabs apart.
    """

    reply = RadioField(_l("Kommen Sie?"), validators=[InputRequired(_l("Bitte wählen Sie eine Antwort."))])
    seen = HiddenField(filters=[line], validators=[Length(max=40)])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.reply.choices = list(REPLIES)


class ReplyForm(ColleagueReplyForm, _WithNeeds):
    """What the invited person answers."""


class OpenReplyForm(ReplyForm):
    """The same behind the personal link. The link itself is the secret: nobody who does not know it can send it."""

    class Meta(Form.Meta):
        csrf = False


class DeputyReplyForm(_WithNeeds):
    """What the deputy answers behind a link of their own, which is the secret here, too."""

    class Meta(Form.Meta):
        csrf = False

    reply = RadioField(_l("Kommen Sie?"), validators=[InputRequired(_l("Bitte wählen Sie eine Antwort."))])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.reply.choices = list(DEPUTY_REPLIES)


class _ByOffice(_WithNeeds):
    """What came by telephone or letter. `seen` is the mark of the reply that the page showed."""

    seen = HiddenField(filters=[line], validators=[Length(max=40)])

    channel = RadioField(
        _l("Wie kam die Rückmeldung?"),
        validators=[InputRequired(_l("Bitte wählen Sie, wie die Rückmeldung kam."))],
    )
    reply = RadioField(
        _l("Rückmeldung"),
        validators=[InputRequired(_l("Bitte wählen Sie eine Rückmeldung."))],
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.channel.choices = list(CHANNELS)


class OfficeReplyForm(_WithDeputy, _ByOffice):
    """What the invited person answered."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.reply.choices = list(OFFICE_REPLIES)


class OfficeDeputyForm(_ByOffice):
    """What the deputy answered."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.reply.choices = list(OFFICE_DEPUTY_REPLIES)


class WalkInsForm(Form):
    """How many came without an invitation; who was there stands beside it, a choice per invitation."""

    walk_ins = IntegerField(
        _l("Gäste ohne Einladung"),
        description=_l("Nur die Anzahl, keine Namen."),
        validators=[
            InputRequired(),
            NumberRange(0, WALK_INS_LIMIT, message=_l("Bitte geben Sie eine Zahl von 0 bis 10.000 ein.")),
        ],
    )


class PrintedForm(Form):
    """The button that says letters went to the post; `printed` holds which, each with the version in the document."""

    printed = HiddenField(validators=[Length(max=200_000)])

    def keep(self, rows: Iterable[Invitation]) -> None:
        self.printed.data = " ".join(f"{row.public_id}:{row.sent_sequence}" for row in rows)

    def versions(self) -> dict[str, int]:
        pairs = [part.partition(":") for part in (self.printed.data or "").split()]
        return {public_id: int(version) for public_id, _sign, version in pairs if version.isdecimal()}


def present_values(invitation: Invitation) -> dict[str, Any]:
    """What the form shows of a reply given before. Access needs are not shown again: the organiser alone sees them."""
    given = invitation.reply
    if given is Reply.WAITING_LIST:
        given = Reply.DEPUTY if invitation.deputy_called else Reply.ACCEPTED
    return {
        "reply": None if given is Reply.NONE else given.value,
        "deputy_name": invitation.deputy_called,
        "deputy_email": invitation.deputy_email or "",
        "note": invitation.reply_note,
        "seen": seen(invitation),
    }


def values_of_deputy(invitation: Invitation) -> dict[str, Any]:
    """What the deputy's form shows of a reply given before."""
    given = invitation.deputy_reply
    return {"reply": None if given is DeputyReply.NONE else given.value, "note": invitation.deputy_note}


def seen(invitation: Invitation) -> str:
    """When the reply was given that the page shows; empty for none."""
    return at_in_form(invitation.replied_at)


def at_in_form(given: datetime | None) -> str:
    """A point in time as the hidden field carries it."""
    return "" if given is None else given.isoformat()
