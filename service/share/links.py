"""Share links: the networks' addresses filled in for one page.

Every value is percent-encoded, blanks as %20. A plus sign would arrive as a plus sign in mail,
messages and app links. Only the title is ever cut: an address that is cut leads nowhere.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from service.domain.errors import Rejected
from service.domain.share import ShareLink, SharePage
from service.domain.words import count_text
from service.domain.words.cutting import cut
from service.domain.words.tidying import one_line, tidy
from service.share.networks import (
    FIXED,
    Meaning,
    ShareNetwork,
    default_networks,
    network_named,
)

# No blanks, no controls, no direction overrides, nothing that could end an attribute.
_ADDRESS = re.compile(
    r"[^\s\x00-\x20\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\"<>\\]+"
)
_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_HOST = 253
_NEWLINE = "\n"


def share_links(
    page: SharePage, keys: Sequence[str] | None = None, *, instance: str = "mastodon.social"
) -> list[ShareLink]:
    """Fill in the address of each network, in the order asked for, each network once.

    Without `keys` the default set. `instance` is the reader's own server where a network has
    many. Raises Rejected for a network, an address or an instance that cannot be used.
    """
    wanted = default_networks() if keys is None else [network_named(key) for key in keys]
    checked = _checked(page)
    host = _host(instance)
    rows = {row.key: row for row in wanted}
    return [ShareLink(row.key, row.label, _address(row, checked, host)) for row in rows.values()]


def _checked(page: SharePage) -> SharePage:
    return SharePage(
        url=_web_address(page.url, "the page's address"),
        title=one_line(page.title),
        text=tidy(page.text),
        image_url=page.image_url and _web_address(page.image_url, "the picture's address"),
        via=one_line(page.via).lstrip("@").replace(" ", ""),
        hashtags=tuple(filter(None, (re.sub(r"[\s#,]+", "", one_line(t)) for t in page.hashtags))),
    )


def _web_address(address: str, what: str) -> str:
    if not _is_web_address(address):
        raise Rejected(
            f"“{one_line(address)[:80]}” cannot be shared: {what} must be a whole one, "
            "as in https://news.example/story, without blanks and without a user name."
        )
    return address


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(
        _ADDRESS.fullmatch(address)
        and parts.scheme in {"http", "https"}
        and parts.hostname
        and "@" not in parts.netloc
    )


def _host(instance: str) -> str:
    """A host name of the public web, nothing else: no scheme, no port, no path, no IP address."""
    try:
        host = instance.strip().lower().encode("idna").decode()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    is_name = (
        len(host) <= _LONGEST_HOST
        and len(labels) > 1
        and all(_HOST_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not is_name:
        raise Rejected(
            f"“{one_line(instance)[:80]}” is not a Mastodon server: give its name alone, "
            "as in mastodon.social."
        )
    return host


def _address(row: ShareNetwork, page: SharePage, host: str) -> str:
    # Not str.format: the page's address may hold braces that mean nothing.
    endpoint = row.endpoint.replace("{instance}", host).replace("{url}", page.url)

    def filled(title: str, hashtags: int = 0) -> str:
        return _joined(endpoint, row, _values(row, page, title, hashtags))

    def fits(title: str, hashtags: int = 0) -> bool:
        return _text_fits(row, _values(row, page, title, hashtags)) and (
            row.address_limit is None or len(filled(title, hashtags)) <= row.address_limit
        )

    # A headline says more than a tag: tags go first, from the last one on.
    for hashtags in range(len(page.hashtags), 0, -1):
        if fits(page.title, hashtags):
            return filled(page.title, hashtags)
    return filled(cut(page.title, fits=fits))


def _values(row: ShareNetwork, page: SharePage, title: str, hashtags: int) -> dict[Meaning, str]:
    kept = page.hashtags[:hashtags]
    return {
        Meaning.URL: page.url,
        Meaning.TITLE: title,
        Meaning.TEXT: row.text_template.format(title=title, url=page.url).strip(),
        Meaning.SUMMARY: page.text,
        Meaning.IMAGE: page.image_url,
        Meaning.VIA: page.via,
        Meaning.HASHTAGS: ",".join(kept),
        Meaning.HASHTAG: "".join(f"#{tag}" for tag in kept[:1]),
    }


def _joined(endpoint: str, row: ShareNetwork, values: dict[Meaning, str]) -> str:
    said = {name: _said(meaning, values) for name, meaning in row.params.items()}
    query = "&".join(
        f"{name}={quote(value.replace(_NEWLINE, row.newline), safe='')}"
        for name, value in said.items()
        if value
    )
    if not query:
        return endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def _said(meaning: str, values: dict[Meaning, str]) -> str:
    return meaning.removeprefix(FIXED) if meaning.startswith(FIXED) else values[Meaning(meaning)]


def _text_fits(row: ShareNetwork, values: dict[Meaning, str]) -> bool:
    """Count what the network makes of the counted parameters, written out as it shows them."""
    if row.limits is None:
        return True
    shown = {
        **values,
        Meaning.HASHTAGS: " ".join(f"#{tag}" for tag in values[Meaning.HASHTAGS].split(",") if tag),
        Meaning.VIA: f"via @{values[Meaning.VIA]}" if values[Meaning.VIA] else "",
    }
    text = " ".join(shown[meaning] for meaning in row.counted if shown[meaning])
    return count_text(text, row.limits).fits
