"""The embedded Redis: who may use its port, and what an operator reads when it cannot start."""

import platform
import signal
import socket

import pytest
import redis

from service import broker
from service.domain.errors import Misconfigured
from service.supervisor import Patience, run
from tests.servers import processes
from tests.servers.redis_server import RedisServer


def test_a_free_port_has_no_server_to_adopt(tmp_path):
    port = processes.free_port()

    assert broker.running(port=port, directory=tmp_path) is None
    assert not broker.is_ours(port=port, directory=tmp_path)


def test_a_port_taken_by_something_else_is_one_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Misconfigured, match=f"Port {port}.*is taken by something that is not"):
            broker.running(port=port, directory=tmp_path)


def test_a_machine_without_the_server_is_told_which_setting_helps(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    with pytest.raises(Misconfigured, match=r"on riscv64: .* set KINDLY_REDIS_URL"):
        broker.binary()


@pytest.mark.servers
def test_a_redis_of_another_folder_is_refused(redis_server, tmp_path):
    with pytest.raises(Misconfigured, match=r"taken by a Redis that keeps its data in .*redis"):
        broker.running(port=redis_server.port, directory=tmp_path / "other")


@pytest.mark.servers
def test_our_own_redis_is_adopted_while_it_runs(tmp_path):
    server = RedisServer(tmp_path / "with a space")

    adopted = broker.running(port=server.port, directory=server.directory)
    server.stop()

    assert adopted == server.process_id
    assert broker.running(port=server.port, directory=server.directory) is None


@pytest.mark.servers
def test_the_supervised_redis_is_safe_and_gone_after_the_stop(tmp_path):
    port = processes.free_port()
    program = broker.program(port=port, directory=tmp_path / "redis")
    found = {}

    def look_and_leave():
        with redis.Redis(port=port, decode_responses=True) as client:
            found.update(client.config_get("*"))
        signal.raise_signal(signal.SIGINT)

    code = run([program], log_dir=tmp_path / "logs", on_ready=look_and_leave, patience=Patience())

    assert code == 0
    assert broker.running(port=port, directory=tmp_path / "redis") is None
    assert {name: found[name] for name in ("bind", "appendonly", "save", "maxmemory-policy")} == {
        "bind": "127.0.0.1",
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
