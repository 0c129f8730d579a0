"""Command line of the service: keys for clients, a picture of the page, and how fast it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from data.errors import GrantMatchError
from serving.access import Scope, write_key

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keys, a picture of the page, and speed.")

Url = Annotated[str, typer.Option(help="Where the service runs.")]


@contextmanager
def told_in_words(url: str) -> Iterator[None]:
    """End a command with a sentence where the service cannot be reached, or does not take the key."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        told = (
            "the key does not open this"
            if error.response.status_code in (401, 403)
            else "it could not answer"
        )
        typer.echo(f"{url}: {told} ({error.response.status_code})", err=True)
        raise typer.Exit(1) from None
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol):
        typer.echo(
            f"{url}: nothing answers there; start the service with `make run`, or name it with --url",
            err=True,
        )
        raise typer.Exit(1) from None


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="Whose key it is, such as 'front end'.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; give it again for more.")],
    file: Annotated[Path, typer.Option(help="The file of hashed keys that GRANTS_KEYS names.")] = Path(
        "keys.json"
    ),
) -> None:
    """Make an access key: its hash goes into the file, the key itself is shown this once."""
    try:
        typer.echo(write_key(file, name, scope))
    except GrantMatchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Its hash is in {file}. A service started with GRANTS_KEYS={file} takes it.", err=True)


@app.command()
def screenshot(
    out: Annotated[Path, typer.Argument(help="The PNG to write.")],
    url: Url = "http://127.0.0.1:3000",
    chromium: Annotated[Path, typer.Option(help="The browser.")] = Path("/usr/bin/chromium"),
) -> None:
    """Take the picture of the page of results that the README shows."""
    from serving.picture import take_picture

    with told_in_words(url):
        httpx.get(url, timeout=10)
        take_picture(out, url=url, chromium=chromium)
    typer.echo(f"wrote {out}")


@app.command()
def measure(
    token: Annotated[str, typer.Argument(help="A key with the scope rank.")],
    url: Url = "http://127.0.0.1:3000",
    requests: Annotated[int, typer.Option(help="Requests of each kind.", min=10)] = 1000,
) -> None:
    """Time rankings over HTTP, one after the other: a need seen before, and a new one each time."""
    from serving.speed import measure_speed

    with told_in_words(url):
        for row in measure_speed(url, token, requests):
            typer.echo(row)


if __name__ == "__main__":
    app()
