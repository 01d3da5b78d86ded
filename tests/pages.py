"""Pages as a person reads them: their words without the markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from accounts.models import User
    from benchmarks.models import Benchmark


def words(client: Client, benchmark: Benchmark, query: str = "") -> str:
    """The page's words without markup, so that a test reads what a person reads."""
    response = client.get(f"{benchmark.get_absolute_url()}{query}")
    assert response.status_code == 200
    return text_of(response)


def text_of(response: Any) -> str:
    """The words of a page's content, whatever its status."""
    return text(response.content.decode())


def text(page: str) -> str:
    """What stands in the main part of a page, without markup and drawings."""
    body = re.sub(r"<(script|svg|select)\b.*?</\1>", " ", page.split("<main")[1], flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def marks(client: Client, benchmark: Benchmark, query: str = "") -> str:
    """The three marks, as one reads them under the title."""
    page = client.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    found = re.search(r'<div class="marks">(.*?)</div>', page, re.S)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()


def shown(client: Client, **query: str) -> list[str]:
    """The titles that the list of benchmarks shows, from the top."""
    response = client.get("/benchmarks/", query)
    assert response.status_code == 200
    return re.findall(r'<a href="/benchmarks/[^"?]+/">(.*?)</a>', response.content.decode())


def tally(response: Response) -> str:
    found = re.search(r'role="status">(.*?)<', response.content.decode())
    assert found
    return found[1]


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def filled(page: Response, **given: Any) -> dict[str, Any]:
    """What a browser would send from the form on a page, with some fields filled in differently."""
    sent: dict[str, Any] = {}
    for bound in page.context["form"]:
        value = bound.value()
        if value in (None, "", False, []):
            continue
        if isinstance(value, list | tuple | QuerySet):
            sent[bound.html_name] = [getattr(each, "pk", each) for each in value]
        else:
            sent[bound.html_name] = getattr(value, "pk", value)
    return sent | given


def errors(page: Response) -> dict[str, list[str]]:
    """What a form that came back says is wrong, by field."""
    form: Any = page.context["form"]
    return {name: [str(each) for each in said] for name, said in form.errors.items()}


def said(page: Response) -> str:
    """What the messages at the top of a page say."""
    return " ".join(str(message) for message in page.context["messages"])
