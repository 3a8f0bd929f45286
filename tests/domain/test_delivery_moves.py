"""The transition table, every pair of it."""

from itertools import product

import pytest

from service.domain.delivery import MOVES, DeliveryState, ImpossibleMove, check_move

S = DeliveryState

ALLOWED = {
    (S.HELD, S.PLANNED),
    (S.HELD, S.CANCELLED),
    (S.PLANNED, S.SENDING),
    (S.PLANNED, S.HELD),
    (S.PLANNED, S.CANCELLED),
    (S.PLANNED, S.MISSED),
    (S.PLANNED, S.FAILED),
    (S.SENDING, S.DELIVERED),
    (S.SENDING, S.PENDING),
    (S.SENDING, S.PLANNED),
    (S.SENDING, S.FAILED),
    (S.SENDING, S.UNCONFIRMED),
    (S.SENDING, S.CANCELLED),
    (S.SENDING, S.MISSED),
    (S.PENDING, S.DELIVERED),
    (S.PENDING, S.FAILED),
    (S.PENDING, S.UNCONFIRMED),
    (S.UNCONFIRMED, S.DELIVERED),
    (S.UNCONFIRMED, S.PENDING),
    (S.UNCONFIRMED, S.PLANNED),
    (S.UNCONFIRMED, S.FAILED),
    (S.UNCONFIRMED, S.CANCELLED),
    (S.FAILED, S.PLANNED),
    (S.FAILED, S.CANCELLED),
    (S.MISSED, S.PLANNED),
}


@pytest.mark.parametrize(("old", "new"), list(product(S, S)), ids=lambda state: state.value)
def test_a_move_is_allowed_exactly_when_the_table_says_so(
    old: DeliveryState, new: DeliveryState
) -> None:
    if (old, new) in ALLOWED:
        check_move(old, new)
    else:
        with pytest.raises(ImpossibleMove, match=f"{old.value} cannot become {new.value}"):
            check_move(old, new)


def test_what_is_delivered_or_cancelled_stays_so() -> None:
    assert {S.DELIVERED, S.CANCELLED} == {state for state, onward in MOVES.items() if not onward}


def test_every_state_can_be_reached_and_has_its_row() -> None:
    reached = {S.HELD, S.PLANNED} | {new for row in MOVES.values() for new in row}

    assert reached == set(S) == set(MOVES)
