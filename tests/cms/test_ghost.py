"""Ghost, by what a real one sent: every notice is verified, read, and safe in any order."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.cms.base import WebhookRequest
from service.cms.ghost import ADAPTER
from service.domain.errors import BadPayload, BadSignature, Misconfigured
from service.domain.story import Effect, Story, StoryEventKind, StoryState, effect_of, state_after

SECRET = "ghost-webhook-secret"
NOW = datetime(2026, 11, 22, 13, 17, tzinfo=UTC)


def notice(event="post.published", *, previous=None, **changes):
    post = {
        "id": "6b02",
        "title": "Ferry returns",
        "url": "https://news.example/ferry/",
        "status": "published",
        "visibility": "public",
        "html": "<p>The ferry sails again.</p>",
        "updated_at": "2026-11-22T13:16:50.000Z",
    }
    told = {"current": post | changes, "previous": previous or {"status": "draft"}}
    return WebhookRequest({}, json.dumps({"event": event, "post": told}).encode())


def parse(request):
    return ADAPTER.parse(request, source="ghost", now=NOW)


def sent_at(request):
    return datetime.fromtimestamp(
        int(request.header("x-ghost-signature").split("t=")[1]) / 1000, UTC
    )


@pytest.fixture
def captures(shared):
    found = [
        json.loads(path.read_text("utf-8"))
        for path in sorted(shared("captures/ghost").glob("*.json"))
    ]
    return {
        f"{at} {capture['path'].rpartition('/')[2]} {capture['label']}": WebhookRequest(
            dict(capture["headers"]), capture["body"].encode()
        )
        for at, capture in enumerate(found)
    }


def test_every_notice_of_a_real_ghost_is_verified(captures):
    for request in captures.values():
        ADAPTER.verify(request, ["an older secret", SECRET], now=sent_at(request))
    assert len(captures) >= 24


def test_a_real_notice_is_refused_with_another_secret_body_or_hour(captures):
    request = next(iter(captures.values()))
    at = sent_at(request)

    for secrets, body, now in (
        (["another secret"], request.body, at),
        ([], request.body, at),
        ([""], request.body, at),
        ([SECRET], request.body + b" ", at),
        ([SECRET], request.body, at + timedelta(minutes=6)),
        ([SECRET], request.body, at - timedelta(minutes=6)),
    ):
        with pytest.raises(BadSignature):
            ADAPTER.verify(replace(request, body=body), secrets, now=now)


def test_every_signature_vector_is_judged_as_its_makers_say(shared):
    cases = json.loads(shared("vectors/webhooks/ghost.json").read_text("utf-8"))["cases"]

    for case in cases:
        now = datetime.fromtimestamp(case.get("now_ms", 0) / 1000, UTC)
        request = WebhookRequest(case["headers"], case["body"].encode())
        try:
            ADAPTER.verify(request, [case["secret"]], now=now)
            accepted = True
        except BadSignature:
            accepted = False
        assert accepted is (case["expect"] == "valid"), case["name"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "garbage",
        "sha256=, t=",
        "sha256=" + "a" * 64,
        "sha256=" + "٣" * 64 + ", t=1",
        "t=1, sha256=a",
    ],
)
def test_a_malformed_signature_is_a_bad_one(header):
    with pytest.raises(BadSignature):
        ADAPTER.verify(WebhookRequest({"X-Ghost-Signature": header}, b"{}"), [SECRET], now=NOW)


def test_a_secret_that_protects_nothing_is_refused_when_it_is_configured():
    with pytest.raises(Misconfigured, match="at least 8 characters"):
        ADAPTER.check_secret("")


def test_a_real_publication_arrives_whole_and_without_private_things(captures):
    event = parse(captures["7 post.published published"])

    assert event.kind is StoryEventKind.PUBLISHED
    assert event.stamp == datetime(2026, 11, 22, 13, 16, 50, tzinfo=UTC)
    assert event.content.headline == "Zażółć “quotes” & ampersand 🦊 v2"
    assert event.content.url == "http://127.0.0.1:2368/zazolc-quotes-b-ampersand-b/"
    assert event.content.standfirst == "Short summary"
    assert event.content.body == "First paragraph of the story."
    assert (event.content.section, event.content.tags) == ("Elections", ("Elections",))
    assert event.content.authors == ("Owner",)
    assert event.content.image.alt == "Alt żółć"
    assert "@" not in repr(event)


def test_drafts_tags_and_the_site_are_of_no_concern(captures):
    ignored = {name for name, request in captures.items() if parse(request) is None}

    assert {name.split()[1] for name in ignored} == {
        "tag.added",
        "post.tag.attached",
        "post.added",
        "post.edited",
        "site.changed",
    }
    assert all("draft" in name or "site" in name for name in ignored)


def test_deleting_a_live_post_is_a_deletion_under_both_of_its_names(captures):
    kinds = {
        parse(request).kind
        for name, request in captures.items()
        if "deleted-while-published" in name and "site" not in name
    }

    assert kinds == {StoryEventKind.DELETED}


def test_the_text_of_a_post_for_members_is_not_taken():
    event = parse(
        notice(visibility="paid", plaintext="Secret", excerpt="Secret", custom_excerpt="Come in")
    )

    assert (event.content.body, event.content.standfirst) == ("", "Come in")
    assert not event.content.is_public


def test_the_caption_tells_credit_and_stands_in_for_missing_alt_text():
    image = {
        "feature_image": "https://news.example/f.jpg",
        "feature_image_caption": "The ferry at dawn. Photo: <a href='#'>Jo Li</a>",
    }

    found = parse(notice(**image)).content.image

    assert (found.alt, found.credit) == ("The ferry at dawn. Photo: Jo Li", "Jo Li")


@pytest.mark.parametrize(
    ("event", "previous", "changes", "kind"),
    [
        pytest.param("", {"status": "draft"}, {}, "published", id="no event name, was a draft"),
        pytest.param("", {"title": "x"}, {}, "updated", id="no event name, was live"),
        pytest.param("post.edited", {"status": "draft"}, {}, "published", id="edit that publishes"),
        pytest.param("post.edited", {"title": "x"}, {}, "updated", id="edit of a live post"),
        pytest.param(
            "", {"status": "published"}, {"status": "draft"}, "unpublished", id="taken down"
        ),
        pytest.param("post.edited", {"title": "x"}, {"status": "draft"}, None, id="draft edited"),
        pytest.param("", {"status": "draft"}, {"status": "scheduled"}, None, id="scheduled"),
        pytest.param("", {"status": "draft"}, {"email_only": True}, None, id="sent by e-mail only"),
        pytest.param("", {"status": "draft"}, {"status": "sent"}, None, id="newsletter"),
    ],
)
def test_the_statuses_count_and_not_the_name_of_the_event(event, previous, changes, kind):
    found = parse(notice(event, previous=previous, **changes))

    assert (found.kind.value if found else None) == kind


def test_a_repeat_has_the_same_key_and_every_change_another():
    first = parse(notice())

    assert parse(notice(count={"clicks": 9}, reading_time=4)).dedupe_key == first.dedupe_key
    for other in (
        notice("post.edited"),
        notice(title="Ferry sinks"),
        notice(html="<p>No.</p>"),
        notice(updated_at="2026-11-22T13:16:51.000Z"),
    ):
        assert parse(other).dedupe_key != first.dedupe_key


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"<html>", "not JSON", id="not JSON"),
        pytest.param(b"{}", "Ghost integration", id="nothing in it"),
        pytest.param(b'{"post": 1}', "post.current and post.previous are missing", id="a number"),
        pytest.param(b'{"post": {"current": [1]}}', "post.current", id="a list"),
        pytest.param(
            b'{"post": {"current": {"status": "published"}}}', "id is missing", id="no id"
        ),
        pytest.param(notice(title=" ").body, "title is empty", id="no title"),
        pytest.param(notice(url="/x").body, "url must be a whole web address", id="half a url"),
        pytest.param(notice(tags="x").body, "tags", id="tags of the wrong kind"),
    ],
)
def test_a_bad_notice_is_told_what_is_wrong(body, told):
    with pytest.raises(BadPayload, match=told):
        parse(WebhookRequest({}, body))


class Desk:
    """Takes events in as the house does: each once, newest stamp first, ends remembered."""

    def __init__(self):
        self.story: Story | None = None
        self.seen = set()
        self.gone_at = None

    def take(self, event):
        if event.dedupe_key in self.seen:
            return
        self.seen.add(event.dedupe_key)
        effect = effect_of(event, self.story, gone_at=self.gone_at)
        if event.content is None:
            self.gone_at = max(filter(None, (self.gone_at, event.stamp)))
        if effect in {Effect.CREATE, Effect.NEW_VERSION, Effect.WITHDRAW}:
            content = event.content or (self.story and self.story.content)
            assert content
            self.story = Story(
                id="1",
                source=event.source,
                external_id=event.external_id,
                version=1,
                state=state_after(event.kind),
                stamp=event.stamp,
                content=content,
                created_at=NOW,
            )

    @property
    def shown(self):
        """What readers may see at the end."""
        return self.story.content if self.story and self.story.is_live else None


def test_a_draft_that_is_deleted_after_its_unpublication_ends_deleted_in_any_order():
    draft = {"status": "draft", "updated_at": "2026-11-22T13:17:00.000Z"}
    published = parse(notice())
    unpublished = parse(notice("post.unpublished", previous={"status": "published"}, **draft))
    gone = {"event": "post.deleted", "post": {"current": {}, "previous": draft | {"id": "6b02"}}}
    deleted = parse(WebhookRequest({}, json.dumps(gone).encode()))

    for order in ((unpublished, deleted), (deleted, unpublished)):
        desk = Desk()
        for event in (published, *order):
            desk.take(event)
        assert desk.story
        assert desk.story.state is StoryState.DELETED


@pytest.mark.parametrize(
    ("without", "headline"),
    [
        pytest.param("deleted-while-published", "Corrected headline", id="live at the end"),
        pytest.param("nothing", None, id="deleted at the end"),
        pytest.param("republished deleted-while-published", None, id="unpublished at the end"),
    ],
)
def test_any_order_with_repeats_ends_the_same(captures, without, headline):
    life = [
        parse(request)
        for name, request in captures.items()
        if name.split()[2] not in without.split() and "one-call" not in name and parse(request)
    ]
    endings = set()

    for seed in range(300):
        desk, shuffle = Desk(), random.Random(seed)
        for event in shuffle.sample([*life, *life], 2 * len(life)):
            desk.take(event)
        endings.add(desk.shown)

    assert len(life) > 4
    assert [content and content.headline for content in endings] == [headline]


@pytest.mark.parametrize(
    "gate",
    [
        pytest.param('nonMember:false memberSegment:"status:free,status:-free" -->', id="members"),
        pytest.param('nonMember:"false" memberSegment:"status:-free"-->', id="paying members"),
        pytest.param("-->", id="nobody is named"),
        pytest.param('memberSegment:"status:-free" -->', id="only members are named"),
    ],
)
def test_a_block_for_members_in_a_public_post_stays_outside(gate):
    html = (
        f"<p>The ferry sails.</p><!--kg-gated-block:begin {gate}<p>For members.</p>"
        "<!--kg-gated-block:end--><p>It left at nine.</p>"
    )

    event = parse(notice(html=html))

    assert event.content.body == "The ferry sails.\n\nIt left at nine."


def test_a_block_for_members_that_never_ends_takes_the_rest_along():
    html = "<p>The ferry sails.</p><!-- kg-gated-block:begin nonMember:false --><p>For members.</p>"

    assert parse(notice(html=html)).content.body == "The ferry sails."


def test_a_block_that_visitors_see_as_well_is_part_of_the_text():
    html = (
        '<p>The ferry sails.</p><!--kg-gated-block:begin nonMember:true memberSegment:"" -->'
        "<p>For everybody.</p><!--kg-gated-block:end--><p>It left at nine.</p>"
    )

    body = parse(notice(html=html)).content.body

    assert body == "The ferry sails.\n\nFor everybody.\n\nIt left at nine."
