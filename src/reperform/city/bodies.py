"""The bodies of Yunjiang (云江市): a city that does not exist, as a tree.

Rules kept here:

* Every name is invented; the region part of every credit code is 9901xx, which no real place has.
* A credit code has the structure and both check characters of GB 32100-2015, so that checks of form pass.
* The tree does not depend on the seed; only the nine characters of a body's own number do.
"""

from __future__ import annotations

import csv
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

CITY = ("云江市", "Yunjiang")
DISTRICTS = (
    ("DP", "东屏区", "Dongping"),
    ("WL", "望岭区", "Wangling"),
    ("SZ", "沙渚区", "Shazhu"),
    ("CH", "澄湖区", "Chenghu"),
    ("YL", "云麓区", "Yunlu"),
    ("TL", "汀兰区", "Tinglan"),
    ("BY", "白屿区", "Baiyu"),
    ("FP", "枫浦区", "Fengpu"),
)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_OWN_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OWN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# code, name after the city's, English name, kind, parent
_OF_THE_CITY = (
    ("YJ-GOV", "人民政府", "Municipal People's Government", "government", ""),
    ("YJ-NPC", "人民代表大会常务委员会", "Standing Committee of the People's Congress", "legislature", ""),
    ("YJ-NPF", "人大财政经济委员会", "Finance and Economic Committee of the Congress", "legislature", "YJ-NPC"),
    ("YJ-CDI", "纪委监委", "Commission for Discipline Inspection and Supervision", "discipline", ""),
    ("YJ-AUD", "审计局", "Audit Bureau", "audit", "YJ-GOV"),
    ("YJ-FIN", "财政局", "Finance Bureau", "finance", "YJ-GOV"),
    ("YJ-HRS", "人力资源和社会保障局", "Human Resources and Social Security Bureau", "department", "YJ-GOV"),
    ("YJ-SIF", "社会保险基金管理中心", "Social Insurance Fund Centre", "unit", "YJ-HRS"),
    ("YJ-CIV", "民政局", "Civil Affairs Bureau", "department", "YJ-GOV"),
    ("YJ-MED", "医疗保障局", "Medical Security Bureau", "department", "YJ-GOV"),
    ("YJ-HEA", "卫生健康委员会", "Health Commission", "department", "YJ-GOV"),
    ("YJ-HO1", "第一人民医院", "First People's Hospital", "unit", "YJ-HEA"),
    ("YJ-HO2", "中医医院", "Hospital of Chinese Medicine", "unit", "YJ-HEA"),
    ("YJ-HO3", "第三人民医院", "Third People's Hospital", "unit", "YJ-HEA"),
    ("YJ-EDU", "教育局", "Education Bureau", "department", "YJ-GOV"),
    ("YJ-UNI", "云江理工学院", "Yunjiang Institute of Technology", "unit", "YJ-EDU"),
    ("YJ-VOC", "职业技术学院", "Vocational and Technical College", "unit", "YJ-EDU"),
    ("YJ-POL", "公安局", "Public Security Bureau", "department", "YJ-GOV"),
    ("YJ-SCI", "科学技术局", "Science and Technology Bureau", "department", "YJ-GOV"),
    ("YJ-NAT", "规划和自然资源局", "Planning and Natural Resources Bureau", "department", "YJ-GOV"),
    ("YJ-ENV", "生态环境局", "Ecology and Environment Bureau", "department", "YJ-GOV"),
    ("YJ-HOU", "住房和城乡建设局", "Housing and Construction Bureau", "department", "YJ-GOV"),
    ("YJ-TRA", "交通运输局", "Transport Bureau", "department", "YJ-GOV"),
    ("YJ-WAT", "水务局", "Water Bureau", "department", "YJ-GOV"),
    ("YJ-AGR", "农业农村局", "Agriculture Bureau", "department", "YJ-GOV"),
    ("YJ-MKT", "市场监督管理局", "Market Regulation Bureau", "department", "YJ-GOV"),
    ("YJ-URB", "城市管理和综合执法局", "Urban Management Bureau", "department", "YJ-GOV"),
    ("YJ-ADM", "机关事务管理中心", "Government Offices Administration", "unit", "YJ-GOV"),
    ("YJ-SAC", "国有资产监督管理委员会", "State-owned Assets Commission", "department", "YJ-GOV"),
    ("YJ-CJ", "云江城建资产经营有限公司", "Yunjiang Urban Assets Co., Ltd.", "enterprise", "YJ-SAC"),
    ("YJ-JJ", "云江交通建设集团有限公司", "Yunjiang Transport Construction Group", "enterprise", "YJ-SAC"),
    ("YJ-ZL", "云江自来水有限公司", "Yunjiang Tap Water Co., Ltd.", "enterprise", "YJ-SAC"),
    ("YJ-SW", "云江水务集团有限公司", "Yunjiang Water Group", "enterprise", "YJ-SAC"),
    ("YJ-RQ", "云江燃气集团有限公司", "Yunjiang Gas Group", "enterprise", "YJ-SAC"),
)
# code, name after the district's, English name, kind, parent within the district
_OF_A_DISTRICT = (
    ("GOV", "人民政府", "District People's Government", "district", ""),
    ("AUD", "审计局", "District Audit Bureau", "audit", "GOV"),
    ("FIN", "财政局", "District Finance Bureau", "finance", "GOV"),
    ("HRS", "人力资源和社会保障局", "District Human Resources Bureau", "department", "GOV"),
    ("SIC", "社会保险基金管理中心", "District Social Insurance Centre", "unit", "HRS"),
    ("CIV", "民政局", "District Civil Affairs Bureau", "department", "GOV"),
    ("EDU", "教育局", "District Education Bureau", "department", "GOV"),
    ("HOS", "人民医院", "District People's Hospital", "unit", "GOV"),
    ("WAT", "水务局", "District Water Bureau", "department", "GOV"),
    ("AGR", "农业农村局", "District Agriculture Bureau", "department", "GOV"),
    ("URB", "城市管理局", "District Urban Management Bureau", "department", "GOV"),
)


