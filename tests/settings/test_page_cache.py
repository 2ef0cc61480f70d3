"""Pages kept in memory: made once, however many ask for them at the same moment."""

import threading

from portal.settings.page_cache import KeptPage, PageCache

READERS = 6
KEY = ("/planungsraeume/sinsheim?", "de")


def test_a_page_is_made_once_for_all_who_ask_at_the_same_moment() -> None:
    cache, together = PageCache(), threading.Barrier(READERS)
    made: list[int] = []

    def read(number: int) -> None:
        together.wait()
        with cache.in_turn(KEY):
            if cache.get(KEY) is None:
                made.append(number)
                cache.put(KEY, KeptPage(b"page", b"", b"", "etag", "text/html"))

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(made) == 1


def test_a_page_that_fails_is_tried_again_by_the_next_reader() -> None:
    cache = PageCache()
    for _turn in range(2):
        try:
            with cache.in_turn(KEY):
                raise LookupError
        except LookupError:
            pass
    with cache.in_turn(KEY):
        assert cache.get(KEY) is None
