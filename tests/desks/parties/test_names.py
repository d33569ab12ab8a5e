"""Names: the same name written otherwise is found, ordinary people are not; how much of published lists is found, in figures."""

import csv
import shutil
import tempfile
from pathlib import Path

import pytest

from cunguan.desks.parties import names
from cunguan.desks.parties.identity import Clear, Found
from cunguan.desks.parties.ports.list_screening import ListScreening, ListWrong

DATA = Path(__file__).resolve().parents[4] / "shared/data/06-names"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("José García",      "GARCIA, Jose",     True),
        ("Müller, Hans",     "Hans Muller",      True),
        ("Đorđe Łuk",        "dorde luk",        True),
        ("Ｊｏｈｎ Smith",       "John Smith",       True),
        ("O'Brien",          "OBrien",           True),
        ("张 三",             "张三",              False),  # glued finds it
        ("John Smith",       "John Smyth",       False),
        ("",                 "",                 True),
    ],
)  # fmt: skip
def test_one_form(one: str, other: str, is_same: bool) -> None:
    assert (names.key(one) == names.key(other)) is is_same


def test_a_list_is_looked_up(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text("id,name\n7,KIM Jong Un\n7,金正恩\n8,Acme Trading Ltd\n", "utf-8")
    lists = ListScreening(tmp_path)
    for name in ("kim jong-un", "Jong Un Kim", "金 正恩", "KIM JONGUN"):
        said = lists.screen(name)
        assert isinstance(said, Found) and said.hits[0].entry == "7", name
        assert said.evidence.startswith(lists.name)
    assert isinstance(lists.screen("Kim Jong Il"), Clear)
    assert lists.counts == {"ours": 3}


@pytest.mark.parametrize(
    "content", ["", "id,name\n", "<x", "nothing,here\n", "id,name\n1,\n"],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_whole(tmp_path: Path, content: str) -> None:
    (tmp_path / "good.csv").write_text("id,name\n1,Somebody Listed\n")
    (tmp_path / ("bad.xml" if content.startswith("<") else "bad.csv")).write_text(content)
    with pytest.raises(ListWrong):
        ListScreening(tmp_path)
    with pytest.raises(ListWrong):
        ListScreening(tmp_path / "none")


def test_published_lists_find_their_own_names_and_few_ordinary_people() -> None:
    if not DATA.exists():
        pytest.skip("the folder of published names is not here")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("UN_consolidated.xml", "sdn.csv", "alt.csv"):
            shutil.copy(DATA / "lists" / name, folder)
        lists = ListScreening(Path(folder))
    assert lists.counts["sdn"] > 7_000 and lists.counts["UN_consolidated"] > 1_000
    found = _share(lists, "candidate__positives_un_untreated-shared.csv")
    wrong = max(_share(lists, f"validation_negatives_{where}-shared.csv") for where in ("us", "global"))
    print(f"names of the UN's list that are found: {found:.3f}; ordinary people that are: {wrong:.4f}")
    assert found > 0.95, "docs/parties.md says how many"
    assert wrong < 0.02


def _share(lists: ListScreening, name: str) -> float:
    with (DATA / "screening-queries" / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = next(one for one in ("full_name", "name") if one in rows[0])
    return sum(isinstance(lists.screen(row[column]), Found) for row in rows) / len(rows)
