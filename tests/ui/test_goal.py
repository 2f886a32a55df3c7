"""The race and the days on the plan page: kept as typed, the rest of the profile untouched."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Look
from tests.ui.fake_api import World
from ui.screens.goal import seconds_of
from ui.words import Words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:45:00", 6300),
        ("45:00", 2700),
        (" 9:05 ", 545),
        ("", None),
        ("45", None),
        ("1:75", None),
        ("a:b", None),
    ],
)
def test_target_time_as_runners_write_it(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def open_goal(look: Look, language: str) -> None:
    page = look.open(f"/{language}/plan", "#plan-calendar .weeks")
    page.wait_for_timeout(500)
    page.locator("#plan-goal > button").click()
    expect(page.locator("#goal-day input, #goal-day textarea")).to_be_visible()


@pytest.mark.browser
def test_race_and_days_are_kept_and_the_rest_of_the_profile_stays(look: Look, world: World) -> None:
    open_goal(look, "ko")
    page = look.page
    page.locator("#goal-race input").click()
    page.get_by_role("option", name="10K").click()
    page.locator("#goal-day input, #goal-day textarea").fill("2099-03-21")
    page.locator("#goal-time input, #goal-time textarea").fill("45:00")
    page.get_by_label("수", exact=True).check()
    page.click("#goal-save")
    expect(page.locator("#goal-message")).to_contain_text("저장했어요")
    (goal,) = world.goals
    kept = (goal["race_distance_m"], goal["race_date"], goal["target_time_s"], goal["status"])
    assert kept == (10_000, "2099-03-21", 2700, "active")
    assert world.profile["available_weekdays"] == [1, 2, 3, 6]
    assert (world.profile["hr_max_bpm"], world.profile["max_weekly_distance_m"]) == (187, 60_000)
    assert world.bodies("/plans/generate") == [{"cause": "goal_change"}]
    page.click("#goal-save")
    expect(page.locator("#goal-message")).to_contain_text(Words("ko").t("ui.goal.same"))
    assert len(world.bodies("/plans/generate")) == 1
    assert look.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("day", ["tomorrow", "2020-01-01", ""])
def test_day_that_is_over_or_no_day_is_a_sentence_and_nothing_is_kept(
    look: Look, world: World, language: str, day: str
) -> None:
    open_goal(look, language)
    page = look.page
    page.locator("#goal-race input").click()
    page.get_by_role("option", name="10K").click()
    page.locator("#goal-day input, #goal-day textarea").fill(day)
    page.click("#goal-save")
    expect(page.locator("#goal-message")).to_contain_text(Words(language).t("ui.goal.day_wrong"))
    assert world.goals == []
    assert world.profile["available_weekdays"] == [1, 3, 6]
