/*---
code: BP-06
version: 1
title: {en: Reserve fund used against the rules, zh: 违规动用预备费}
domain: fiscal_funds
seed: [A4]
topics: [reserve_fund]
question:
  en: "Was the reserve fund used for routine expense, without a decision of the government, or before it?"
  zh: 预备费是否用于日常开支，或未经政府批准、先拨付后批准？
criteria:
  - {law: 中华人民共和国预算法, article: "40, 64, 92（五）", version: 2018-12-29, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "7（五）", version: 2011-01-08, verified: true}
tables:
  reserve_use: [use_no, body_id, year, purpose_kind, amount, decision_no, decided_on, paid_on]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [use_no]
body: body_id
amount: misused
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: paid_on IS NULL
    reason: {en: No date of payment, zh: 无拨付日期}
  - condition: purpose_kind IS NULL
    reason: {en: No purpose, zh: 无用途}
guard:
  en: >-
    In an emergency the government may decide by word first; the minute is the evidence. Money decided and paid on
    one day is in order. What went back to the budget counts as not used.
  zh: 紧急情况下政府可先口头决定，以会议纪要为据。当日批准、当日拨付合规。已退回预算的部分视为未动用。
---*/
-- @population
SELECT use_no, body_id, paid_on, purpose_kind
FROM reserve_use

-- @exceptions
WITH back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'reserve_use'
  GROUP BY ref
)
SELECT u.use_no, u.body_id, u.amount - coalesce(b.amount, 0) AS misused, u.year, u.purpose_kind, u.decision_no,
       u.decided_on, u.paid_on
FROM reserve_use AS u
LEFT JOIN back AS b ON b.ref = u.use_no
WHERE u.paid_on IS NOT NULL AND u.purpose_kind IS NOT NULL
  AND (u.purpose_kind = 'routine' OR u.decision_no IS NULL OR u.decided_on IS NULL OR u.paid_on < u.decided_on)
  AND u.amount > coalesce(b.amount, 0)

-- @remedies
SELECT ref AS use_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'reserve_use'
GROUP BY ref
