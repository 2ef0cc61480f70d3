"""The blueprint that the pages share."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)
