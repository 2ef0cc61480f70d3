"""The blueprint."""

from flask import Blueprint

blueprint = Blueprint("stakeholders", __name__)
