/*---
code: IV-15
version: 1
title: {en: Settled before or above the review, zh: 未经审定先行结算或超审定金额结算}
domain: public_investment
seed: [A13]
topics: [settlement]
question:
  en: "Was a contract settled before its settlement was reviewed, or for more than the review allowed?"
  zh: 合同是否在结算审核完成之前办理结算，或者结算金额高于审定金额？
criteria:
  - {law: 政府投资条例, article: "25", version: 2019-04-14, verified: true}
  - {law: 基本建设财务规则（财政部令第81号）, article: "33—38", verified: false}
tables:
  settlement: [contract_id, claimed_amount, audited_amount, audited_on, settled_amount, settled_on]
  contract: [contract_id, body_id]
  correction: [number, register, ref]
optional: [correction]
key: [contract_id]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: audited_amount IS NOT NULL AND audited_on IS NULL
    reason: {en: Reviewed without a date, zh: 有审定金额而无审定日期}
parameters:
  smallest:
    type: integer
    value: 10000000
    min: 0
    unit: fen
    title: {en: Smallest settlement that must be reviewed, zh: 须送审的结算起点金额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Small contracts below the sum from which the place demands a review are left out. Settlement on the very day of
    the review is in order. Where law lets the parties agree that a government audit decides, that clause must stand
    in the contract.
  zh: >-
    低于当地规定送审起点金额的小额合同不检查。审定当日办理结算视为合规。以政府审计结果为结算依据的，应有合同约定。
---*/
-- @population
SELECT s.contract_id, c.body_id, s.audited_amount, s.audited_on
FROM settlement AS s
JOIN contract AS c ON c.contract_id = s.contract_id
WHERE s.settled_on IS NOT NULL

-- @exceptions
SELECT s.contract_id, c.body_id, s.claimed_amount, s.audited_amount, s.settled_amount, s.audited_on, s.settled_on,
       CASE WHEN s.audited_on IS NULL THEN 'not_reviewed' WHEN s.settled_on < s.audited_on THEN 'before_review'
            ELSE 'above_review' END AS fault
FROM settlement AS s
JOIN contract AS c ON c.contract_id = s.contract_id
WHERE s.settled_on IS NOT NULL
  AND coalesce(s.settled_amount, s.claimed_amount) >= :smallest
  AND (s.audited_on IS NULL OR s.settled_on < s.audited_on OR s.settled_amount > s.audited_amount)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'settlement' AND k.ref = s.contract_id
  )

-- @remedies
SELECT ref AS contract_id, max(number) AS trace
FROM correction
WHERE register = 'settlement'
GROUP BY ref
