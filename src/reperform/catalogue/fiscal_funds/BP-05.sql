/*---
code: BP-05
version: 1
title: {en: Lump item not distributed in time, zh: 代编预算未按时细化下达}
domain: fiscal_funds
seed: [A4]
topics: [budget_preparation]
question:
  en: Is a sum that was held for later distribution still not given to those who spend it after the last month?
  zh: 年初代编、待细化的预算是否超过规定月份仍未分配下达到具体单位？
criteria:
  - {law: 中华人民共和国预算法, article: "37, 46, 52", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "60", version: 2020-08-03, verified: true}
tables:
  budget_item: [item_no, body_id, first_year, amount, is_lump]
  budget_allocation: [doc_no, item_no, amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [item_no]
body: body_id
amount: undistributed
money: expedite
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: first_year IS NULL
    reason: {en: No year, zh: 无年度}
parameters:
  last_month:
    type: integer
    value: 6
    min: 1
    max: 12
    unit: month
    title: {en: Last month for distribution, zh: 最后细化月份}
    source: {en: Practice of asking for the end of June; no law read names it, zh: 实践中要求6月底前，未见法律明文}
    verified: false
guard:
  en: >-
    What finance has taken back is no longer waiting. Money for settlement by fact may wait until the facts are
    known.
  zh: 财政已收回的部分不再计入。据实结算的资金可待结算依据明确后下达。
---*/
-- @population
SELECT item_no, body_id, first_year
FROM budget_item
WHERE is_lump

-- @exceptions
WITH given AS (
  SELECT item_no, sum(amount) AS amount
  FROM budget_allocation
  GROUP BY item_no
),
back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'budget_item'
  GROUP BY ref
)
SELECT i.item_no, i.body_id, i.amount - coalesce(g.amount, 0) - coalesce(b.amount, 0) AS undistributed, i.first_year,
       i.amount AS provided
FROM budget_item AS i
LEFT JOIN given AS g ON g.item_no = i.item_no
LEFT JOIN back AS b ON b.ref = i.item_no
WHERE i.is_lump
  AND (i.first_year < year(:as_of) OR (i.first_year = year(:as_of) AND month(:as_of) > :last_month))
  AND i.amount > coalesce(g.amount, 0) + coalesce(b.amount, 0)

-- @remedies
SELECT m.item_no, sum(m.amount) AS remedied, max(m.trace) AS trace
FROM (
  SELECT item_no, amount, doc_no AS trace
  FROM budget_allocation
  UNION ALL
  SELECT ref AS item_no, amount, voucher AS trace
  FROM recovery
  WHERE register = 'budget_item'
) AS m
GROUP BY m.item_no
