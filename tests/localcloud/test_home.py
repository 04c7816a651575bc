"""Where a cloud keeps its things."""

import stat
from pathlib import Path

import pytest

from localcloud.errors import LocalCloudError
from localcloud.home import DEFAULT_BASE_PORT, PROJECT_DIR, Home


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCALCLOUD_HOME", raising=False)
    monkeypatch.delenv("LOCALCLOUD_PORT", raising=False)


def test_the_project_has_a_cloud_of_its_own_when_nothing_is_said() -> None:
    assert Home.from_environment().path == PROJECT_DIR / ".local"


def test_a_cloud_keeps_the_port_it_was_first_started_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path / "cloud"))
    monkeypatch.setenv("LOCALCLOUD_PORT", "20440")
    Home.from_environment().prepare()
    monkeypatch.setenv("LOCALCLOUD_PORT", "30440")
    assert Home.from_environment() == Home(path=tmp_path / "cloud", base_port=20440)


@pytest.mark.parametrize("text", ["", "abc", "80", "65530", "-1", "1e5"])
def test_a_port_that_can_not_be_used_is_refused_with_the_rule(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALCLOUD_PORT", text)
    if not text:
        assert Home.from_environment().base_port == DEFAULT_BASE_PORT
        return
    with pytest.raises(LocalCloudError) as refusal:
        Home.from_environment()
    assert str(refusal.value) == (
        f"LOCALCLOUD_PORT={text!r}: the first port must be a number from 1024 to 65515; "
        "unset it to use 10440"
    )


def test_others_can_not_look_into_the_folder(tmp_path: Path) -> None:
    home = Home(path=tmp_path / "cloud", base_port=20440)
    home.prepare()
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_every_server_has_a_port_of_its_own() -> None:
    home = Home(path=Path("cloud"), base_port=20440)
    ports = [home.arm_port, home.azureml_port, home.blob_port, *home.databricks_ports]
    assert ports == [20440, 20441, 20442, *range(20450, 20460)]
