"""Loading what stays until the process ends, without the collector looking through it again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Nothing that is made in the block is garbage: modules, an application, a demonstration's whole story.

    Python's collector counts what was made and looks through all of it, a tenth of the time that a start takes.
    Afterwards it is left out for good, so that no request waits for it either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
