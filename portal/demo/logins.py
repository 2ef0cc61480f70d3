"""The accounts of the demonstration: one person per role, with passwords everybody may know.

They exist only in a demonstration's own database, which listens on this machine alone.
"""

from dataclasses import dataclass

from portal.core.actor import Role


@dataclass(frozen=True)
class Login:
    """A person of the demonstration and how to sign in as them."""

    role: Role
    name: str
    email: str
    password: str


PASSWORD = "Planungsraum-2026"  # noqa: S105 - printed at the start of every demonstration

# People of the story (`seeds/demo/organisations.yaml`); the administrator is added here.
LOGINS = (
    Login(Role.PLANNER, "Anke Muster-Amsel", "amsel@landkreis.example", PASSWORD),
    Login(Role.LEADERSHIP, "Bernd Muster-Buche", "buche@landkreis.example", PASSWORD),
    Login(Role.SECTORAL_PLANNER, "Clara Muster-Clematis", "clematis@landkreis.example", PASSWORD),
    Login(Role.MUNICIPALITY, "Hanna Muster-Hasel", "hasel@vw-waibstadt.example", PASSWORD),
    Login(Role.PROVIDER, "Qiana Muster-Quitte", "quitte@sieben-kraniche.example", PASSWORD),
    Login(Role.COMMITTEE, "Wiebke Muster-Wicke", "wicke@kreistag.example", PASSWORD),
    Login(Role.ADMINISTRATOR, "Adrian Muster-Adonis", "adonis@landkreis.example", PASSWORD),
)
