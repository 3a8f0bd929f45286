"""What the documents say is what the code does."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from service.config import PREFIX, Settings
from service.up import programs

ROOT = Path(__file__).parents[2]


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    listed = set(re.findall(r"^\| `(KINDLY_\w+)` \| (.*?) \| (.*?) \|$", readme, re.MULTILINE))

    assert listed == {
        (f"{PREFIX}{name.upper()}", _shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }


def test_no_file_names_a_registry_host_or_a_folder_of_one_machine() -> None:
    forbidden = re.compile(
        rb"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|/home/\w+/|/(work|farm)/(main|shared)"
    )

    found = [
        str(path.relative_to(ROOT))
        for path in _own_files()
        if path.name != Path(__file__).name and forbidden.search(path.read_bytes())
    ]

    assert found == []


@pytest.mark.parametrize("part", ["worker", "dispatcher"])
def test_a_part_is_started_by_the_same_command_everywhere(part: str) -> None:
    procfile = dict(
        line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines()
    )
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    parts = {program.name: program for program in programs(Settings(redis_url="redis://redis"))}
    program, *words = parts[part].argv

    here = [Path(program).name, *words]

    assert shlex.split(procfile[part]) == here
    assert compose["services"][part]["command"] == here


def test_every_module_opens_with_its_purpose() -> None:
    modules = [path for room in ("service", "workers") for path in (ROOT / room).rglob("*.py")]

    silent = [
        str(path.relative_to(ROOT))
        for path in modules
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]

    assert len(modules) > 50
    assert silent == []


def _shown(default: object) -> str:
    value = default.get_secret_value() if hasattr(default, "get_secret_value") else default
    return f"`{value}`" if value or value == 0 else ""


def _own_files() -> list[Path]:
    rooms = ("service", "workers", "assets", "tests", ".ci")
    files = [path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    return [path for path in files if not {"node_modules", "__pycache__"} & set(path.parts)]
