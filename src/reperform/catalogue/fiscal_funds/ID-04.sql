/*---
code: ID-04
version: 1
title: {en: Payment ahead of the progress of a project, zh: 超项目进度拨付资金}
domain: fiscal_funds
seed: [A2]
topics: [ahead_of_progress]
question:
  en: "Was more paid for a project than certified work, or the lawful advance, allows?"
  zh: 项目已付款是否超过已审定的工程量及合理的预付款？
criteria:
  - {law: 中华人民共和国预算法实施条例, article: "57（三）, 60", version: 2020-08-03, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "5（二）", version: 2011-01-08, verified: true}
  - {law: 建设工程价款结算暂行办法（财建〔2004〕369号）, article: "12", verified: false}
tables:
  project_progress: [progress_no, item_no, certified_on, contract_amount, certified_amount]
  budget_item: [item_no, body_id]
  budget_payment: [payment_no, item_no, amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [item_no]
body: body_id
amount: ahead
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  advance_percent:
    type: integer
    value: 30
    min: 0
    max: 100
    unit: percent
    title: {en: "Largest advance, of the contract price", zh: 预付款最高比例（占合同价）}
    source:
      en: "Interim rules on settlement of construction prices, not read in the original"
      zh: 《建设工程价款结算暂行办法》，未核对原文
    verified: false
guard:
  en: >-
    Materials delivered to the site and lawful price adjustments may be certified later. An advance counts as
    allowed until certified work exceeds it. Work that catches up ends the lead, but brings no money back.
  zh: >-
    已到场材料及合法调价可能在后期计量。在审定工程量超过预付款之前，预付款视为允许。工程进度追上只是消除超付状态，资金
    并未收回。
---*/
-- @population
SELECT i.item_no, i.body_id
FROM budget_item AS i
WHERE EXISTS (SELECT 1 FROM project_progress AS p WHERE p.item_no = i.item_no)

-- @exceptions
WITH latest AS (
  SELECT item_no, certified_on, contract_amount, certified_amount,
         row_number() OVER (PARTITION BY item_no ORDER BY certified_on DESC, progress_no DESC) AS place
  FROM project_progress
  WHERE certified_on <= :as_of
),
paid AS (
  SELECT item_no, sum(amount) AS amount
  FROM budget_payment
  GROUP BY item_no
),
back AS (
  SELECT p.item_no, sum(r.amount) AS amount
  FROM recovery AS r
  JOIN budget_payment AS p ON p.payment_no = r.ref
  WHERE r.register = 'budget_payment'
  GROUP BY p.item_no
),
state AS (
  SELECT l.item_no, l.certified_on, l.certified_amount,
         greatest(l.certified_amount, l.contract_amount * :advance_percent // 100) AS allowed,
         coalesce(p.amount, 0) - coalesce(b.amount, 0) AS paid
  FROM latest AS l
  LEFT JOIN paid AS p ON p.item_no = l.item_no
  LEFT JOIN back AS b ON b.item_no = l.item_no
  WHERE l.place = 1
)
SELECT i.item_no, i.body_id, s.paid - s.allowed AS ahead, s.paid, s.certified_amount, s.certified_on
FROM state AS s
JOIN budget_item AS i ON i.item_no = s.item_no
WHERE s.paid > s.allowed

-- @remedies
SELECT p.item_no, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN budget_payment AS p ON p.payment_no = r.ref
WHERE r.register = 'budget_payment'
GROUP BY p.item_no
