"""What may be a password."""

import pytest

from runcoach.domain.errors import Invalid
from runcoach.storage.passwords import _well_known, check_password
from tests.engines import A_PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        A_PASSWORD,
        "한강을 따라 천천히 달린 일요일",
        "kX9-vmQ2-pLr7-zz1T",
        "mint olive parade 88",
        "sunshine princess dragon monkey football",
    ],
)
def test_long_and_unguessable_is_taken(password: str) -> None:
    check_password(password, email="runner@example.org")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short one", "too_short"),
        ("열네글자밖에안되는비밀번호임", "too_short"),
        ("가" * 86, "too_long"),
        ("aaaaaaaaaaaaaaaaaaaa", "too_common"),
        ("123456789012345678", "too_common"),
        ("qwertyuiopasdfghjkl", "too_common"),
        ("passwordpassword123", "too_common"),
        ("RunCoachMarathon2026!", "too_common"),
        ("sunshineprincess2026", "too_common"),
        ("zyxwvutsrqponmlkjihg", "too_common"),
        ("swift.runner@example.org", "too_common"),
    ],
)
def test_short_endless_or_guessable_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, email="swift.runner@example.org")
    assert refused.value.data["field"] == "password"
    assert refused.value.data["reason"] == reason


def test_length_is_counted_after_composing_letters() -> None:
    decomposed = "ga\u0301".ljust(16, "x")  # 16 code points, 15 letters once composed
    with pytest.raises(Invalid) as refused:
        check_password(decomposed)
    assert refused.value.data["reason"] == "too_common"


def test_list_of_well_known_ones_is_long_enough() -> None:
    assert len(_well_known()) >= 3000
