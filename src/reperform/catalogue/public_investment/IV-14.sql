/*---
code: IV-14
version: 1
title: {en: Settlement far above the contract, zh: 结算价大幅超出合同价}
domain: public_investment
seed: [A13]
topics: [settlement]
question:
  en: Does the settled price exceed the contract price by more than ten per cent?
  zh: 结算价是否超出合同价百分之十以上？
criteria:
  - {law: 政府投资条例, article: "12, 23", version: 2019-04-14, verified: true}
  - {law: 建设工程价款结算暂行办法（财建〔2004〕369号）, article: "8, 14", verified: false}
tables:
  settlement: [contract_id, settled_amount, settled_on]
  contract: [contract_id, body_id, amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [contract_id]
body: body_id
amount: above_contract
money: cut_investment
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: settled_amount IS NULL
    reason: {en: Settled without an amount, zh: 已结算但无结算金额}
parameters:
  percent:
    type: integer
    value: 10
    min: 0
    max: 200
    unit: percent
    title: {en: Percent by which a settlement may exceed the contract, zh: 结算价允许超出合同价的比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Variations that were properly approved, price adjustment clauses and measured contracts without a fixed sum
    explain an excess; the amount shown is the whole excess over the contract, of which only what is not explained
    is cut. Exactly ten per cent is not singled out.
  zh: >-
    经依法批准的变更、调价条款、单价合同据实计量等可以解释超出部分；所列金额为超出合同价的全部金额，仅就不能解释的部分核减。
    恰为百分之十的不列出。
---*/
-- @population
SELECT s.contract_id, c.body_id, s.settled_amount
FROM settlement AS s
JOIN contract AS c ON c.contract_id = s.contract_id
WHERE s.settled_on IS NOT NULL

-- @exceptions
WITH back AS (
  SELECT ref, sum(amount) AS recovered
  FROM recovery
  WHERE register = 'settlement'
  GROUP BY ref
)
SELECT s.contract_id, c.body_id, CAST(s.settled_amount - c.amount - coalesce(b.recovered, 0) AS BIGINT) AS above_contract,
       c.amount AS contracted, s.settled_amount AS settled
FROM settlement AS s
JOIN contract AS c ON c.contract_id = s.contract_id
LEFT JOIN back AS b ON b.ref = s.contract_id
WHERE s.settled_on IS NOT NULL
  AND (s.settled_amount - coalesce(b.recovered, 0)) * 100 > c.amount * (100 + :percent)

-- @remedies
SELECT ref AS contract_id, CAST(sum(amount) AS BIGINT) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'settlement'
GROUP BY ref
