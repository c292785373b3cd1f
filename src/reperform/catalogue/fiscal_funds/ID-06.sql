/*---
code: ID-06
version: 1
title: {en: Government fund carried over beyond thirty percent, zh: 政府性基金结转超过当年收入30%}
domain: fiscal_funds
seed: [A2]
topics: [carry_over]
question:
  en: Did a government fund carry over more than 30 percent of its revenue of the year without transferring the excess?
  zh: 单项政府性基金结转规模是否超过该项基金当年收入的30%而未调出统筹？
criteria:
  - {law: 中华人民共和国预算法, article: "42", version: 2018-12-29, verified: true}
  - {law: 财政部关于推进地方盘活财政存量资金有关事项的通知（财预〔2015〕15号）, article: "", verified: false}
tables:
  government_fund: [line_no, body_id, fund_name, year, revenue_amount, carried_amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [line_no]
body: body_id
amount: excess
money: revitalise
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: revenue_amount IS NULL
    reason: {en: No revenue stated, zh: 未填当年收入}
parameters:
  most_percent:
    type: integer
    value: 30
    min: 0
    max: 100
    unit: percent
    title: {en: "Largest carry-over, of the revenue", zh: 结转占当年收入最高比例}
    source:
      en: "Circular on putting idle fiscal money to use (Caiyu 2015 No. 15), not read in the original"
      zh: 《关于推进地方盘活财政存量资金有关事项的通知》（财预〔2015〕15号），未核对原文
    verified: false
guard:
  en: >-
    Bonds for special purposes and their money stand in another table. Exactly thirty percent may stay. What was
    transferred to the general public budget counts once its voucher is in the register of recoveries.
  zh: 专项债券资金另行管理，不在本表。恰为30%的可以结转。调入一般公共预算的金额以收回登记簿凭证为准。
---*/
-- @population
SELECT line_no, body_id, revenue_amount
FROM government_fund
WHERE year < year(:as_of)

-- @exceptions
WITH back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'government_fund'
  GROUP BY ref
),
line AS (
  SELECT line_no, body_id, fund_name, year, revenue_amount, carried_amount,
         carried_amount - revenue_amount * :most_percent // 100 AS above
  FROM government_fund
  WHERE year < year(:as_of)
)
SELECT l.line_no, l.body_id, l.above - coalesce(b.amount, 0) AS excess, l.fund_name, l.year, l.revenue_amount,
       l.carried_amount
FROM line AS l
LEFT JOIN back AS b ON b.ref = l.line_no
WHERE l.above > coalesce(b.amount, 0)

-- @remedies
SELECT ref AS line_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'government_fund'
GROUP BY ref
