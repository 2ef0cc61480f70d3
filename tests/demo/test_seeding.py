"""What the start of a demonstration costs."""

from pathlib import Path

import pytest
from seeded import seeded_config
from sqlalchemy import event

from portal.app import create_app
from portal.core.database import db
from portal.core.migrations import upgrade
from portal.demo.seeding import seed

# Whoever starts a demonstration waits for each of them; half of the time until the first page goes into it.
STATEMENTS = 6500


@pytest.mark.slow
def test_the_whole_story_is_told_in_few_statements(tmp_path: Path) -> None:
    app = create_app(seeded_config(f"sqlite:///{tmp_path / 'portal.sqlite3'}", tmp_path))
    count = 0

    def note(*_given: object) -> None:
        nonlocal count
        count += 1

    with app.app_context():
        upgrade()
        event.listen(db.engine, "before_cursor_execute", note)
        seed(app)
        event.remove(db.engine, "before_cursor_execute", note)
        db.session.remove()
        db.engine.dispose()
    assert 1000 < count < STATEMENTS, count
