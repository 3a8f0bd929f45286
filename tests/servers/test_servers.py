"""Every starter really starts its server, and what it stops is really gone."""

from datetime import UTC, datetime

import psycopg
import pytest
import redis
import requests

from service import broker

_PATIENCE_S = 30


def test_each_test_gets_a_postgres_database_of_its_own(postgres):
    urls = [postgres.create_database(), postgres.create_database()]

    for url in urls:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("create table story (id int)")
    for url in urls:
        postgres.drop_database(url)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(urls[0].replace("+psycopg", ""))


def test_a_postgres_database_starts_empty(postgres_url):
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname='public'")
        version = connection.info.server_version

        assert tables.fetchone() == (0,)
        assert version >= 150000


def test_redis_keeps_its_data_over_a_stop(redis_server):
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("hint", "kept")
    redis_server.stop()

    with pytest.raises(redis.ConnectionError), redis.Redis.from_url(redis_server.url) as client:
        client.ping()
    redis_server.start()

    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("hint") == b"kept"


def test_redis_comes_back_after_a_kill(redis_server):
    redis_server.kill()

    assert broker.running(port=redis_server.port, directory=redis_server.directory) is None
    redis_server.start()

    assert broker.is_ours(port=redis_server.port, directory=redis_server.directory)


def test_the_shared_redis_is_empty_for_each_test(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_chromium_draws_a_page(chromium):
    page = chromium.new_page(viewport={"width": 300, "height": 200})
    page.set_content("<h1>Good morning</h1>")

    picture = page.screenshot()

    assert page.inner_text("h1") == "Good morning"
    assert picture.startswith(b"\x89PNG")


def test_prism_holds_requests_to_mastodons_contract(prism):
    url = f"{prism('mastodon/schema.json')}/api/v1/statuses"
    signed_in = {"Authorization": "Bearer token", "Idempotency-Key": "one"}

    good = requests.post(url, json={"status": "Hi"}, headers=signed_in, timeout=_PATIENCE_S)
    wrong = requests.post(url, json={"status": 7}, headers=signed_in, timeout=_PATIENCE_S)
    stranger = requests.post(url, json={"status": "Hi"}, timeout=_PATIENCE_S)

    assert [good.status_code, wrong.status_code, stranger.status_code] == [200, 422, 401]


def test_a_post_survives_a_restart_of_the_pds(pds):
    account = pds.create_account("restart.test")
    token = _sign_in(pds, account)
    record = {
        "$type": "app.bsky.feed.post",
        "text": "Still here",
        "createdAt": datetime.now(UTC).isoformat(),
    }
    where = {"repo": account.did, "collection": "app.bsky.feed.post"}
    made = requests.post(
        f"{pds.url}/xrpc/com.atproto.repo.createRecord",
        json={**where, "record": record},
        headers={"Authorization": f"Bearer {token}"},
        timeout=_PATIENCE_S,
    )
    assert made.ok, made.text

    pds.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{pds.url}/xrpc/_health", timeout=_PATIENCE_S)
    pds.start()

    listed = requests.get(
        f"{pds.url}/xrpc/com.atproto.repo.listRecords", params=where, timeout=_PATIENCE_S
    )
    assert [each["value"]["text"] for each in listed.json()["records"]] == ["Still here"]


def _sign_in(pds, account):
    answer = requests.post(
        f"{pds.url}/xrpc/com.atproto.server.createSession",
        json={"identifier": account.handle, "password": account.app_password},
        timeout=_PATIENCE_S,
    )
    return answer.json()["accessJwt"]
