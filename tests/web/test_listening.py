import socket

import pytest

from assistant.errors import NotReadyError, UsageError
from assistant.web import listening


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("127.0.0.5", "127.0.0.5"), ("[::1]", "::1")],
)
def test_this_machine_is_served(host: str, address: str) -> None:
    assert listening.address(host, False, remedy="") == address


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_others_are_only_with_a_password(host: str) -> None:
    with pytest.raises(UsageError, match="this machine only") as raised:
        listening.address(host, False, remedy="make a password with: assistant password")
    assert "assistant password" in raised.value.remedy
    assert listening.address(host, True, remedy="") == host


@pytest.mark.parametrize("host", ["example.org", "", "10.0.0", "127.0.0.1:7860"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="not an address"):
        listening.address(host, True, remedy="")


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    with listening.listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(NotReadyError, match=f"port {port} is in use") as raised:
            listening.listen("127.0.0.1", port)
    assert "--port" in raised.value.remedy


def test_a_port_is_free_again_after_use() -> None:
    with listening.listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client, first.accept()[0]:
            client.send(b"x")
    listening.listen("127.0.0.1", port).close()
