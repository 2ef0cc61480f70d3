"""The web application: configuration, extensions, features, in this order and nowhere else."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config as configuration
from portal.accounts import audit_words as accounts_words
from portal.accounts import extension as accounts_extension
from portal.accounts import mails as accounts_mails
from portal.accounts import models as accounts_models
from portal.accounts import security, sessions
from portal.accounts import tasks as accounts_tasks
from portal.accounts import views as accounts_views
from portal.areas import audit_words as areas_words
from portal.areas import extension as areas_extension
from portal.areas import models as areas_models
from portal.areas import views as areas_views
from portal.audit import models as audit_models
from portal.audit import naming
from portal.audit import views as audit_views
from portal.audit import words as audit_words
from portal.conferences import area_uses as conferences_uses
from portal.conferences import audit_words as conferences_words
from portal.conferences import extension as conferences_extension
from portal.conferences import held
from portal.conferences import mails as conferences_mails
from portal.conferences import models as conferences_models
from portal.conferences import parameters as conferences_parameters
from portal.conferences import reply_mails as conferences_reply_mails
from portal.conferences import reply_tasks as conferences_reply_tasks
from portal.conferences import tasks as conferences_tasks
from portal.conferences import views as conferences_views
from portal.conferences.occasions import JOB as SEND_JOB
from portal.conferences.services import invitees
from portal.conferences.views import chosen
from portal.config import Config
from portal.core.actor import ANONYMOUS, current_actor
from portal.core.data_folder import made
from portal.core.database import db
from portal.core.formats import init_formats
from portal.core.headers import HeaderGuard
from portal.core.languages import init_languages
from portal.core.own_forms import init_own_forms
from portal.core.secrets import secret
from portal.core.static_files import init_static
from portal.core.web import PlainPart, PlainRequest
from portal.demo import views as demo_views
from portal.evidence import area_uses as evidence_uses
from portal.evidence import audit_words as evidence_words
from portal.evidence import figure_effects
from portal.evidence import mails as evidence_mails
from portal.evidence import models as evidence_models
from portal.evidence import parameters as evidence_parameters
from portal.evidence import tasks as evidence_tasks
from portal.evidence import views as evidence_views
from portal.evidence.leads import effects as lead_effects
from portal.evidence.linking import uses as link_uses
from portal.evidence.participation import parameters as participation_parameters
from portal.evidence.reopening import Watch
from portal.evidence.rules import versions as rule_versions
from portal.evidence.sources import used_in
from portal.extensions import babel, csrf, limiter, mail, migrate
from portal.files import audit_words as files_words
from portal.files import models as files_models
from portal.files import tasks as files_tasks
from portal.home import audit_words as home_words
from portal.home import error_pages, health_views, navigation, overview, site
from portal.home import open_data as home_open_data
from portal.home import services as home_services
from portal.home import views as home_views
from portal.home.due import count as due_count
from portal.home.due import features as due
from portal.indicators import area_population, merger_fates
from portal.indicators import area_uses as indicators_uses
from portal.indicators import audit_words as indicators_words
from portal.indicators import extension as indicators_extension
from portal.indicators import models as indicators_models
from portal.indicators import parameters as indicators_parameters
from portal.indicators import tasks as indicators_tasks
from portal.indicators import views as indicators_views
from portal.indicators.deliveries import mails as indicators_mails
from portal.indicators.deliveries import register_figures
from portal.indicators.deliveries.queries import READ_JOB
from portal.indicators.deliveries.together import COMPARE_JOB
from portal.jobs import audit_words as jobs_words
from portal.jobs import models as jobs_models
from portal.jobs import registry as job_registry
from portal.jobs import tasks as job_tasks
from portal.jobs import views as jobs_views
from portal.minutes import area_uses as minutes_uses
from portal.minutes import audit_words as minutes_words
from portal.minutes import event_links as minutes_event_links
from portal.minutes import extension as minutes_extension
from portal.minutes import models as minutes_models
from portal.minutes import parameters as minutes_parameters
from portal.minutes import unsent_forms as minutes_unsent
from portal.minutes import views as minutes_views
from portal.needs import area_uses as needs_uses
from portal.needs import audit_words as needs_words
from portal.needs import lists as needs_lists
from portal.needs import mails as needs_mails
from portal.needs import models as needs_models
from portal.needs import origins as needs_origins
from portal.needs import parameters as needs_parameters
from portal.needs import unsent_forms as needs_unsent
from portal.needs import views as needs_views
from portal.outbox import audit_words as outbox_words
from portal.outbox import models as outbox_models
from portal.outbox import retention
from portal.outbox import tasks as outbox_tasks
from portal.outbox import views as outbox_views
from portal.outbox.delivery import Delivery
from portal.outbox.kinds import declare as declare_message_kinds
from portal.planning import audit_words as planning_words
from portal.planning import models as planning_models
from portal.planning import uses
from portal.planning import views as planning_views
from portal.reports import audit_words as reports_words
from portal.reports import models as reports_models
from portal.reports import views as reports_views
from portal.settings import audit_words as settings_words
from portal.settings import extension as settings_extension
from portal.settings import models as settings_models
from portal.settings import views as settings_views
from portal.settings.registry import declare as declare_settings
from portal.stakeholders import acting
from portal.stakeholders import area_uses as stakeholders_uses
from portal.stakeholders import audit_words as stakeholders_words
from portal.stakeholders import extension as stakeholders_extension
from portal.stakeholders import mails as stakeholders_mails
from portal.stakeholders import models as stakeholders_models
from portal.stakeholders import parameters as stakeholders_parameters
from portal.stakeholders import tasks as stakeholders_tasks
from portal.stakeholders import views as stakeholders_views
from portal.stakeholders.views import choice, representations
from portal.surveys import area_uses as surveys_uses
from portal.surveys import audit_words as surveys_words
from portal.surveys import extension as surveys_extension
from portal.surveys import models as surveys_models
from portal.surveys import tasks as surveys_tasks
from portal.surveys import views as surveys_views
from portal.unsent import extension as unsent_extension
from portal.unsent import models as unsent_models
from portal.unsent import tasks as unsent_tasks
from portal.unsent import views as unsent_views

# Every table is known to the metadata whichever page imports it.
MODELS = (
    audit_models, settings_models, files_models, jobs_models, outbox_models, unsent_models, accounts_models,
    areas_models, planning_models, indicators_models, stakeholders_models, conferences_models, minutes_models,
    surveys_models,
    needs_models, evidence_models, reports_models,
)  # fmt: skip

REQUEST_LIMIT_BYTES = 25 * 1024 * 1024
FORM_LIMIT_BYTES = 2 * 1024 * 1024


def create_app(config: Config) -> Flask:
    """Build the application for one installation. Touches no table; `portal db upgrade` comes first."""
    made(config.data)
    logging.getLogger("portal").setLevel(config.log_level)
    app = Flask(
        "portal", template_folder=str(configuration.TEMPLATES), static_folder=None, instance_path=str(config.data)
    )
    _configure(app, config)
    app.request_class = PlainRequest
    app.url_map.converters["default"] = PlainPart
    db.init_app(app)
    migrate.init_app(app, db, directory=str(configuration.MIGRATIONS), render_as_batch=True)
    init_languages(app, babel, config.data)
    _limit_forms(app)
    init_own_forms(app)
    csrf.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    security.init_security(app, config)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_formats(app)
    _load_actor(app)
    for feature in (
        home_views, health_views, areas_views, indicators_views, stakeholders_views, conferences_views, accounts_views,
        outbox_views, jobs_views, settings_views, audit_views, needs_views, surveys_views,
        evidence_views, minutes_views, planning_views, reports_views, unsent_views,
    ):  # fmt: skip
        app.register_blueprint(feature.blueprint)
    if config.demo or config.testing:
        app.register_blueprint(demo_views.blueprint)
    _declare_work()
    _fill_extension_points()
    due.register()
    overview.register()
    site.init_site(app)
    navigation.init_navigation(app)
    due_count.init_due_count(app)
    error_pages.init_error_pages(app)
    init_static(app, source=configuration.STATIC, data=config.data)
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.wsgi_app = HeaderGuard(app, https=config.secure_cookies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, config: Config) -> None:
    host = urlsplit(config.base_url).hostname or "localhost"
    app.config.update(
        PORTAL=config,
        TESTING=config.testing,
        SECRET_KEY=config.secret_key or secret(config.data, "secret_key"),
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": not config.is_sqlite},
        TRUSTED_HOSTS=[host, *config.trusted_hosts],
        MAX_CONTENT_LENGTH=REQUEST_LIMIT_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT_BYTES,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=config.secure_cookies,
        RATELIMIT_ENABLED=bool(config.extra.get("rate_limits", not config.testing)),
        TEMPLATES_AUTO_RELOAD=False,
        **{name: value for name, value in config.extra.items() if name.isupper()},
    )


def _limit_forms(app: Flask) -> None:
    @app.before_request
    def _limit() -> None:
        # `MAX_FORM_MEMORY_SIZE` bounds multipart bodies only; the others are read into memory at once.
        if request.mimetype != "multipart/form-data":
            request.max_content_length = FORM_LIMIT_BYTES


def _declare_work() -> None:
    """What workers do: mail beside the jobs, and what comes round again and again."""
    declare_message_kinds(accounts_mails.KINDS)
    declare_message_kinds(home_services.KINDS)
    declare_message_kinds(stakeholders_mails.KINDS)
    declare_message_kinds(needs_mails.KINDS)
    declare_settings(retention.SETTINGS)
    declare_settings(needs_parameters.SETTINGS)
    declare_settings(indicators_parameters.SETTINGS)
    declare_settings(minutes_parameters.SETTINGS)
    declare_message_kinds(indicators_mails.KINDS)
    declare_message_kinds(evidence_mails.KINDS)
    declare_settings(evidence_parameters.SETTINGS)
    declare_settings(participation_parameters.SETTINGS)
    job_registry.add_loop(Watch)
    declare_settings(conferences_parameters.SETTINGS)
    declare_settings(stakeholders_parameters.SETTINGS)
    declare_settings(home_open_data.SETTINGS)
    declare_message_kinds(conferences_mails.KINDS)
    declare_message_kinds(conferences_reply_mails.KINDS)
    job_registry.add_loop(Delivery)
    job_registry.load_actors_with(acting.actor_in_background)
    day = timedelta(days=1)
    for name, task, label in (
        ("outbox.erase_bodies", outbox_tasks.erase_old_bodies, _l("Inhalte alter E-Mails löschen")),
        ("jobs.purge", job_tasks.purge_finished, _l("Alte Aufträge entfernen")),
        (unsent_tasks.FORGET, unsent_tasks.forget, _l("Liegengebliebene Entwürfe löschen")),
        ("files.sweep", files_tasks.sweep, _l("Verwaiste Dateien löschen")),
        ("accounts.forget_traces", accounts_tasks.forget_traces, _l("Beendete Sitzungen und alte Versuche löschen")),
        (
            "stakeholders.forget_registrations",
            stakeholders_tasks.forget_registrations,
            _l("Unbestätigte Registrierungen löschen"),
        ),
        ("evidence.reopen_changed", evidence_tasks.reopen_changed, _l("Befunde mit neuem Vorschlag öffnen")),
        (
            conferences_reply_tasks.DELETE_NEEDS,
            conferences_reply_tasks.delete_access_needs,
            _l("Bedarf vor Ort nach Ablauf der Frist löschen"),
        ),
        ("indicators.sweep", indicators_tasks.sweep, _l("Abgebrochene Importe aufräumen")),
        ("indicators.remind", indicators_tasks.remind, _l("An fällige Lieferungen von Zahlen erinnern")),
    ):
        job_registry.register(name, task, label=label)
        job_registry.declare_schedule(name, name, day)
    job_registry.register(evidence_tasks.TEND, evidence_tasks.tend_hearings, label=_l("Anhörungen bekannt machen"))
    job_registry.declare_schedule(evidence_tasks.TEND, evidence_tasks.TEND, timedelta(hours=1))
    job_registry.register(surveys_tasks.TEND, surveys_tasks.tend, label=_l("Befragungen öffnen und schließen"))
    job_registry.declare_schedule(surveys_tasks.TEND, surveys_tasks.TEND, timedelta(minutes=15))
    job_registry.register(SEND_JOB, conferences_tasks.send, label=_l("Einladungen verschicken"))
    job_registry.register(READ_JOB, indicators_tasks.read_upload, label=_l("Datei mit Zahlen einlesen"))
    job_registry.register(COMPARE_JOB, indicators_tasks.compare_upload, label=_l("Lieferungen neu vergleichen"))


def _fill_extension_points() -> None:
    """What upper floors add to pages of lower ones. Assigned as a whole: several applications share the lists."""
    areas_extension.population[:] = [area_population.population_of]
    areas_extension.figures[:] = [register_figures.take]
    areas_extension.figure_fates[:] = [merger_fates.fates]
    areas_extension.uses[:] = [
        use
        for feature in (
            indicators_uses, stakeholders_uses, conferences_uses, minutes_uses, surveys_uses, needs_uses,
            evidence_uses,
        )
        for use in feature.USES
    ]  # fmt: skip
    indicators_extension.consequences[:] = [figure_effects]
    accounts_extension.user_panels[:] = [representations.representations_panel]
    accounts_extension.switches[:] = [choice.switch_address]
    stakeholders_extension.last_heard[:] = [held.last_present, needs_lists.last_submitted]
    stakeholders_extension.heard_days[:] = [held.days_present, needs_lists.days_submitted]
    stakeholders_extension.list_acts[:] = [chosen.invite_act]
    stakeholders_extension.open_things[:] = [chosen.open_things]
    stakeholders_extension.on_archiving[:] = [invitees.take_off_lists]
    conferences_extension.event_links[:] = [minutes_event_links.minutes_link]
    minutes_extension.entry_actions[:] = [
        needs_origins.entry_actions,
        used_in.entry_actions,
        link_uses.entry_actions,
    ]
    uses.sources[:] = [used_in.uses, link_uses.uses]
    surveys_extension.question_uses[:] = [used_in.question_uses, link_uses.question_uses]
    surveys_extension.question_ways[:] = [link_uses.question_ways]
    accounts_extension.landings[:] = [navigation.landing]
    unsent_extension.editions.update(
        {minutes_unsent.NEW: minutes_unsent.edition_of_minutes, minutes_unsent.ENTRY: minutes_unsent.edition_of_entry}
        | {f"needs.{step}": needs_unsent.edition_of_statement for step in needs_unsent.STEPS}
    )
    settings_extension.changed[:] = [rule_versions.note_change]
    settings_extension.foreseers[:] = [lead_effects.foresee]
    for words in (
        accounts_words, areas_words, conferences_words, files_words, home_words, indicators_words, jobs_words,
        outbox_words, evidence_words, planning_words, settings_words, stakeholders_words, needs_words, surveys_words,
        minutes_words, reports_words,
    ):  # fmt: skip
        details: Mapping[str, audit_words.Detail] = getattr(words, "DETAILS", {})
        audit_words.declare(actions=words.ACTIONS, subjects=words.SUBJECTS, details=details)
        naming.namings.update(getattr(words, "NAMINGS", {}))


def _load_actor(app: Flask) -> None:
    @app.before_request
    def _actor() -> None:
        g.actor = ANONYMOUS
        user = sessions.signed_in_user()
        if user is not None:
            g.actor = acting.actor_for(user)

    @app.context_processor
    def _context() -> dict[str, Any]:
        return {"actor": current_actor()}
