"""Adding accounts and sources: what is kept, and that it is all or nothing."""

from datetime import UTC, datetime

import pytest

from service.accounts import add_account, check_account
from service.domain.errors import BadPayload, Conflict, NotFound
from service.domain.plan import RuleMode
from service.keys import unlock
from service.sources import add_webhook_source, new_secret, rotate_secret, source_owner
from service.storage.channels import ChannelStore
from service.storage.sources import SourceStore
from service.storage.staff import StaffStore
from workers.credentials import unseal

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SETTINGS = {"identifier": "@desk.example.com"}
SECRETS = {"app_password": "abcd-efgh-ijkl-mnop"}


def add(house, name="our sky", *, kind="bluesky", settings=SETTINGS, secrets=SECRETS, mode=None):
    return add_account(house, name, kind, settings, secrets, mode=mode, actor="ann", now=NOW)


def kept(house):
    """The names of all channels, the number of rules, and what the trail says."""
    with house.database.read() as tx:
        store = ChannelStore(tx)
        trail = [(entry.actor, entry.action) for entry in StaffStore(tx).trail()]
        return [channel.name for channel in store.all()], len(store.rules()), trail


def test_an_account_is_kept_checked_and_sealed(house):
    channel_id = add(house, mode=RuleMode.REVIEW)

    with house.database.read() as tx:
        channel = ChannelStore(tx).get(channel_id)
        sealed = ChannelStore(tx).sealed_secrets(channel_id)
        [rule] = ChannelStore(tx).rules()
    assert dict(channel.settings) == {
        "identifier": "desk.example.com",
        "pds": "https://bsky.social",
    }
    assert SECRETS["app_password"].encode() not in sealed
    assert unseal(sealed, owner="our sky", keys=house.keys) == SECRETS
    assert (rule.channel_id, rule.mode) == (channel_id, RuleMode.REVIEW)
    assert kept(house) == (["our sky"], 1, [("ann", "add channel")])


def test_an_account_without_a_mode_gets_no_rule(house):
    add(house)

    assert kept(house) == (["our sky"], 0, [("ann", "add channel")])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"kind": "carrier-pigeon"}, NotFound, id="unknown kind"),
        pytest.param({"settings": {}}, BadPayload, id="missing setting"),
        pytest.param({"settings": {**SETTINGS, "pds": "ftp://x"}}, BadPayload, id="wrong setting"),
        pytest.param({"secrets": {}}, BadPayload, id="missing secret"),
        pytest.param({"secrets": {"app_password": " "}}, BadPayload, id="empty secret"),
        pytest.param({"secrets": {**SECRETS, "pin": "1"}}, BadPayload, id="unknown secret"),
        pytest.param({"name": "n" * 65}, BadPayload, id="long name"),
    ],
)
def test_an_account_that_cannot_work_leaves_nothing(house, changes, error):
    with pytest.raises(error) as refusal:
        add(house, mode=RuleMode.AUTOMATIC, **changes)

    assert SECRETS["app_password"] not in str(refusal.value)
    assert kept(house) == ([], 0, [])


def test_a_second_account_of_that_name_changes_nothing(house):
    add(house)

    with pytest.raises(Conflict):
        add(house, mode=RuleMode.AUTOMATIC)

    assert kept(house) == (["our sky"], 0, [("ann", "add channel")])


def test_a_check_tells_what_is_still_to_be_asked_for(house):
    assert check_account(house, "our sky", "bluesky", SETTINGS) == ["app_password"]
    assert check_account(house, "trial", "simulated", {}) == []


def test_a_source_keeps_the_secret_it_was_given(house):
    given = new_secret()

    returned = add_webhook_source(house, "desk", "generic", given, actor="ann", now=NOW)

    with house.database.read() as tx:
        source = SourceStore(tx).find("desk")
    assert source
    assert returned == given
    assert unlock(source.sealed_secrets, owner=source_owner("desk"), keys=house.keys) == [given]


def test_every_new_secret_is_another_one():
    assert len({new_secret() for _ in range(20)}) == 20


def test_a_rotated_secret_leaves_the_one_before_it_good(house):
    first = add_webhook_source(house, "ghost", "ghost", "", actor="ann", now=NOW)

    second = rotate_secret(house, "ghost", "", actor="ann", now=NOW)
    third = rotate_secret(house, "ghost", "", actor="ann", now=NOW)

    with house.database.read() as tx:
        found = SourceStore(tx).find("ghost")
    assert found
    assert unlock(found.sealed_secrets, owner=source_owner("ghost"), keys=house.keys) == [
        third,
        second,
    ]
    assert first not in {second, third}


def test_a_source_that_is_not_there_cannot_be_rotated(house):
    with pytest.raises(NotFound, match="kindly source list"):
        rotate_secret(house, "nobody", "", actor="ann", now=NOW)


def test_rules_are_asked_in_the_order_in_which_they_were_added(house):
    names = ["one", "two", "three"]
    ids = [add(house, name, mode=RuleMode.AUTOMATIC) for name in names]

    with house.database.read() as tx:
        assert [rule.channel_id for rule in ChannelStore(tx).rules()] == ids
