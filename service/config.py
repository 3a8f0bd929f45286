"""Settings: read once from the environment, frozen, refused at start when they cannot work.

Every setting is `KINDLY_<NAME>`. A secret may instead be named by `KINDLY_<NAME>_FILE`, the way
container secrets arrive. README lists them all; a test holds that table to this class.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.domain.errors import Misconfigured

PREFIX = "KINDLY_"


class Settings(BaseSettings):
    """What an operator chooses. Empty addresses mean the embedded part."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path = Field(Path("var"), description="where the embedded parts keep everything")
    database_url: str = Field(
        "", description="SQLAlchemy address; empty: SQLite in the data folder"
    )
    redis_url: str = Field("", description="Redis address; empty: an embedded server")
    redis_port: int = Field(7399, ge=1, le=65535, description="port of the embedded Redis server")
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8020, ge=1, le=65535, description="port the web server listens on")
    public_url: str = Field("", description="address that readers and platforms see")
    site_name: str = Field("Kindly Gazette", description="name on cards whose story names no site")
    secret_key: SecretStr = Field(SecretStr(""), description="signs sessions and card addresses")
    card_keys: SecretStr = Field(
        SecretStr(""),
        description="keys of card addresses, the first one signs; empty: one from the secret key",
    )
    storage_url: str = Field(
        "",
        description="bucket for pictures: `s3://bucket/folder?endpoint=...&region=...`; "
        "empty: the data folder",
    )
    storage_key: str = Field("", description="name of the bucket's access key; empty: as AWS does")
    storage_secret: SecretStr = Field(SecretStr(""), description="its secret")
    draws_per_minute: int = Field(
        300, ge=0, description="cards drawn for one client address a minute; 0: no limit"
    )
    seal_public_key: str = Field("", description="seals channel tokens (hex)")
    seal_private_key: SecretStr = Field(
        SecretStr(""), description="opens channel tokens (hex); give it to workers only"
    )
    allow_private_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="hosts on private addresses that may be fetched, comma separated"
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="proxies in front of the web server")
    settle_delay_s: float = Field(
        120, ge=0, description="seconds before looking for a post whose answer was lost"
    )
    second_look_s: float = Field(60, ge=0, description="seconds between two looks")
    lease_s: float = Field(
        75, ge=40, description="seconds after which a silent worker counts as dead"
    )
    sweep_s: float = Field(0.5, gt=0, description="seconds between two sweeps of the dispatcher")
    log_format: str = Field("text", pattern="^(text|json)$", description="`text` or `json`")

    @field_validator("allow_private_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(host.strip() for host in value.split(",") if host.strip())
        return value

    @cached_property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'kindly.db'}"

    @cached_property
    def redis_address(self) -> str:
        return self.redis_url or f"redis://127.0.0.1:{self.redis_port}/0"

    @cached_property
    def public_address(self) -> str:
        """Without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def embeds_redis(self) -> bool:
        return not self.redis_url


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises Misconfigured with one sentence per fault."""
    found = dict(os.environ if environment is None else environment)
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in found.items()
        if name.startswith(PREFIX)
    }
    for name in [name for name in values if name.endswith("_file")]:
        values[name.removesuffix("_file")] = _read_secret(name, values.pop(name))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise Misconfigured("; ".join(_sentences(error))) from error


def _read_secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misconfigured(
            f"{PREFIX}{name.upper()} names {path}, which cannot be read ({error.strerror})"
        ) from error


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"{PREFIX}{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
        for fault in error.errors()
    ]
