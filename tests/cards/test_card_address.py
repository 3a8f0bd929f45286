"""Card addresses: only those that we made lead anywhere."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cards.address import _NO_KEY, CardAddress, check_path, sign_path
from service.domain.card import CardSize, ImageFormat
from service.domain.errors import BadSignature

_KEYS = {"a1": b"first key", "b2": b"second key"}
_DIGEST = "0123456789abcdef" * 2


def _path(current: str = "a1") -> str:
    return sign_path(_DIGEST, CardSize.OG, ImageFormat.JPEG, keys=_KEYS, current=current)


@pytest.mark.parametrize("size", list(CardSize), ids=lambda size: size.key)
@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_an_address_leads_back_to_what_it_was_made_for(size, image_format):
    path = sign_path(_DIGEST, size, image_format, keys=_KEYS, current="b2")

    assert check_path(path, keys=_KEYS) == CardAddress(_DIGEST, size, image_format)
    assert path.endswith(f"/{_DIGEST}/{size.key}.{image_format.value}")


def test_an_old_address_stays_good_while_its_key_is_listed():
    old = _path("a1")

    assert check_path(old, keys=_KEYS).size is CardSize.OG
    with pytest.raises(BadSignature):
        check_path(old, keys={"b2": _KEYS["b2"]})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("/og.", "/story.", id="another size"),
        pytest.param(".jpg", ".png", id="another format"),
        pytest.param("/0123", "/1123", id="another card"),
        pytest.param("/a1.", "/b2.", id="another key"),
        pytest.param("/a1.", "/zz.", id="an unknown key"),
        pytest.param("/og.", "/huge.", id="a size that does not exist"),
        pytest.param(".jpg", ".svg", id="a format that does not exist"),
        pytest.param("/cards/", "/cards//", id="a doubled slash"),
        pytest.param(".jpg", ".jpg/", id="a slash at the end"),
        pytest.param(".jpg", ".jpg\n", id="a line break at the end"),
        pytest.param("/cards/", "/", id="another place"),
    ],
)
def test_an_altered_address_is_refused(before, after):
    altered = _path().replace(before, after, 1)
    assert altered != _path()

    with pytest.raises(BadSignature, match="use the address that the story shows"):
        check_path(altered, keys=_KEYS)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(lambda: _path()[:-8] + "1" + _path()[-7:], id="another card"),
        pytest.param(lambda: _path().replace("/a1.", "/zz."), id="an unknown key"),
        pytest.param(lambda: _path().replace("/a1.", "/b2."), id="another key"),
        pytest.param(lambda: _path().replace("/og.", "/huge."), id="no such size"),
        pytest.param(lambda: "/cards/" + "x" * 5000, id="no address at all"),
    ],
)
def test_every_refusal_takes_the_same_steps(path, monkeypatch):
    altered, good, steps = path(), _path(), []

    def noting(step):
        def taken(*given):
            steps.append(step.__name__)
            return step(*given)

        return taken

    monkeypatch.setattr("service.cards.address.hmac.new", noting(hmac.new))
    monkeypatch.setattr("service.cards.address.hmac.compare_digest", noting(hmac.compare_digest))
    with pytest.raises(BadSignature):
        check_path(altered, keys=_KEYS)
    refused = steps.copy()
    steps.clear()
    check_path(good, keys=_KEYS)

    assert refused == steps == ["new", "compare_digest"]


def test_nobody_can_sign_with_the_key_that_stands_in_for_one_we_do_not_know():
    forged = sign_path(_DIGEST, CardSize.OG, ImageFormat.JPEG, keys={"zz": _NO_KEY}, current="zz")

    with pytest.raises(BadSignature):
        check_path(forged, keys=_KEYS)


def test_a_signature_is_good_under_its_own_name_only():
    keys = {"a1": b"the same", "b2": b"the same"}
    path = sign_path(_DIGEST, CardSize.OG, ImageFormat.JPEG, keys=keys, current="a1")

    with pytest.raises(BadSignature):
        check_path(path.replace("/a1.", "/b2."), keys=keys)


@given(st.text(max_size=120))
def test_nothing_invented_is_accepted(path):
    with pytest.raises(BadSignature):
        check_path(f"/cards/{path}", keys=_KEYS)


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_no_single_character_can_be_changed(position, character):
    path = _path()
    place = position % len(path)
    altered = path[:place] + character + path[place + 1 :]
    if altered == path:
        return

    with pytest.raises(BadSignature):
        check_path(altered, keys=_KEYS)
