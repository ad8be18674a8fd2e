"""How much one caller may ask for."""

import itertools

from leads_excel.serving.people.limits import Rate


class Clock:
    """A clock that is set."""

    now = 100.0

    def __call__(self):
        """Tell the time that was set."""
        return self.now


def test_so_many_in_a_minute_and_then_no_more():
    """All at once or one by one; and it says when to come again."""
    clock = Clock()
    rate = Rate(60, clock)

    assert [rate.wait("sami") for _ in range(60)] == [0] * 60
    assert rate.wait("sami") == 1
    assert rate.wait("sami", 30) == 30
    assert rate.wait("noura", 60) == 0


def test_what_was_refused_costs_nothing():
    """Whoever waits as long as told is served."""
    clock = Clock()
    rate = Rate(60, clock)
    rate.wait("sami", 60)

    for _ in range(5):
        wait = rate.wait("sami", 20)
    clock.now += wait

    assert wait == 20
    assert rate.wait("sami", 20) == 0


def test_nobody_saves_up():
    """An hour of silence is worth a minute."""
    clock = Clock()
    rate = Rate(60, clock)
    clock.now += 3600

    assert rate.wait("sami", 60) == 0
    assert rate.wait("sami") > 0


def test_more_than_there_can_be_is_all_there_is():
    """A batch larger than a minute's worth is answered once a minute, and not never."""
    clock = Clock()
    rate = Rate(60, clock)

    assert rate.wait("sami", 1000) == 0
    assert rate.wait("sami", 1000) == 60


def test_ever_new_names_do_not_fill_the_memory():
    """Those who came last are remembered."""
    rate = Rate(1, Clock())
    for name in map(str, range(20_000)):
        rate.wait(name)

    assert len(rate._left) == 10_000
    assert rate.wait("19999") > 0
    assert not any(map(rate.wait, itertools.islice(map(str, range(100)), 3)))
