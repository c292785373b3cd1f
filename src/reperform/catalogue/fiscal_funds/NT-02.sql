/*---
code: NT-02
version: 1
title: {en: "Non-tax revenue spent from a unit's account", zh: 从单位账户坐支非税收入}
domain: fiscal_funds
seed: [A1]
topics: [retained]
question:
  en: >-
    Did money of non-tax revenue leave a unit's account for anything but the treasury, its lawful fiscal account or
    an approved refund?
  zh: 单位账户中的非税收入，是否未上缴国库或依法设立的财政专户，而直接用于支出（坐支）？
criteria:
  - {law: 中华人民共和国预算法, article: "55, 56, 93（三）", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "56", version: 2020-08-03, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "4（三）", version: 2011-01-08, verified: true}
  - {law: 行政事业性国有资产管理条例, article: "26", version: 2021-04-01, verified: true}
tables:
  account_entry: [entry_no, body_id, booked_on, direction, fund_kind, counterparty_kind, amount, approval_no]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [entry_no]
body: body_id
amount: spent
money: remit_treasury
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: counterparty_kind IS NULL
    reason: {en: No kind of counterparty, zh: 无对方类别}
guard:
  en: >-
    A refund to the payer with an approval is lawful. A transfer between two collecting accounts of the same unit
    is entered as money passed on and goes to sifting. Money that has been put back counts as not spent.
  zh: 经批准退付缴款人的款项合法。同一单位汇缴户之间的划转应在筛查中剔除。已归还的款项不再计入坐支金额。
---*/
-- @population
SELECT entry_no, body_id, counterparty_kind
FROM account_entry
WHERE direction = 'out' AND fund_kind = 'nontax'

-- @exceptions
WITH back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'account_entry'
  GROUP BY ref
)
SELECT e.entry_no, e.body_id, e.amount - coalesce(b.amount, 0) AS spent, e.booked_on, e.counterparty_kind
FROM account_entry AS e
LEFT JOIN back AS b ON b.ref = e.entry_no
WHERE e.direction = 'out' AND e.fund_kind = 'nontax'
  AND e.counterparty_kind NOT IN ('treasury', 'fiscal_account')
  AND NOT (e.counterparty_kind = 'payer' AND e.approval_no IS NOT NULL)
  AND e.amount > coalesce(b.amount, 0)

-- @remedies
SELECT ref AS entry_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'account_entry'
GROUP BY ref