@dataclass(frozen=True)
class Body:
    """One body; `parent` and `district` are codes, `district` empty for the city's own bodies."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    parent: str
    district: str
    uscc: str


def credit_code(kind: str, region: int, number: int) -> str:
    """Return a unified social credit code (GB 32100-2015) for an own number below 36 ** 8."""
    own = ""
    for _ in range(8):
        number, digit = divmod(number, 36)
        own = _OWN_ALPHABET[digit] + own
    total = sum(weight * _OWN_ALPHABET.index(letter) for weight, letter in zip(_OWN_WEIGHTS, own, strict=True))
    rest = 11 - total % 11
    body = f"{'91' if kind == 'enterprise' else '11'}{region:06d}{own}{'X' if rest == 10 else rest % 11}"
    total = sum(weight * _ALPHABET.index(letter) for weight, letter in zip(_WEIGHTS, body, strict=True))
    return body + _ALPHABET[-total % 31]


def own_numbers(rng: np.random.Generator, count: int) -> list[int]:
    """Return own numbers whose letters all occur in a credit code (which knows no I, O, S, V, Z)."""
    places = rng.integers(0, len(_ALPHABET), (count, 8))
    digits = [_OWN_ALPHABET.index(letter) for letter in _ALPHABET]
    return [sum(digits[place] * 36 ** (7 - power) for power, place in enumerate(row)) for row in places]


def bodies(seed: int) -> tuple[Body, ...]:
    """Return the tree of bodies, parents first."""
    numbers = iter(own_numbers(np.random.default_rng([seed, 99]), len(_OF_THE_CITY) + 8 * len(_OF_A_DISTRICT)))
    tree = []
    for code, name, english, kind, parent in _OF_THE_CITY:
        named = name if name.startswith(CITY[0][:2]) else CITY[0] + name
        of_city = english if english.startswith(CITY[1]) else f"{CITY[1]} {english}"
        tree.append(Body(code, named, of_city, kind, parent, "", credit_code(kind, 990100, next(numbers))))
    for place, (short, district, spelt) in enumerate(DISTRICTS, start=1):
        for code, name, english, kind, parent in _OF_A_DISTRICT:
            above = f"{short}-{parent}" if parent else "YJ-GOV"
            uscc = credit_code(kind, 990100 + place, next(numbers))
            tree.append(
                Body(f"{short}-{code}", district + name, f"{spelt} {english}", kind, above, f"{short}-GOV", uscc)
            )
    return tuple(tree)


def write_bodies(path: Path, tree: tuple[Body, ...]) -> None:
    """Write the tree as UTF-8 CSV, parents first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(field.name for field in fields(Body))
        rows.writerows(astuple(body) for body in tree)
