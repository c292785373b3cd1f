/*---
code: NT-01
version: 1
title: {en: Non-tax revenue not paid into the treasury, zh: 非税收入未缴入国库}
domain: fiscal_funds
seed: [A1]
topics: [billed_paid_credited]
question:
  en: Was non-tax revenue that the payer has paid not credited in full to the treasury in time?
  zh: 缴款人已缴纳的非税收入是否未及时、足额缴入国库？
criteria:
  - {law: 中华人民共和国预算法, article: "55, 56", verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "55, 56, 93（二）", verified: true}
  - {law: 财政违法行为处罚处分条例, article: "4", verified: true}
tables:
  nontax_bill: [bill_no, body_id, item, amount, paid_on]
  treasury_credit: [voucher, bill_no, amount, account_kind]
facts: [fiscal_account_item]
key: [bill_no]
body: body_id
amount: missing
money: remit_treasury
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  grace_days:
    type: integer
    value: 14
    min: 0
    max: 366
    unit: day
    title: {en: Days that the credit may take, zh: 允许在途天数}
    source:
      en: Local practice of 10 working days, taken as 14 calendar days; the law says "in time and in full"
      zh: 地方惯例10个工作日，折为14个自然日；法律规定为“及时、足额”
    verified: false
guard:
  en: >-
    A bill that its payer has not yet paid is not examined. Items that by law go to a fiscal special account count as
    paid in when they are credited there; which items those are is the fact `fiscal_account_item`. A credit that came
    late but in full is no exception here. A long holiday within the last days before the data were taken can explain a
    credit that is still on its way.
  zh: >-
    缴款人尚未缴款的票据不在检查范围内。依法缴入财政专户的项目，缴入专户即视为已缴，项目范围见事实表
    `fiscal_account_item`。逾期但已足额缴库的不属于本程序的问题。取数日之前如遇长假，款项可能仍在途。
---*/
-- @population
SELECT bill_no, body_id
FROM nontax_bill
WHERE paid_on IS NOT NULL

-- @exceptions
WITH credited AS (
  SELECT c.bill_no,
         sum(CASE WHEN c.account_kind = 'treasury' THEN c.amount ELSE 0 END) AS in_treasury,
         sum(CASE WHEN c.account_kind = 'fiscal_account' THEN c.amount ELSE 0 END) AS in_fiscal_account,
         sum(CASE WHEN c.account_kind = 'unit_account' THEN c.amount ELSE 0 END) AS in_unit_account
  FROM treasury_credit AS c
  GROUP BY c.bill_no
),
bill AS (
  SELECT b.bill_no, b.body_id, b.item, b.amount, b.paid_on,
         coalesce(c.in_treasury, 0)
           + CASE WHEN f.item IS NULL THEN 0 ELSE coalesce(c.in_fiscal_account, 0) END AS paid_in,
         coalesce(c.in_fiscal_account, 0) AS in_fiscal_account,
         coalesce(c.in_unit_account, 0) AS in_unit_account
  FROM nontax_bill AS b
  LEFT JOIN credited AS c ON c.bill_no = b.bill_no
  LEFT JOIN fiscal_account_item AS f ON f.item = b.item
  WHERE b.paid_on IS NOT NULL
)
SELECT bill_no, body_id, amount - paid_in AS missing, item, amount AS billed, paid_on, in_fiscal_account, in_unit_account,
       date_diff('day', paid_on, :as_of) AS days_since_paid
FROM bill
WHERE paid_in < amount
  AND date_diff('day', paid_on, :as_of) > :grace_days

-- @remedies
SELECT c.bill_no, sum(c.amount) AS remedied, max(c.voucher) AS trace
FROM treasury_credit AS c
JOIN nontax_bill AS b ON b.bill_no = c.bill_no
LEFT JOIN fiscal_account_item AS f ON f.item = b.item
WHERE c.account_kind = 'treasury' OR (c.account_kind = 'fiscal_account' AND f.item IS NOT NULL)
GROUP BY c.bill_no
