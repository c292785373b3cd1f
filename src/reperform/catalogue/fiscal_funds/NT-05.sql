/*---
code: NT-05
version: 1
title: {en: Non-tax revenue received without a bill, zh: 收取非税收入未开具票据}
domain: fiscal_funds
seed: [A1]
topics: [billed_paid_credited]
question:
  en: Did a unit receive non-tax revenue for which no bill is on record?
  zh: 单位收取的非税收入，是否没有对应的缴款书或财政票据？
criteria:
  - {law: 中华人民共和国预算法, article: "55, 56", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "55, 56", version: 2020-08-03, verified: true}
  - {law: 财政票据管理办法, article: "", verified: false}
tables:
  account_entry: [entry_no, body_id, booked_on, direction, fund_kind, amount, bill_no]
  correction: [number, register, ref]
optional: [correction]
key: [entry_no]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  least_amount:
    type: integer
    value: 10000
    min: 0
    max: 100000000000
    unit: fen
    title: {en: Smallest receipt examined, zh: 检查的最小收款金额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    One bill may cover several receipts. A receipt of small change, or one that was given back the same day, goes
    to sifting. A bill that was issued later and entered in the register counts with its paper.
  zh: 一张票据可对应多笔收款。零星小额及当日退回的收款应在筛查中剔除。事后补开并登记的票据，附整改文件后视为整改。
---*/
-- @population
SELECT entry_no, body_id
FROM account_entry
WHERE direction = 'in' AND fund_kind = 'nontax' AND amount >= :least_amount

-- @exceptions
SELECT entry_no, body_id, amount, booked_on
FROM account_entry
WHERE direction = 'in' AND fund_kind = 'nontax' AND amount >= :least_amount AND bill_no IS NULL

-- @remedies
SELECT ref AS entry_no, max(number) AS trace
FROM correction
WHERE register = 'account_entry'
GROUP BY ref
