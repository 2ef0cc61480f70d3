"""The story's texts in Leichte Sprache: written for the demonstration, marked as such, released by a second person."""

from portal.config import SEEDS
from portal.core import clock
from portal.core.seed_files import read_document
from portal.demo.story import Story
from portal.evidence.easy import services as easy_texts


def fill(story: Story) -> None:
    for entry in read_document(SEEDS / "demo" / "easy_texts.yaml").entries("texts"):
        with clock.frozen(story.moment(entry.integer("written_day"))):
            area, author = story.areas[entry.text("area")], story.actor(entry.text("by"))
            version = easy_texts.write(area, entry.text("text"), actor=author, seen=0, is_demo=True)
        with clock.frozen(story.moment(entry.integer("released_day"))):
            easy_texts.release(version, actor=story.actor(entry.text("released_by")))
