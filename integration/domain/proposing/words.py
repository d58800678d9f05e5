"""Words by which the sources of a city speak of its categories, in Chinese and English.

The words belong to subjects of public safety and not to a city's own keys: a category has those
of every group whose anchor stands in its name.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from integration.domain.proposing.city import Names
from integration.domain.proposing.columns import words_of

__all__ = ["Meanings"]

_GROUPS: Final[Sequence[tuple[str, str]]] = (
    # anchors in names | words in codes and texts
    ("交通事故", "车祸 追尾 相撞 碰撞 剐蹭 肇事 collision crash accident"),
    ("违停 违法停车 停车", "违停 乱停 停放 占道停 人行道停 违法停车 parking"),
    ("火灾 火警", "火警 着火 起火 失火 冒烟 过火 明火 出警 fire blaze smoke"),
    ("消防隐患 火灾隐患", "火灾隐患 飞线充电 消防通道 疏散通道 灭火器 消火栓 hazard"),
    ("燃气", "燃气 煤气 天然气 可燃气体 液化气 异味 gas lel methane"),
    ("纠纷", "争吵 打架 斗殴 纠纷 dispute fight"),
    ("走失 失踪", "走失 失踪 迷路 missing"),
    ("聚集", "聚集 围观 集会 crowd gathering"),
    ("盗窃", "被盗 失窃 偷走 入室 theft stolen burglary"),
    ("诈骗", "诈骗 被骗 转账 冒充 fraud scam"),
    ("积水 内涝", "积水 内涝 倒灌 被淹 涉水 flood waterlogging inundation"),
    ("暴雨", "暴雨 降雨 强降水 rain rainstorm"),
    ("大风", "大风 阵风 wind gale gust"),
    ("大雾", "大雾 浓雾 能见度 fog"),
    ("台风", "台风 typhoon"),
    ("雷", "雷电 雷暴 lightning thunder"),
    ("冰雹", "冰雹 hail"),
    ("雪", "暴雪 降雪 snow"),
    ("寒潮", "寒潮 降温 coldwave"),
    ("高温", "高温 heat"),
    ("结冰", "结冰 icing"),
    ("霾", "霾 haze"),
    ("腹泻 肠道", "腹泻 呕吐 肠道 diarrhoea diarrhea enteric"),
    ("流感 呼吸", "流感 发热 呼吸道 肺炎 咳嗽 influenza flu respiratory"),
    ("外伤", "外伤 车祸外伤 车祸伤 骨折 烧伤 injury trauma"),
    ("食品", "食物中毒 就餐 菌落 抽检 变质 food"),
    ("噪声 噪音", "噪声 噪音 扰民 夜间施工 noise"),
    (
        "道路破损 道路损坏 道路塌陷 道路隐患 道路病害 路面",
        "路面 坑洼 塌陷 道路破损 道路设施 road pothole",
    ),
    ("公共设施 设施", "井盖 路灯 护栏 公共设施 manhole facility lamp"),
    ("设备故障 设备", "离线 掉线 故障 通信中断 offline fault failure"),
    ("欠薪 工资", "欠薪 工资 wage salary"),
    ("登记", "登记 注册 经营 销售 餐饮服务 registry registration"),
    ("电梯", "电梯 困人 轿厢 lift elevator"),
    ("坍塌 倒塌", "坍塌 倒塌 垮塌 collapse"),
    ("溺水", "溺水 落水 drowning"),
    ("爆炸", "爆炸 explosion"),
    ("危化 化学品", "危化 化学品 泄漏 chemical"),
    ("停电", "停电 断电 漏电 outage"),
    ("供水 停水", "停水 爆管 供水 watermain"),
    ("树", "树木 倒伏 tree"),
)
_COMMON = frozenset({"of", "and", "the", "other", "public", "like", "high", "to"})


class Meanings:
    """What texts mean in the categories of a city."""

    def __init__(self, categories: Mapping[str, Names]) -> None:
        self._signs = {key: _signs(names) for key, names in categories.items() if key != "unmapped"}
        self._keys = frozenset(self._signs)
        self._remembered: dict[str, str] = {}

    def of(self, text: str) -> str:
        """The category of which a text speaks most, empty for none or several as much."""
        found = self._remembered.get(text)
        if found is None:
            found = self._remembered[text] = self._found(text)
        return found

    def _found(self, text: str) -> str:
        if text in self._keys:
            return text
        words = set(words_of(text[:400])) if any(map(_is_latin, text[:400])) else set()
        scores = {key: _score(text, words, signs) for key, signs in self._signs.items()}
        ranked = sorted(scores.items(), key=lambda one: -one[1])
        if not ranked or not ranked[0][1]:
            return ""
        tied = len(ranked) > 1 and ranked[1][1] == ranked[0][1]
        return "" if tied else ranked[0][0]


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _signs(names: Names) -> tuple[tuple[str, float], ...]:
    """The words of a category and their weight: its own name weighs most."""
    chinese, english = names
    found: dict[str, float] = {chinese: 2.0 * len(chinese)}
    for word in words_of(english):
        if len(word) > 2 and word not in _COMMON:
            found[word] = 2.5
    for anchors, words in _GROUPS:
        named = [one for one in anchors.split() if one in chinese]
        if not named:
            continue
        # A name that says more than the anchor is of a narrower matter.
        near = 1.0 if chinese in anchors.split() else max(map(len, named)) / len(chinese)
        for word in words.split():
            weight = (len(word) if not word.isascii() else 2.5) * (0.7 + 0.3 * near)
            found[word] = max(found.get(word, 0.0), weight)
    return tuple(found.items())


def _score(text: str, words: set[str], signs: Sequence[tuple[str, float]]) -> float:
    return sum(weight for sign, weight in signs if sign in (words if sign.isascii() else text))
