"""The loop of a browser is known to no test but the journeys."""

import asyncio

import pytest

from tests.journeys import loops


def test_a_loop_put_aside_is_no_longer_seen_and_runs_again_when_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """In between other loops run and end in the same thread; taking up a second time changes nothing."""
    monkeypatch.setattr(loops, "_aside", [])
    of_the_browser = asyncio.new_event_loop()
    asyncio._set_running_loop(of_the_browser)
    try:
        loops.put_aside()
        assert asyncio.run(asyncio.sleep(0, "another")) == "another"
        loops.take_up()
        loops.take_up()
        assert asyncio.get_running_loop() is of_the_browser
    finally:
        asyncio._set_running_loop(None)
        of_the_browser.close()
