"""Health: what an operator's probes are told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service import clock
from service.app import create_app
from service.storage.database import Database
from service.storage.leases import LeaseStore


@pytest.fixture
def house_without_redis(house, closed_port):
    address = f"redis://127.0.0.1:{closed_port}/0"
    return replace(house, settings=house.settings.model_copy(update={"redis_url": address}))


def dispatcher_leads(house):
    with house.database.write() as tx:
        LeaseStore(tx).take("dispatcher", "d-1", now=clock.now(), length=timedelta(minutes=1))


def ready(house):
    return create_app(house=house).test_client().get("/readyz")


@pytest.mark.servers
def test_a_whole_installation_is_ready(house, redis_url):
    dispatcher_leads(house)
    settings = house.settings.model_copy(update={"redis_url": redis_url})

    answer = ready(replace(house, settings=settings))

    assert answer.status_code == 200
    assert answer.json == {
        "state": "ready",
        "parts": {"database": "ok", "schema": "ok", "dispatcher": "ok", "redis": "ok"},
    }


def test_without_redis_it_is_degraded_and_still_takes_notices(house_without_redis):
    dispatcher_leads(house_without_redis)

    answer = ready(house_without_redis)

    assert answer.status_code == 200
    assert answer.json["state"] == "degraded"
    assert answer.json["parts"]["redis"].startswith("not reachable")
    assert answer.json["parts"]["dispatcher"] == "ok"


def test_without_a_dispatcher_it_is_degraded_and_still_takes_notices(house_without_redis):
    answer = ready(house_without_redis)

    assert answer.status_code == 200
    assert answer.json["parts"]["dispatcher"].startswith("not running")


def test_without_its_tables_it_is_not_ready(house_without_redis, tmp_path):
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")

    answer = ready(replace(house_without_redis, database=empty))

    assert answer.status_code == 503
    assert answer.json["state"] == "not ready"
    assert answer.json["parts"]["database"] == "cannot be written to"
    assert answer.json["parts"]["schema"].startswith("not migrated")
    empty.close()


def test_being_alive_needs_no_database(house_without_redis, tmp_path):
    unreachable = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")

    client = create_app(house=replace(house_without_redis, database=unreachable)).test_client()

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_the_front_door_leads_to_the_desk(client):
    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk")
