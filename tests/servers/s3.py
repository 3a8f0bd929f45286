"""A server that speaks S3 and checks signatures, so that the bucket is tried without a cloud.

Moto judges requests by botocore's own signer, which is not the one that our client uses.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import requests

from service.cards.bucket import Bucket, BucketAddress, Credentials
from tests.servers import processes

BUCKET = "pictures"
REGION = "eu-central-1"
_ALLOWING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":%s,"Resource":"*"}]}'


class S3:
    """One server, empty but for one bucket and the key of somebody who may use it."""

    def __init__(self, folder: Path) -> None:
        port = processes.free_port()
        self.endpoint = f"http://{processes.HOST}:{port}"
        log = folder / "s3.log"
        self._process = processes.start(
            [sys.executable, "-m", "moto.server", "-H", processes.HOST, "-p", str(port)], log=log
        )
        processes.wait_until(
            lambda: processes.is_open(port),
            what="the S3 server",
            process=self._process,
            log=log,
            within_s=60,
        )
        self._client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.credentials = self._let_in("kindly", "s3:*")
        self.reader = self._let_in("reader", "s3:GetObject", "s3:ListBucket")
        # From now on every request is judged.
        requests.post(f"{self.endpoint}/moto-api/reset-auth", data="0", timeout=10)

    def _let_in(self, name: str, *actions: str) -> Credentials:
        """Make the key of somebody who may do this."""
        iam = self._client("iam")
        iam.create_user(UserName=name)
        allowed = "[" + ",".join(f'"{action}"' for action in actions) + "]"
        iam.put_user_policy(
            UserName=name, PolicyName="pictures", PolicyDocument=_ALLOWING % allowed
        )
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def address(self, *, bucket: str = BUCKET, folder: str = "cards") -> BucketAddress:
        return BucketAddress(bucket=bucket, folder=folder, endpoint=self.endpoint, region=REGION)

    def shelf(self, *, bucket: str = BUCKET, credentials: Credentials | None = None) -> Bucket:
        return Bucket(self.address(bucket=bucket), credentials or self.credentials)

    @property
    def url(self) -> str:
        """What an operator would set."""
        return f"s3://{BUCKET}/cards?endpoint={self.endpoint}&region={REGION}"

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """The server takes connections and says nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        processes.end(self._process)

    def _client(self, service: str):  # boto3 makes its classes up
        # A third of a second that only these tests pay.
        import boto3  # type: ignore[import-untyped]  # noqa: PLC0415
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",
            config=Config(proxies={}, retries={"max_attempts": 1}),
        )
