/*---
code: ID-01
version: 1
title: {en: Carry-over not used up at the end of the next year, zh: 结转资金连续两年未用完}
domain: fiscal_funds
seed: [A2]
topics: [carry_over]
question:
  en: "Does a project's money remain unspent at the end of the year after the one in which it was provided?"
  zh: 项目资金在首次安排的下一年度终了时是否仍未用完，且未按结余资金收回？
criteria:
  - {law: 中华人民共和国预算法, article: "42", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "50", version: 2020-08-03, verified: true}
  - {law: 财政部关于推进地方盘活财政存量资金有关事项的通知（财预〔2015〕15号）, article: "", verified: false}
tables:
  budget_item: [item_no, body_id, spend_kind, fund_kind, first_year, amount, is_lump]
  budget_payment: [item_no, amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [item_no]
body: body_id
amount: balance
money: revitalise
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: first_year IS NULL
    reason: {en: No year in which the money was first provided, zh: 无首次安排年度}
guard:
  en: >-
    Two years end with the year after the first one, not later. A changed purpose keeps the first year. Money of
    government funds follows rules of its own and goes to sifting. Lump items are looked at by BP-05. What finance
    has taken back counts as put to use.
  zh: >-
    “连续两年”止于首次安排的下一年度终了。调整用途的资金仍按首次安排年度计算。政府性基金另有规定，应在筛查中区分。代
    编指标见BP-05。财政已收回的部分视为已盘活。
---*/
-- @population
SELECT item_no, body_id, first_year
FROM budget_item
WHERE spend_kind = 'project' AND NOT is_lump

-- @exceptions
WITH paid AS (
  SELECT item_no, sum(amount) AS amount
  FROM budget_payment
  GROUP BY item_no
),
back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'budget_item'
  GROUP BY ref
)
SELECT i.item_no, i.body_id, i.amount - coalesce(p.amount, 0) - coalesce(b.amount, 0) AS balance, i.amount AS provided,
       coalesce(p.amount, 0) AS spent, i.first_year, i.fund_kind
FROM budget_item AS i
LEFT JOIN paid AS p ON p.item_no = i.item_no
LEFT JOIN back AS b ON b.ref = i.item_no
WHERE i.spend_kind = 'project' AND NOT i.is_lump
  AND (i.first_year + 1 < year(:as_of)
       OR (i.first_year + 1 = year(:as_of) AND month(:as_of) = 12 AND day(:as_of) = 31))
  AND i.amount > coalesce(p.amount, 0) + coalesce(b.amount, 0)

-- @remedies
SELECT ref AS item_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'budget_item'
GROUP BY ref
