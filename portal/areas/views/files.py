"""Official files about places: hand one in, see what it would change, take it over."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import permissions, queries, tasks
from portal.areas.forms import AreaFileForm, AreaFileFormAgain
from portal.areas.imports import boundaries as geojson
from portal.areas.imports import register
from portal.areas.tasks import AreasRead, Said
from portal.areas.views.frame import blueprint, tabs
from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.permissions import require
from portal.core.text import one_line
from portal.files import spool

_MOST_BYTES = max(register.MOST_BYTES, geojson.MAX_BYTES)


@blueprint.get("/gemeinden/einlesen")
def area_files() -> ResponseReturnValue:
    """The form, and what was taken over before."""
    require(permissions.may_import(current_actor()))
    return _form_page(AreaFileForm(formdata=None))


@blueprint.post("/gemeinden/einlesen")
def look_at_area_file() -> ResponseReturnValue:
    """Check the file and show what it would change; nothing is written yet."""
    require(permissions.may_import(current_actor()))
    form = AreaFileForm()
    if not form.validate():
        return _form_page(form), 422
    kept = spool.keep(form.file.data.stream)
    name = one_line(form.file.data.filename or "") or _("ohne Namen")
    return _looked_at(kept, name, _said(form))


@blueprint.post("/gemeinden/einlesen/schluessel")
def say_that_keys_count() -> ResponseReturnValue:
    """Look at a file again once somebody says that its keys count, who is rightly missing, or that numbers stand."""
    require(permissions.may_import(current_actor()))
    form = AreaFileFormAgain()
    kept = form.kept.data or ""
    if not form.validate() or not _is_kept(kept):
        return _gone()
    return _looked_at(kept, form.file_name.data or "", _said(form))


def _looked_at(kept: str, name: str, said: Said) -> ResponseReturnValue:
    read = tasks.look_at(_content(kept), name=name, said=said, actor=current_actor())
    is_over = read.outcome is None or read.outcome.nothing_new
    if is_over and not (read.is_open or read.is_odd or read.missing):
        spool.path_of(kept).unlink(missing_ok=True)
    return _preview_page(read, kept), 422 if read.refused else 200


@blueprint.post("/gemeinden/einlesen/uebernehmen")
def take_area_file() -> ResponseReturnValue:
    """Take over what the preview showed. If others were quicker, what is true now is said."""
    actor = current_actor()
    require(permissions.may_import(actor))
    form = AreaFileFormAgain()
    kept = form.kept.data or ""
    if not form.validate() or not _is_kept(kept):
        return _gone()
    read = tasks.take_in(_content(kept), name=form.file_name.data or "", said=_said(form), actor=actor)
    spool.path_of(kept).unlink(missing_ok=True)
    if read.outcome is None:
        return _preview_page(read, kept), 422
    flash(_("„%(name)s“ ist übernommen.", name=read.file), "ok")
    return redirect(url_for("areas.area_files"))


def _gone() -> ResponseReturnValue:
    flash(_("Diese Datei liegt nicht mehr vor. Bitte wählen Sie sie noch einmal aus."), "warn")
    return redirect(url_for("areas.area_files"))


def _is_kept(kept: str) -> bool:
    try:
        return spool.path_of(kept).is_file()
    except NotFound:
        return False


def _content(kept: str) -> bytes:
    with spool.path_of(kept).open("rb") as stream:
        return stream.read(_MOST_BYTES + 1)


def _said(form: AreaFileForm | AreaFileFormAgain) -> Said:
    census: str = form.census.data or ""
    day: date | None = form.figures_day.data
    return Said(
        figures_day=day,
        census_year=int(census) if census else None,
        territorial_date=form.territorial_date.data,
        attribution=form.attribution.data or "",
        publisher=form.publisher.data or "",
        licence=form.licence.data or "",
        licence_url=form.licence_url.data or "",
        source=form.source.data or "",
        keys_count=isinstance(form, AreaFileFormAgain) and form.keys_count.data,
        numbers_count=isinstance(form, AreaFileFormAgain) and form.numbers_count.data,
        removed=frozenset((form.removed.data or "").split()) if isinstance(form, AreaFileFormAgain) else frozenset(),
    )


def _form_page(form: AreaFileForm) -> str:
    return render_template("areas/files.html", form=form, imports=queries.imports(), tabs=tabs("areas.area_files"))


def _preview_page(read: AreasRead, kept: str) -> str:
    said = [(field, request.form.get(field, "")) for field in AreaFileFormAgain.REPEATED]
    return render_template(
        "areas/file_preview.html",
        read=read,
        outcome=read.outcome,
        fields=[("kept", kept), ("file_name", read.file), *((name, value) for name, value in said if value)],
        tabs=tabs("areas.area_files"),
    )
