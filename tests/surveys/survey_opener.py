"""Opens a part of a round's pool and dies at the step it is told: `survey_opener.py DATA URL ROUND STEP`."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import event

from portal.app import create_app
from portal.config import Config
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.surveys import opening
from portal.surveys.models import SurveyRound


def die(*_arguments: Any, **_named: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def main(data: str, url: str, round_id: str, step: str) -> None:
    app = create_app(Config(data=Path(data), database_url=url, base_url="http://portal.example", testing=True))
    if step == "chosen":
        opening.spool.read_key = die
    if step == "decrypted":
        opening.sealing.random_order = die
    if step == "inserted":
        opening.settings.bump = die
    with app.app_context():
        if step == "before commit":
            event.listen(db.session, "before_commit", die)
        with transaction():
            assert opening.open_part(db.session.get_one(SurveyRound, int(round_id)), actor=SYSTEM).opened
        die()


if __name__ == "__main__":
    main(*sys.argv[1:])
