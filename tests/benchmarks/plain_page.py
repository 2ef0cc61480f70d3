"""The baseline of the page benchmarks: Flask, one row from SQLite, one template; served by waitress."""

import sqlite3
import sys

import waitress
from flask import Flask, render_template_string

PAGE = (
    "<!DOCTYPE html><html lang=de><title>{{ row[0] }}</title><h1>{{ row[0] }}</h1>"
    "<ul>{% for n in range(20) %}<li>{{ n }}</li>{% endfor %}</ul>"
)


def build() -> Flask:
    app = Flask(__name__)
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT)")
    database.execute("INSERT INTO place VALUES (1, 'Sinsheim')")

    @app.get("/")
    def page() -> str:
        row = database.execute("SELECT name FROM place WHERE id = 1").fetchone()
        return render_template_string(PAGE, row=row)

    return app


if __name__ == "__main__":
    waitress.serve(build(), host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
