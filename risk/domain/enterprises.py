"""Names of enterprises: one form for comparing and showing; a person's name is none."""

import re
import unicodedata

_NOISE = re.compile(r"[\s,.;:、，。；：·]+")
_WORKS = re.compile(
    "公司|集团|企业|商行|中心|市场|工厂|工程|合作社|事务所|学校|学院|医院|银行|酒店|宾馆|饭店|超市"
    "|[店厂部行馆社所院校园铺吧局站队会坊屋房城楼摊档室场]$"
)
_HAN = re.compile("[\u3400-\u9fff]{2,4}")
# The hundred or so surnames that nine in ten people bear, and the common ones of two characters.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤"
)
_DOUBLE = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐")
)


def enterprise_name(text: str) -> str:
    """The name in the form that is compared, "" for what may be a person's.

    A sole trader without a name of the firm is registered under the operator's own: such a
    business is known by its number in the register, not by who runs it.
    """
    name = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    return "" if _may_be_a_person(name) else name


def _may_be_a_person(name: str) -> bool:
    if not name or "某" in name:
        return True
    if not _HAN.fullmatch(name) or _WORKS.search(name):
        return False
    return name[0] in _SURNAMES or name[:2] in _DOUBLE
