/*---
code: IV-07
version: 1
title: {en: Bonds above their ceilings, zh: 超标准收取保证金}
domain: public_investment
seed: [A13]
topics: [time_limits]
question:
  en: "Was a bid bond, a performance bond or a retention taken above the ceiling of the rules and not given back?"
  zh: 投标保证金、履约保证金或者质量保证金是否超出规定上限收取且未退还？
criteria:
  - {law: 中华人民共和国招标投标法实施条例, article: "26, 58", version: 2019-03-02, verified: true}
  - {law: 建设工程质量保证金管理办法（建质〔2017〕138号）, article: "7", verified: false}
tables:
  bond: [bond_no, kind, body_id, tender_id, contract_id, amount, returned, voucher]
  tender: [tender_id, value_amount]
  contract: [contract_id, amount]
  settlement: [contract_id, audited_amount, settled_amount]
optional: [tender, contract, settlement]
key: [bond_no]
body: body_id
amount: over_ceiling
money: return_to_channel
term: immediate
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: base IS NULL
    reason: {en: Nothing to measure the bond by, zh: 无估算价或者合同价可供衡量}
parameters:
  bid_percent:
    type: integer
    value: 2
    min: 0
    max: 10
    unit: percent
    title: {en: "Ceiling of a bid bond, of the contract estimate", zh: 投标保证金占估算价的上限}
    source: {en: "Implementing Regulations of the Tender Law, art. 26", zh: 《招标投标法实施条例》第二十六条}
    verified: true
  performance_percent:
    type: integer
    value: 10
    min: 0
    max: 50
    unit: percent
    title: {en: "Ceiling of a performance bond, of the contract", zh: 履约保证金占合同价的上限}
    source: {en: "Implementing Regulations of the Tender Law, art. 58", zh: 《招标投标法实施条例》第五十八条}
    verified: true
  quality_percent:
    type: integer
    value: 3
    min: 0
    max: 10
    unit: percent
    title: {en: "Ceiling of a retention, of the settled price", zh: 质量保证金占结算价的上限}
    source: {en: "Measures on Quality Retention in Construction (2017), art. 7; the text was not read", zh: 《建设工程质量保证金管理办法》（2017）第七条，未核对原文}
    verified: false
guard:
  en: >-
    A bank guarantee is no money taken, but its amount is bound by the same ceiling. A bond for wages is not
    measured. Goods and services under other rules may have other ceilings. The retention is measured by the settled
    price, before settlement by the contract.
  zh: >-
    银行保函虽非现金，其金额适用同一上限。农民工工资保证金不在本程序范围。适用其他规定的货物、服务，上限可能不同。质量保证金以结算价为基数，
    未结算的以合同价为基数。
---*/
-- @population
SELECT b.bond_no, b.body_id,
       CASE WHEN b.kind = 'bid' THEN t.value_amount
            WHEN b.kind = 'quality' THEN coalesce(s.audited_amount, s.settled_amount, c.amount) ELSE c.amount END AS base
FROM bond AS b
LEFT JOIN tender AS t ON t.tender_id = b.tender_id
LEFT JOIN contract AS c ON c.contract_id = b.contract_id
LEFT JOIN settlement AS s ON s.contract_id = b.contract_id
WHERE b.kind IN ('bid', 'performance', 'quality')

-- @exceptions
WITH measured AS (
  SELECT b.bond_no, b.body_id, b.kind, b.tender_id, b.contract_id, b.amount, coalesce(b.returned, 0) AS returned,
         CASE WHEN b.kind = 'bid' THEN t.value_amount * :bid_percent
              WHEN b.kind = 'quality' THEN coalesce(s.audited_amount, s.settled_amount, c.amount) * :quality_percent
              ELSE c.amount * :performance_percent END // 100 AS ceiling
  FROM bond AS b
  LEFT JOIN tender AS t ON t.tender_id = b.tender_id
  LEFT JOIN contract AS c ON c.contract_id = b.contract_id
  LEFT JOIN settlement AS s ON s.contract_id = b.contract_id
  WHERE b.kind IN ('bid', 'performance', 'quality')
)
SELECT bond_no, body_id, amount - returned - ceiling AS over_ceiling, kind, amount AS taken, returned, ceiling, tender_id, contract_id
FROM measured
WHERE amount - returned > ceiling

-- @remedies
SELECT bond_no, returned AS remedied, voucher AS trace
FROM bond
WHERE returned > 0
