"""Firms as numbers and as text: credit codes, addresses and telephones as they are typed.

Rules kept here:

* A credit code has the form and both check characters of GB 32100-2015; its region, 990100, is no place.
* An address is one number: street, house and room are its digits. The way of writing differs from clerk to clerk.
"""

from __future__ import annotations

from reperform.city.bodies import credit_code
from reperform.city.layout import named

_REGION = 990100
_PREFIX = f"91{_REGION}"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_OWN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_STREETS = ("望湖", "听泉", "石埠", "云麓", "汀兰", "枫浦", "江北", "望潮", "白屿", "澄湖", "沙渚", "东屏", "学府")
_HOUSES = 997
_WIDE = "０１２３４５６７８９"


def firm_text(firm: int) -> str:
    """Return the credit code of a firm's number."""
    return credit_code("enterprise", _REGION, int(f"{firm:08d}", 36))


def firm_code(column: str) -> str:
    """Return the expression of a credit code; empty at `ABSENT`."""
    digits = [f"({column} // {10 ** (7 - place)} % 10)" for place in range(8)]
    own = " + ".join(f"{weight} * {digit}" for weight, digit in zip(_OWN_WEIGHTS, digits, strict=True))
    rest = f"((11 - ({own}) % 11) % 11)"  # 10 is written X
    fixed = sum(weight * _ALPHABET.index(letter) for weight, letter in zip(_WEIGHTS, _PREFIX, strict=False))
    weighed = " + ".join(f"{weight} * {digit}" for weight, digit in zip(_WEIGHTS[8:], digits, strict=False))
    own_check = f"CASE {rest} WHEN 10 THEN {_ALPHABET.index('X')} ELSE {rest} END"
    check = f"((31 - ({fixed} + {weighed} + {_WEIGHTS[16]} * {own_check}) % 31) % 31)"
    text = (
        f"'{_PREFIX}' || lpad({column}::VARCHAR, 8, '0') || "
        f"CASE {rest} WHEN 10 THEN 'X' ELSE {rest}::VARCHAR END || substr('{_ALPHABET}', ({check})::INTEGER + 1, 1)"
    )
    return f"CASE WHEN {column} >= 0 THEN {text} END"


def address(column: str, style: str) -> str:
    """Return the expression of an address in one of three ways of writing; empty at `ABSENT`."""
    streets = len(_STREETS)
    street = f"'云江市' || {named(_STREETS, f'{column} % {streets}')} || '路'"
    house = f"({column} // {streets} % {_HOUSES} + 1)::VARCHAR"
    room = f"({column} // {streets * _HOUSES} + 101)::VARCHAR"
    plain = f"{street} || {house} || '号' || {room} || '室'"
    spaced = f"{street} || {house} || '号 ' || {room} || '房'"
    wide = f"translate({plain}, '0123456789', '{_WIDE}')"
    return f"CASE WHEN {column} >= 0 THEN CASE {style} WHEN 1 THEN {wide} WHEN 2 THEN {spaced} ELSE {plain} END END"


def phone(column: str, style: str) -> str:
    """Return the expression of a telephone number in one of two ways of writing; empty at `ABSENT`."""
    plain = f"(13000000000 + {column})::VARCHAR"
    return f"CASE WHEN {column} >= 0 THEN CASE {style} WHEN 1 THEN '+86 ' || {plain} ELSE {plain} END END"
