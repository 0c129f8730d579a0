"""Every route there is, found from the application itself: closed without a key, and open to its scopes only."""

from __future__ import annotations

import re
import subprocess

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from serving.access import OPEN, ROUTES, Scope
from serving.service import service
from tests.serving.running import ROOT, Server, environment, free_port, serve_command

OPEN_HERE = {"livez", "healthz", "readyz", "style", "sign_in", "sign_out", "search", "docs", "openapi"}
"""What the session's server opens to everybody: the probes, the way in, the description, and its pages by setting."""


def every_route() -> list[tuple[str, str, str]]:
    """Name, method and path of each route of the whole application, BentoML's own included."""
    application = service.to_asgi()
    assert isinstance(application, Starlette)
    return sorted({found for route in application.routes for found in _routes(route, "")})


def _routes(route: object, prefix: str) -> list[tuple[str, str, str]]:
    if isinstance(route, Mount):
        inner = [found for each in route.routes for found in _routes(each, prefix + route.path)]
        return inner or [(str(route.name), "GET", f"{prefix}{route.path}/swagger-ui.css")]
    assert isinstance(route, Route)
    path = re.sub(r"\{\w+\}", "x", prefix + route.path)
    return [(str(route.name), method, path) for method in sorted(route.methods or ()) if method != "HEAD"]


EVERY_ROUTE = every_route()


def test_the_walk_finds_bentoml_own_routes_and_ours() -> None:
    names = {name for name, _, _ in EVERY_ROUTE}
    assert {
        "rank",
        "metrics",
        "schema",
        "openapi-spec",
        "livez",
        "search",
        "erase",
        "static_content",
    } <= names


def test_every_route_has_a_rule() -> None:
    assert {name for name, _, _ in EVERY_ROUTE} <= set(ROUTES)


def ask(server: Server, method: str, path: str, token: str | None, **headers: str) -> httpx.Response:
    key = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return httpx.request(method, server.url + path, headers={**key, **headers}, timeout=30)


CLOSED = [route for route in EVERY_ROUTE if route[0] not in OPEN_HERE]


@pytest.mark.parametrize(("name", "method", "path"), [r for r in CLOSED if r[0] != "index"])
def test_a_closed_route_is_closed_without_a_key(server: Server, name: str, method: str, path: str) -> None:
    for token in (None, ".", "nonsense", "x" * 5000):
        response = ask(server, method, path, token)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "NO_KEY")
    basic = httpx.request(
        method, server.url + path, headers={"Authorization": f"Basic {server.keys[Scope.STAFF]}"}
    )
    assert basic.status_code == 401


@pytest.mark.parametrize(("name", "method", "path"), [r for r in CLOSED if r[0] != "index"])
def test_a_key_opens_the_routes_of_its_scope_and_no_other(
    server: Server, name: str, method: str, path: str
) -> None:
    for scope in Scope:
        refused = ask(server, method, path, server.keys[scope]).status_code == 403
        assert refused is (scope not in (ROUTES[name] or ()))


def test_what_bentoml_brings_and_we_do_not_offer_is_closed_to_every_key(server: Server) -> None:
    for path in ("/docs.json", "/static_content/swagger-ui.css"):
        assert {ask(server, "GET", path, key).status_code for key in server.keys.values()} == {403}


def test_only_probes_the_style_sheet_the_way_in_and_the_description_never_need_a_key() -> None:
    assert {name for name, needed in ROUTES.items() if needed == OPEN} == OPEN_HERE - {"search"}


@pytest.mark.parametrize("path", ["/metrics", "/v1/models/live", "/docs.json"])
@pytest.mark.parametrize(
    "trick", ["/.{}", "/livez/..{}", "{}/", "/{}", "{}%2f", "{};x=/livez", "{}?x=/livez"]
)
def test_no_way_of_writing_a_path_opens_it(server: Server, path: str, trick: str) -> None:
    request = httpx.Request("GET", server.url)
    request.url = request.url.copy_with(raw_path=trick.format(path).encode())
    with httpx.Client() as client:
        assert client.send(request).status_code in (401, 404)


def test_a_host_header_opens_nothing(server: Server) -> None:
    for host in ("127.0.0.1/livez", "localhost/livez?", "x/livez#"):
        assert ask(server, "GET", "/metrics", None, host=host).status_code in (400, 401)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_server_does_not_start_elsewhere_without_keys(host: str) -> None:
    port = free_port()
    ended = subprocess.run(
        serve_command(port, "--host", host),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert b"without access keys" in ended.stdout + ended.stderr
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/livez")
