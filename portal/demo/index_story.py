"""A social index for the demonstration: real figures, weights chosen for looking at them."""

from portal.demo.story import Story
from portal.indicators.social_index import services as index_services
from portal.indicators.social_index.models import MissingRule
from portal.indicators.social_index.services import Composition

# What a municipality earns, who has work, how far basic care and shopping are away.
WEIGHTS = {"steuereinnahmekraft": 1.0, "beschaeftigungsquote": 1.0, "p_hausarzt": 0.5, "p_supermarkt": 0.5}


def fill(story: Story) -> None:
    """One index with its first version."""
    wanted = Composition(
        name="Sozialindex (Beispiel)",
        weights=WEIGHTS,
        rule=next(iter(MissingRule)),
        reason="Auswahl und Gewichte sind für die Vorführung frei gewählt. Die Zahlen sind echt.",
    )
    index_services.create(wanted, story.figures, actor=story.actor("p_amsel"))
