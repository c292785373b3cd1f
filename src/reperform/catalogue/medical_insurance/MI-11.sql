/*---
code: MI-11
version: 1
title: {en: Reimbursed twice for one invoice, zh: 同一票据重复报销}
domain: medical_insurance
seed: [A7]
topics: [duplicate_charge]
question:
  en: Was one invoice settled more than once?
  zh: 同一张收费票据是否被多次结算报销？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "17, 38, 41", version: 2021-05-01, verified: true}
tables:
  medical_settlement: [setl_id, person_id, institution, admitted_on, invoice_no, fund_pay]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [setl_id]
body: institution
amount: overpaid
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: invoice_no IS NULL
    reason: {en: No invoice number, zh: 无票据号码}
guard:
  en: >-
    Of several settlements of one invoice the first by day and number is taken as the right one. A settlement that was
    cancelled and made again, and the same number from two series of invoices at two institutions, go to sifting;
    settlements of one number at two institutions are compared for one person only.
  zh: >-
    同一票据多次结算的，以日期和编号最早者为正当。冲销后重新结算的在筛查中核实；
    不同机构的相同票号仅在同一参保人名下比对。
---*/
-- @population
SELECT setl_id, institution, invoice_no
FROM medical_settlement

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'medical_settlement'
  GROUP BY ref
),
settled AS (
  SELECT s.setl_id, s.person_id, s.institution, s.invoice_no, s.admitted_on, s.fund_pay - coalesce(r.amount, 0) AS overpaid,
         first_value(s.setl_id) OVER same AS first_setl_id
  FROM medical_settlement AS s
  LEFT JOIN recovered AS r ON r.ref = s.setl_id
  WHERE s.invoice_no IS NOT NULL AND s.fund_pay > coalesce(r.amount, 0)
  WINDOW same AS (PARTITION BY s.person_id, s.invoice_no ORDER BY s.admitted_on, s.setl_id)
)
SELECT setl_id, institution, overpaid, person_id, invoice_no, first_setl_id, admitted_on
FROM settled
WHERE first_setl_id <> setl_id

-- @remedies
SELECT ref AS setl_id, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'medical_settlement'
GROUP BY ref
