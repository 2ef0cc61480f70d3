"""The file formats that are read; their values are what `portal import indicators --format` takes."""

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded


class Format(Worded):
    """A format, recognised by content alone."""

    LONG = "long", _l("Langform (CSV)")
    CLASSIC = "classic", _l("Regionaldatenbank, Tabelle (CSV)")
    FLAT = "ffcsv", _l("Regionaldatenbank, Flatfile (ffcsv)")
