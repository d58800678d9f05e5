"""Paths that tell of persons, by their names and by what stands in them: sealed, or not read.

What is needed to reach somebody (a name, a telephone number) is proposed sealed; everything else
about persons is proposed not to be read at all (Personal Information Protection Law art. 6: no
more than the purpose needs).
"""

import re
from collections.abc import Callable, Sequence

from core.identifiers import find_personal, phone, plate
from core.words import N_
from integration.domain.proposing.columns import Column, hinted, hints
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["Persons", "persons_of"]

_NAME = hints(
    "姓名 联系人 报警人 来电人 投诉人 当事人 申请人 经办人 填报人 上报人 网格员 负责人",
    "法人 患者 xm name reporter caller contact citizen patient person fullname",
)
_BODY = hints(
    "单位 企业 机构 场所 公司 部门 ent org company enterprise place station road street",
    "district file event device agency dept class type category site building",
)
_PHONE = hints(
    "电话 手机 联系方式 phone tel mobile dh sjh lxdh",
)
_RESIDENT = hints(
    "身份证 证件号 公民身份 sfz sfzh idcard zjhm gmsfhm",
)
_PLATE = hints(
    "车牌 号牌 hphm cphm plate",
)
_EMAIL = ("邮箱", "email", "mail")
_ABOUT = hints(
    "年龄 性别 出生 民族 籍贯 病历 age sex gender birth birthday ethnicity secret openid",
    "wechat",
)
_EMAIL_FORM = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋"
    "杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙"
    "陶贺顾毛郝龚邵万钱严赖覃洪武莫孔"
)
_PERSON = re.compile(rf"[{_SURNAMES}](?:[一-鿿]{{1,2}}|[某**]{{1,2}}|先生|女士|某某)")
_LONGEST = 40  # mean length of what is one identifier and no text
_LOOKED_AT = 100  # distinct values of a column
_NEEDED = ("name", "phone")


class Persons:
    """Which paths tell of persons: kind by path, and the parts that say so."""

    def __init__(self, kinds: dict[str, tuple[str, float]], about: list[str]) -> None:
        self.kinds = {path: kind for path, (kind, _) in kinds.items()}
        self.about = about
        self._certain = {path: certain for path, (_, certain) in kinds.items()}

    @property
    def paths(self) -> frozenset[str]:
        """Every path that tells of persons."""
        return frozenset((*self.kinds, *self.about))

    @property
    def left_out(self) -> list[str]:
        """Paths about persons that are proposed not to be read."""
        return [*(path for path in self.kinds if not self._sealed(path)), *self.about]

    def part(self) -> Part:
        """The personal fields to be sealed; the other way is to read none of them."""
        sealed = [{"path": path, "kind": self.kinds[path]} for path in self.kinds
                  if self._sealed(path)]  # fmt: skip
        if not sealed:
            return Part("personal", ask=Note(_LOOK) if self.left_out else None)
        certain = min(self._certain[str(one["path"])] for one in sealed)
        paths = ", ".join(str(one["path"]) for one in sealed)
        return Part(
            "personal",
            (
                Option(sealed, round(certain, 2), Note(_SEALED, {"paths": paths})),
                Option([], round(1 - certain, 2), Note(_NONE)),
            ),
            ask=Note(_ASSESS),
        )

    def _sealed(self, path: str) -> bool:
        # Inside a list of objects nobody can tell whose it is.
        return self.kinds[path] in _NEEDED and "[]" not in path


def persons_of(columns: Sequence[Column]) -> Persons:
    """The paths that tell of persons."""
    kinds = {}
    about = []
    for one in columns:
        found = _kind(one)
        if found is not None:
            kinds[one.path] = found
        elif hinted(one, _ABOUT) == 1 and one.length < _LONGEST:
            about.append(one.path)
    return Persons(kinds, about)


def _kind(column: Column) -> tuple[str, float] | None:
    """The kind of personal data in a column, and how certain that is."""
    if not column.told:
        return _by_name(column)
    if column.length > _LONGEST:
        return None
    values = list(column.counts)[:_LOOKED_AT]
    for kind, share in (
        ("resident_id", _share(values, _is_resident)),
        ("plate", _share(values, lambda text: plate(text).valid)),
        ("email", _share(values, lambda text: bool(_EMAIL_FORM.fullmatch(text)))),
        ("phone", _share(values, _is_phone)),
    ):
        if share > 0.5:
            return kind, min(0.99, 0.6 + 0.4 * share)
    return _by_name(column)


def _by_name(column: Column) -> tuple[str, float] | None:
    for kind, words in (
        ("resident_id", _RESIDENT),
        ("phone", _PHONE),
        ("plate", _PLATE),
        ("email", _EMAIL),
    ):
        if hinted(column, words) == 1 and not _flat(column):
            return kind, 0.8
    like = _share(list(column.counts)[:_LOOKED_AT], lambda text: bool(_PERSON.fullmatch(text)))
    named = hinted(column, _NAME)
    if hinted(column, _BODY) and like < 0.8:
        return None
    if like > 0.8 and len(column.counts) > 1:
        return "name", 0.95 if named else 0.8
    if not column.numeric and not _flat(column) and (named == 1 or (named and like > 0.3)):
        return "name", 0.85 if named == 1 else 0.6
    return None


def _flat(column: Column) -> bool:
    """Whether it says yes or no only."""
    return column.kind == "boolean"


def _share(values: Sequence[str], is_so: Callable[[str], bool]) -> float:
    """The share of distinct values, in lists of all their parts, that pass a test."""
    parts = [part for value in values for part in value.split("/") if part]
    return sum(map(is_so, parts)) / len(parts) if parts else 0.0


def _is_resident(text: str) -> bool:
    found = find_personal(text)
    whole = [one for one in found if one.kind == "resident_id" and one.end - one.start >= 15]
    return any(one.end - one.start == len(text) for one in whole)


def _is_phone(text: str) -> bool:
    return phone(text).kind in ("mobile", "landline") and len(text) >= 7 and _spelt(text)


def _spelt(text: str) -> bool:
    """Mobile numbers, or landlines with their area: shorter numbers may be anything."""
    checked = phone(text)
    return checked.valid and (checked.kind == "mobile" or checked.problem == "")


_SEALED = N_("%(paths)s tell who somebody is or how to reach them: kept sealed and masked.")
_NONE = N_("Do not read them at all, where the purpose does not need them.")
_ASSESS = N_("Say whether the purpose needs them; if so, an impact assessment is asked for.")
_LOOK = N_("Paths about persons are proposed not to be read. Check whether the purpose needs any.")
