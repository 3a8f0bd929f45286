"""Fonts come by the first way that works, checked, or not at all; nothing is half done."""

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from service.cards.text.fonts import FONTS_FOLDER
from service.fonts import fetching
from service.fonts.fetching import FontSet, fetch
from service.fonts.ways import Way

# Any small font will do.
_THAANA = (FONTS_FOLDER / "NotoSansThaana-Bold.ttf").read_bytes()
_WRITTEN, _NOT_WRITTEN = {"dv": "ސަރުކާރުން"}, {"dv": "ސަރުކާރުން", "en": "Hello"}


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A machine that has only the programs that a test gives it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def give(name: str, script: str) -> None:
        (folder / name).write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
        (folder / name).chmod(0o755)

    return give


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Fetch one set by the ways given; returns what was told, what is missing and what is there."""
    folder = tmp_path / "fetched"

    def fetch_by(*ways: Way, proof=_WRITTEN):
        monkeypatch.setattr(fetching, "font_sets", lambda: (FontSet("Thaana", proof, ways),))
        told: list[str] = []
        missing = fetch(tell=told.append, folder=folder)
        there = {path.name: path.read_bytes() for path in folder.iterdir()}
        return told, missing, there

    folder.mkdir()
    return fetch_by


def _way(by: str, package: str, member: str) -> Way:
    return Way(by=by, packages=(package,), files={"Thaana.ttf": member}, megabytes=1)


_DEBIAN = _way("debian", "fonts-thaana", "usr/share/fonts/no-such-folder/Thaana.ttf")


def _npm(programs, tmp_path) -> Way:
    """A package that npm finds, with the hash that it truly has."""
    packed = tmp_path / "thaana.tgz"
    with tarfile.open(packed, "w:gz") as archive:
        entry = tarfile.TarInfo("package/Thaana.ttf")
        entry.size = len(_THAANA)
        archive.addfile(entry, io.BytesIO(_THAANA))
    programs("npm", f"import shutil; shutil.copy({str(packed)!r}, 'thaana-1.0.0.tgz')")
    digest = hashlib.sha512(packed.read_bytes()).hexdigest()
    return _way("npm", f"thaana@1.0.0 --hash=sha512:{digest}", "package/Thaana.ttf")


def test_the_next_way_is_taken_where_one_is_closed(fetched, programs, tmp_path):
    told, missing, there = fetched(_DEBIAN, _npm(programs, tmp_path))

    assert missing == []
    assert list(there) == ["Thaana.ttf"]
    assert told[1].endswith("not to be had from debian: there is no apt-get")


def test_what_is_here_already_is_not_asked_for_again(fetched, programs, tmp_path):
    way = _npm(programs, tmp_path)
    fetched(way)

    told, missing, _ = fetched(way)

    assert (told, missing) == ([], [])


def test_a_package_with_another_hash_is_not_kept(fetched, programs, tmp_path):
    way = _npm(programs, tmp_path)
    altered = _way("npm", "thaana@1.0.0 --hash=sha512:" + "0" * 128, way.files["Thaana.ttf"])

    told, missing, there = fetched(altered)

    assert missing == ["Thaana"]
    assert there == {}
    assert "is not the file that fetched.toml knows" in told[-1]


def test_a_font_that_cannot_write_what_it_is_for_is_not_kept(fetched, programs, tmp_path):
    told, missing, there = fetched(_npm(programs, tmp_path), proof=_NOT_WRITTEN)

    assert missing == ["Thaana"]
    assert there == {}
    assert "do not draw Hello" in told[-1]


def test_a_good_font_does_not_excuse_another_that_draws_nothing(fetched, tmp_path):
    places = {name: tmp_path / "installed" / name for name in ("Thaana.ttf", "Thaana-Bold.ttf")}
    places["Thaana.ttf"].parent.mkdir()
    places["Thaana.ttf"].write_bytes(_THAANA)
    places["Thaana-Bold.ttf"].write_bytes((FONTS_FOLDER / "NotoSansThai-Bold.ttf").read_bytes())
    files = {name: str(place.relative_to("/")) for name, place in places.items()}

    told, missing, there = fetched(
        Way(by="debian", packages=("fonts-thaana",), files=files, megabytes=1)
    )

    assert (missing, there) == (["Thaana"], {})
    assert "do not draw" in told[-1]


def test_a_package_without_the_font_is_not_kept(fetched, programs, tmp_path):
    way = _npm(programs, tmp_path)
    moved = _way("npm", way.packages[0], "package/elsewhere.ttf")

    told, missing, there = fetched(moved)

    assert missing == ["Thaana"]
    assert there == {}
    assert told[-1].endswith("thaana@1.0.0 came without Thaana.ttf")


def test_pip_takes_a_wheel_with_the_right_hash_only(fetched, tmp_path, monkeypatch):
    wheel = tmp_path / "thaana-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("thaana/Thaana.ttf", _THAANA)
        for name, text in {
            "METADATA": "Metadata-Version: 2.1\nName: thaana\nVersion: 1.0\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }.items():
            archive.writestr(f"thaana-1.0.dist-info/{name}", text)
    # pip looks at this folder only, and reads no settings of this machine.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()

    _, refused, nothing = fetched(
        _way("pip", f"thaana==1.0 --hash=sha256:{'0' * 64}", "thaana/Thaana.ttf")
    )
    told, missing, there = fetched(
        _way("pip", f"thaana==1.0 --hash=sha256:{digest}", "thaana/Thaana.ttf")
    )

    assert (refused, nothing) == (["Thaana"], {})
    assert (missing, list(there)) == ([], ["Thaana.ttf"]), told


def test_a_debian_without_lists_of_packages_gets_its_own_aside(fetched, programs, tmp_path):
    asked = tmp_path / "asked"
    programs(
        "apt-get",
        "import sys, pathlib\n"
        f"pathlib.Path({str(asked)!r}).open('a').write(sys.argv[-1] + '\\n')\n"
        "has_lists = any('state/lists' in word for word in sys.argv)\n"
        "if 'download' in sys.argv and not has_lists:\n"
        "    sys.exit('E: Unable to locate package fonts-thaana')\n"
        "if 'download' in sys.argv:\n"
        "    pathlib.Path('fonts-thaana_1_all.deb').touch()\n",
    )
    font = FONTS_FOLDER / "NotoSansThaana-Bold.ttf"
    programs(
        "dpkg-deb",
        "import sys, pathlib, shutil\n"
        f"place = pathlib.Path(sys.argv[3]) / {_DEBIAN.files['Thaana.ttf']!r}\n"
        "place.parent.mkdir(parents=True)\n"
        f"shutil.copy({str(font)!r}, place)\n",
    )

    _, missing, there = fetched(_DEBIAN)

    assert (missing, list(there)) == ([], ["Thaana.ttf"])
    assert asked.read_text().split() == ["fonts-thaana", "update", "fonts-thaana"]


def test_a_debian_package_that_is_installed_is_used_as_it_is(fetched, programs, tmp_path):
    font = tmp_path / "installed" / "Thaana.ttf"
    font.parent.mkdir()
    font.write_bytes(_THAANA)
    way = _way("debian", "fonts-thaana", str(font.relative_to("/")))

    _, missing, there = fetched(way)

    assert (missing, list(there)) == ([], ["Thaana.ttf"])
    assert font.read_bytes() == _THAANA


def test_no_way_names_an_address_and_all_but_debian_name_a_hash():
    for each in fetching.font_sets():
        for way in each.ways:
            assert all("://" not in package for package in way.packages)
            assert way.by == "debian" or all("--hash=sha" in package for package in way.packages)
            assert all(not Path(name).is_absolute() for name in way.files.values())
