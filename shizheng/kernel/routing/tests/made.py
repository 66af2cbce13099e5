"""Made-up cases whose words tell what they are, for tests."""

import random
from datetime import datetime, timedelta

from shizheng.kernel.routing.rules import Example

WORDS = {
    "路燈": ["路燈不亮", "燈泡壞了", "整排路燈熄滅", "燈桿歪斜"],
    "道路": ["路面坑洞", "柏油破損", "人孔蓋下陷", "路面不平"],
    "噪音": ["半夜施工很吵", "卡拉OK太大聲", "冷氣運轉聲", "狗一直叫"],
    "垃圾": ["有人亂倒廢棄物", "垃圾車沒有來", "水溝發臭", "資源回收滿出來"],
}
PLACES = ["中山路", "民權街", "公園旁", "學校後門", "市場口", "5號巷子"]


def cases(n: int, seed: int = 0, *, times: bool = True, confused: float = 0.15) -> list[Example]:
    """`n` cases, of which a part `confused` speaks of another label's matter."""
    chance = random.Random(seed)
    found = []
    for number in range(n):
        label = chance.choice(list(WORDS))
        spoken = chance.choice(list(WORDS)) if chance.random() < confused else label
        text = f"{chance.choice(PLACES)}{chance.choice(WORDS[spoken])}，請派員處理"
        found.append(Example(text, label, datetime(2025, 1, 1) + timedelta(hours=number) if times else None))
    return found


def as_csv(examples: list[Example]) -> str:
    """The same as a file."""
    lines = ["時間,內容,單位", *(f"{each.at},{each.text},{each.label}" for each in examples)]
    return "\n".join(lines) + "\n"
