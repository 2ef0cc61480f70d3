"""The blueprint that the pages share."""

from flask import Blueprint

blueprint = Blueprint("indicators", __name__)
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
