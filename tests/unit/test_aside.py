"""What is made beside its place gets there whole, or leaves nothing."""

import os
import time

import pytest

from advisor.catalog.aside import file_aside, folder_aside


@pytest.mark.parametrize("aside", [file_aside, folder_aside])
def test_an_error_leaves_what_was_there(tmp_path, aside):
    target = tmp_path / "it"
    target.write_text("before")
    with pytest.raises(RuntimeError), aside(target) as work:
        (work / "part" if work.is_dir() else work).write_text("half")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["it"]
    assert target.read_text() == "before"


def test_a_folder_replaces_the_one_before(tmp_path):
    target = tmp_path / "it"
    target.mkdir()
    (target / "old").touch()
    with folder_aside(target) as work:
        (work / "new").touch()
    assert [path.name for path in target.iterdir()] == ["new"]
    assert target.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("aside", [file_aside, folder_aside])
def test_what_killed_processes_left_goes_after_an_hour(tmp_path, aside):
    old, young = tmp_path / "a.1.building", tmp_path / "b.2.building"
    for folder in (old, young):
        folder.mkdir()
        (folder / "models.npz").touch()
    (tmp_path / "c.3.building.wal").touch()
    for path in (old, tmp_path / "c.3.building.wal"):
        os.utime(path, (time.time() - 4000,) * 2)
    with aside(tmp_path / "it") as work:
        if aside is file_aside:
            work.touch()
    assert {path.name for path in tmp_path.iterdir()} == {"it", "b.2.building"}
