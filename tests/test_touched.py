"""The quick check of a changed record tells what the full check tells of it."""

from pathlib import Path

import pytest
from broken import BREAKS, EVENT
from checkout import copy

from socprot import files, touched
from socprot.errors import BadParameter, BuildFailed

OF_A_RECORD = [name for name, one in BREAKS.items() if one.file == EVENT]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = copy(tmp_path)
    monkeypatch.setenv("SOCPROT_ROOT", str(root))
    return root


def test_a_good_record_and_what_links_to_it(root: Path) -> None:
    assert touched.run([root / EVENT]) == 2, "the event, and the act that names it"


@pytest.mark.parametrize("name", OF_A_RECORD)
def test_tells_what_the_full_check_tells(root: Path, name: str) -> None:
    BREAKS[name].apply(root)
    with pytest.raises(BuildFailed) as caught:
        touched.run([root / EVENT])
    message = str(caught.value)
    assert all(word in message for word in BREAKS[name].told), message


def test_a_change_that_breaks_what_links_to_it(root: Path) -> None:
    source = root / "data/source/statement.ttl"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("a sp:Source ;", "a sp:Record ;"), encoding="utf-8")
    with pytest.raises(BuildFailed, match="statement"):
        touched.run([source])


def test_only_records(root: Path) -> None:
    with pytest.raises(BadParameter, match="is no record of data/"):
        touched.run([root / "ontology" / "model.ttl"])


def test_a_real_record_and_one_that_tables_name() -> None:
    data = files.root() / "data"
    assert touched.run([data / "event" / "2015-jakarta-seminar.ttl"]) > 1
    assert touched.run([data / "state" / "timor-leste.ttl"]) > 20
