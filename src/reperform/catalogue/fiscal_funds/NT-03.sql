/*---
code: NT-03
version: 1
title: {en: "Non-tax revenue held back in a unit's account", zh: 非税收入滞留单位账户}
domain: fiscal_funds
seed: [A1]
topics: [retained]
question:
  en: Was non-tax revenue that a unit received not passed on in full within the allowed days?
  zh: 单位收取的非税收入，是否超过规定天数仍未足额上缴？
criteria:
  - {law: 中华人民共和国预算法, article: "55, 56, 93（三）", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "55, 56", version: 2020-08-03, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "4（二）", version: 2011-01-08, verified: true}
tables:
  account_entry: [entry_no, body_id, booked_on, direction, fund_kind, counterparty_kind, amount, settles_no, approval_no]
key: [entry_no]
body: body_id
amount: held
money: remit_treasury
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: booked_on IS NULL
    reason: {en: No date of receipt, zh: 无收款日期}
parameters:
  hold_days:
    type: integer
    value: 14
    min: 0
    max: 366
    unit: day
    title: {en: Days that a receipt may stay, zh: 允许停留天数}
    source:
      en: "Local practice of 10 working days, taken as 14 calendar days; the law says 'in time and in full'"
      zh: 地方惯例10个工作日，折为14个自然日；法律规定为“及时、足额”
    verified: false
guard:
  en: >-
    A receipt that was passed on late but in full is no exception here. An approved refund to the payer counts as
    passed on. An outgoing entry that does not name its receipt can't be matched: ask for the batch list.
  zh: >-
    逾期但已足额上缴的不属于本程序的问题。经批准的退付视同已上缴。未注明对应收款的上缴流水无法匹配，应索取批次清单核对。
---*/
-- @population
SELECT entry_no, body_id, booked_on
FROM account_entry
WHERE direction = 'in' AND fund_kind = 'nontax'

-- @exceptions
WITH passed AS (
  SELECT settles_no, sum(amount) AS amount
  FROM account_entry
  WHERE direction = 'out' AND settles_no IS NOT NULL
    AND (counterparty_kind IN ('treasury', 'fiscal_account')
         OR (counterparty_kind = 'payer' AND approval_no IS NOT NULL))
  GROUP BY settles_no
)
SELECT e.entry_no, e.body_id, e.amount - coalesce(p.amount, 0) AS held, e.amount AS received, e.booked_on,
       date_diff('day', e.booked_on, :as_of) AS days_held
FROM account_entry AS e
LEFT JOIN passed AS p ON p.settles_no = e.entry_no
WHERE e.direction = 'in' AND e.fund_kind = 'nontax'
  AND e.amount > coalesce(p.amount, 0)
  AND date_diff('day', e.booked_on, :as_of) > :hold_days

-- @remedies
SELECT settles_no AS entry_no, sum(amount) AS remedied, max(entry_no) AS trace
FROM account_entry
WHERE direction = 'out' AND settles_no IS NOT NULL
  AND (counterparty_kind IN ('treasury', 'fiscal_account')
       OR (counterparty_kind = 'payer' AND approval_no IS NOT NULL))
GROUP BY settles_no
