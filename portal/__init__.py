"""Participation and network management portal for strategic social planning in German counties.

`portal.app.create_app` builds the web application, `portal.cli` the command line. Below them every
feature is one package; imports between packages point down only (see the layers in `pyproject.toml`).
"""
