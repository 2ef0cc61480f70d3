"""Who may see the outbox and act on it."""

from portal.core.actor import Actor, Role
from portal.outbox import kinds
from portal.outbox.models import MessageState, OutboxMessage


def may_see_list(actor: Actor) -> bool:
    """Recipients, subjects and states; what was written stays closed."""
    return actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_read_body(actor: Actor, message: OutboxMessage) -> bool:
    """Nobody reads a mail that opens an account, not even the administrator."""
    return actor.has(Role.ADMINISTRATOR) and not kinds.find(message.kind).secret


def may_act(actor: Actor) -> bool:
    """Try again or withdraw."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def may_retry(actor: Actor, message: OutboxMessage) -> bool:
    """A message in back-off may be hurried, an undeliverable one be tried once more."""
    return may_act(actor) and message.state in {MessageState.UNDELIVERABLE, MessageState.WAITING}


def may_withdraw(actor: Actor, message: OutboxMessage) -> bool:
    """What the worker holds in its hands cannot be taken back."""
    return may_act(actor) and message.state in {MessageState.UNDELIVERABLE, MessageState.WAITING}
