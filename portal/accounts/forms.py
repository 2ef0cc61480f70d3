"""Forms of accounts. Choices are handed in by the views."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.policy import PASSWORD_MAXIMUM, PASSWORD_MINIMUM
from portal.core.forms import Form, line

_ADDRESS_LENGTH = 254
_NEW_PASSWORD_HINT = _l(
    "Mindestens %(count)s Zeichen. Ein Satz oder vier Wörter sind leicht zu merken und schwer zu erraten.",
    count=PASSWORD_MINIMUM,
)


class CheckboxesField(SelectMultipleField):
    """Several of a list, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(Form):
    email = EmailField(_l("E-Mail-Adresse"), filters=[line], validators=[DataRequired(), Length(max=_ADDRESS_LENGTH)])
    password = PasswordField(_l("Passwort"), validators=[DataRequired(), Length(max=1000)])


class CodeForm(Form):
    code = StringField(_l("Code aus der App"), filters=[line], validators=[DataRequired(), Length(max=20)])


class RecoveryCodeForm(Form):
    code = StringField(
        _l("Notfallcode"),
        description=_l("Zwölf Zeichen von Ihrer Liste, z.\u00a0B. 3f9a-07c2-b41e."),
        filters=[line],
        validators=[DataRequired(), Length(max=40)],
    )


class AddressForm(Form):
    email = EmailField(_l("E-Mail-Adresse"), filters=[line], validators=[DataRequired(), Length(max=_ADDRESS_LENGTH)])


class ButtonForm(Form):
    """A step that needs nothing but the click."""


class NewPasswordForm(Form):
    password = PasswordField(
        _l("Neues Passwort"),
        description=_NEW_PASSWORD_HINT,
        validators=[DataRequired(), Length(max=PASSWORD_MAXIMUM, message=_l("Dieses Passwort ist zu lang."))],
    )


class PasswordProofForm(Form):
    """Shows that the person at the keyboard is the one who signed in."""

    current = PasswordField(_l("Ihr jetziges Passwort"), validators=[DataRequired(), Length(max=1000)])


class ChangePasswordForm(PasswordProofForm, NewPasswordForm):
    pass


class ChangeAddressForm(PasswordProofForm):
    email = EmailField(
        _l("Neue E-Mail-Adresse"), filters=[line], validators=[DataRequired(), Length(max=_ADDRESS_LENGTH)]
    )


class ProfileForm(Form):
    name = StringField(_l("Name"), filters=[line], validators=[DataRequired(), Length(max=200)])
    locale = SelectField(_l("Sprache"))


class UserForm(Form):
    name = StringField(_l("Vor- und Nachname"), filters=[line], validators=[DataRequired(), Length(max=200)])
    roles = CheckboxesField(
        _l("Rollen"), validators=[DataRequired(message=_l("Bitte wählen Sie mindestens eine Rolle."))]
    )
    department = SelectField(_l("Fachbereich"))


class InviteForm(Form):
    """Somebody new: the same particulars, in the order in which the page asks for them."""

    name = StringField(_l("Vor- und Nachname"), filters=[line], validators=[DataRequired(), Length(max=200)])
    email = EmailField(_l("E-Mail-Adresse"), filters=[line], validators=[DataRequired(), Length(max=_ADDRESS_LENGTH)])
    roles = CheckboxesField(
        _l("Rollen"), validators=[DataRequired(message=_l("Bitte wählen Sie mindestens eine Rolle."))]
    )
    department = SelectField(_l("Fachbereich"))
    locale = SelectField(_l("Sprache der Einladung"))


class DepartmentForm(Form):
    name = StringField(_l("Name"), filters=[line], validators=[DataRequired(), Length(max=200)])
    email = EmailField(_l("E-Mail-Adresse"), filters=[line], validators=[Length(max=_ADDRESS_LENGTH)])
