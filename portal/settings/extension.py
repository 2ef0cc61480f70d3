"""Who has to know that a setting was changed. Extension point: `create_app` fills the list.

Each is told in the transaction of the change, when the new value already holds.
"""

from collections.abc import Callable

from portal.core.actor import Actor

SettingListener = Callable[[str, Actor], None]
changed: list[SettingListener] = []
