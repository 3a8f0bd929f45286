"""Share links: a reader's way to pass a story on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePage:
    """What a share link may carry. `url` is the clean canonical address of the story."""

    url: str
    title: str
    text: str = ""
    image_url: str = ""
    via: str = ""
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One network's address, filled in for one page. `network` is the key of the table's row."""

    network: str
    label: str
    address: str
