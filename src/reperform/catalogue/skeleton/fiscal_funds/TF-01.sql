/*---
code: TF-01
version: 1
title: {en: Parking fines not collected, zh: 违停罚款未收缴}
domain: fiscal_funds
question: {en: "Was a fine left uncollected?", zh: 罚款是否未收缴？}
criteria:
  - {law: 由审计人员填写, verified: false}
tables: {parking_fine: [fine_no, unit, fined_on, amount, paid, receipt]}
key: [fine_no]
body: unit
amount: uncollected
money: remit_treasury
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - {condition: fined_on IS NULL, reason: {en: No date, zh: 无处罚日期}}
parameters:
  days:
    {type: integer, value: 15, min: 1, max: 366, unit: day, title: {en: Days to pay, zh: 缴款期限},
     source: {en: Local rule, zh: 本地规定}, verified: false}
guard: {en: A fine under appeal is not overdue., zh: 行政复议期间的罚款不属于逾期。}
---*/
-- @population
SELECT fine_no, unit, fined_on
FROM parking_fine

-- @exceptions
SELECT fine_no, unit, amount - coalesce(paid, 0) AS uncollected, fined_on
FROM parking_fine
WHERE date_diff('day', fined_on, :as_of) > :days AND amount > coalesce(paid, 0)

-- @remedies
SELECT fine_no, paid AS remedied, receipt AS trace
FROM parking_fine
WHERE paid > 0
