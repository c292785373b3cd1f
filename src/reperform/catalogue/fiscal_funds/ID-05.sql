/*---
code: ID-05
version: 1
title: {en: Budget item without a payment for a year, zh: 预算指标一年以上无支出}
domain: fiscal_funds
seed: [A2]
topics: [balance_without_payment]
question:
  en: "Has a project's money of this or last year not moved for a year though a balance remains?"
  zh: 项目指标一年以上没有支出而仍有余额，是否未盘活？
criteria:
  - {law: 中华人民共和国预算法, article: "42, 57", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "60", version: 2020-08-03, verified: true}
tables:
  budget_item: [item_no, body_id, spend_kind, first_year, approved_on, amount, is_lump]
  budget_payment: [payment_no, item_no, paid_on, amount]
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
  - condition: approved_on IS NULL
    reason: {en: No date of approval, zh: 无批复日期}
parameters:
  idle_days:
    type: integer
    value: 365
    min: 30
    max: 3660
    unit: day
    title: {en: Days without a payment, zh: 无支出天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A project whose conditions begin later by plan goes to sifting. What was first provided two years ago or
    earlier belongs to ID-01. A payment after the audit puts money to use, as taking it back does.
  zh: 按计划后期启动的项目应在筛查中剔除。首次安排已满两年的属于ID-01。审计后的支出与财政收回同样视为盘活。
---*/
-- @population
SELECT item_no, body_id, approved_on
FROM budget_item
WHERE spend_kind = 'project' AND NOT is_lump AND first_year + 1 >= year(:as_of)

-- @exceptions
WITH paid AS (
  SELECT item_no, sum(amount) AS amount, max(paid_on) AS last_paid_on
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
       i.approved_on, p.last_paid_on
FROM budget_item AS i
LEFT JOIN paid AS p ON p.item_no = i.item_no
LEFT JOIN back AS b ON b.ref = i.item_no
WHERE i.spend_kind = 'project' AND NOT i.is_lump AND i.first_year + 1 >= year(:as_of)
  AND i.amount > coalesce(p.amount, 0) + coalesce(b.amount, 0)
  AND date_diff('day', coalesce(p.last_paid_on, i.approved_on), :as_of) > :idle_days
  AND i.approved_on IS NOT NULL

-- @remedies
SELECT m.item_no, sum(m.amount) AS remedied, max(m.trace) AS trace
FROM (
  SELECT item_no, amount, payment_no AS trace
  FROM budget_payment
  UNION ALL
  SELECT ref AS item_no, amount, voucher AS trace
  FROM recovery
  WHERE register = 'budget_item'
) AS m
GROUP BY m.item_no
