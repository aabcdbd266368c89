"""A partner with an S3-compatible store: the server of moto on 127.0.0.1."""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from tests.support.partners.everyone import Partner
from tests.support.small_source import fires

BUCKET = "their-drop"


class S3Partner(Partner):
    """Its objects are in a bucket, under `in/`."""

    kind = "s3"
    connector = "{kind: s3, connection: their_server, bucket: their-drop, prefix: in/}"

    def __init__(self, root: Any) -> None:
        """Start the server; `root` is not needed."""
        del root
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        host, self.port = self.server.get_host_and_port()
        self.url = f"http://{host}:{self.port}"
        iam = self._client("iam", "setting", "up")
        iam.create_user(UserName="hub")
        may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        iam.put_user_policy(UserName="hub", PolicyName="all", PolicyDocument=json.dumps(may))
        made = iam.create_access_key(UserName="hub")["AccessKey"]
        self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        self._tell("reset-auth", b"0")  # from here on every signature is checked
        self.client = self._client("s3", self.key, self.secret)
        self.client.create_bucket(Bucket=BUCKET)

    def _client(self, service: str, key: str, secret: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(s3={"addressing_style": "path"}),
        )

    def _tell(self, what: str, body: bytes = b"") -> None:
        plain = {"Content-Type": "text/plain"}
        request = urllib.request.Request(f"{self.url}/moto-api/{what}", data=body, headers=plain)  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310

    def uri(self, secret: str | None = None, port: int | None = None) -> str:
        """Return the connection as JSON, the other form that Airflow has."""
        extra = {"endpoint_url": f"http://127.0.0.1:{port or self.port}", "region_name": "us-east-1"}
        held = {
            "conn_type": "aws",
            "login": self.key,
            "password": self.secret if secret is None else secret,
            "extra": extra,
        }
        return json.dumps(held)

    def put(self, *rows: str) -> None:
        """Put the rows as an object of its own."""
        self.file(f"fires-{time.monotonic_ns()}.csv", fires(*rows))

    def file(self, name: str, content: bytes, prefix: str = "in/") -> None:
        """Put an object."""
        self.client.put_object(Bucket=BUCKET, Key=prefix + name, Body=content)

    def held(self) -> list[str]:
        """Return the keys of all objects."""
        found = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [each["Key"] for each in found]

    def close(self) -> None:
        """Stop the server and forget its objects."""
        self._tell("reset-auth", b"Infinity")
        self._tell("reset")
        self.server.stop()
