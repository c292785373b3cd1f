"""Results of rectification: the words they are counted in.

The money classes are those that municipal bureaus print (审计结果统计); one yuan goes to exactly one class.
Source of the words: public rectification reports (Nanle 2022, Quzhou 2018); [K] where only the statistics form
has them.
"""

from __future__ import annotations

from enum import StrEnum


class MoneyClass(StrEnum):
    """Where rectified money goes."""

    REMIT_TREASURY = "remit_treasury"  # 上缴财政
    REDUCE_GRANT = "reduce_grant"  # 减少财政拨款或补贴
    RETURN_TO_CHANNEL = "return_to_channel"  # 归还原资金渠道
    ADJUST_BOOKS = "adjust_books"  # 调账
    EXPEDITE = "expedite"  # 促进拨付资金到位
    REVITALISE = "revitalise"  # 盘活存量资金
    RECOVER_LOSS = "recover_loss"  # 追缴、挽回损失
    CUT_INVESTMENT = "cut_investment"  # 核减投资额
    PAY_PERSONS = "pay_persons"  # 补发个人


class OutcomeKind(StrEnum):
    """What an outcome is."""

    MONEY = "money"
    RULE = "rule"  # 完善制度, counted once by title and number
    PERSON = "person"  # 追责问责人次


class Term(StrEnum):
    """How soon a finding can be put right."""

    IMMEDIATE = "immediate"  # 立行立改
    STAGED = "staged"  # 分阶段整改
    CONTINUOUS = "continuous"  # 持续整改


class Supervision(StrEnum):
    """The three methods of supervision."""

    COMPREHENSIVE = "comprehensive"  # 全面整改
    SPECIAL = "special"  # 专项整改
    KEY = "key"  # 重点督办


class Nature(StrEnum):
    """Nature of a problem."""

    VIOLATION = "violation"  # 违规
    LOSS = "loss"  # 损失浪费
    MISMANAGEMENT = "mismanagement"  # 管理不规范


class Verdict(StrEnum):
    """What a look-back says of one item; `pending` until the first one."""

    PENDING = "pending"
    CLEARED = "cleared"
    PARTLY = "partly"
    STILL = "still"
    UNPROVEN = "unproven"
