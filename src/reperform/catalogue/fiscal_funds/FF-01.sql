/*---
code: FF-01
version: 1
title: {en: Duplicate payment to a supplier, zh: 疑似向同一供应商重复支付}
domain: fiscal_funds
seed: [A2]
question:
  en: Was the same amount paid twice by one body to the same supplier, for the same invoice or within a few days?
  zh: 同一单位是否就同一发票或在数日之内，向同一供应商重复支付了相同金额？
criteria:
  - {law: 由审计人员填写（to be filled in by the auditor）, article: "", verified: false}
tables:
  supplier_payment: [body_id, trans_no, supplier_id, supplier_name, paid_on, amount, category, contract_no, invoice_no]
  supplier_refund: [body_id, trans_no, refunded, voucher]
optional: [supplier_refund]
key: [body_id, trans_no]
body: body_id
amount: overpaid
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: paid_on IS NULL
    reason: {en: No date of payment, zh: 无支付日期}
  - condition: supplier_id IS NULL
    reason: {en: No supplier, zh: 无供应商代码}
parameters:
  min_amount:
    type: integer
    value: 100000
    min: 1
    unit: fen
    title: {en: Smallest amount examined, zh: 检查的最小金额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  window_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days between two payments without an invoice number, zh: 无发票号的两笔支付之间的最长天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Instalments, rents, grants by quarter, several equal goods on several orders and a supplier code that stands for
    many payees go to sifting, not to a finding. A payment with an invoice number is compared only with payments that
    carry the same number, one without only with those without. A payment that came back in full counts as not paid. A
    line with a negative amount is not matched.
  zh: >-
    分期付款、租金、按季补助、多份订单的同价货物，以及代表多个收款人的公用代码，应在筛查中剔除，不直接形成问题。
    有发票号的支付只与发票号相同者比较，无发票号的只与无发票号者比较。已全额退回的支付视为未支付。负数红冲行不作匹配。
---*/
-- @population
SELECT body_id, trans_no, supplier_id, paid_on
FROM supplier_payment
WHERE amount >= :min_amount

-- @exceptions
WITH refund AS (
  SELECT body_id, trans_no, sum(refunded) AS refunded
  FROM supplier_refund
  GROUP BY body_id, trans_no
),
payment AS (
  SELECT p.body_id, p.trans_no, p.supplier_id, p.supplier_name, p.paid_on, p.amount, p.category, p.contract_no,
         p.invoice_no, coalesce(r.refunded, 0) AS refunded,
         lag(p.trans_no) OVER same AS earlier_trans_no,
         lag(p.paid_on) OVER same AS earlier_paid_on
  FROM supplier_payment AS p
  LEFT JOIN refund AS r ON r.body_id = p.body_id AND r.trans_no = p.trans_no
  WHERE p.amount >= :min_amount AND p.paid_on IS NOT NULL AND p.supplier_id IS NOT NULL
    AND p.amount > coalesce(r.refunded, 0)
  WINDOW same AS (
    PARTITION BY p.body_id, p.supplier_id, p.amount, p.invoice_no ORDER BY p.paid_on, p.trans_no
  )
)
SELECT body_id, trans_no, amount - refunded AS overpaid, amount AS paid, paid_on, supplier_id, supplier_name, category,
       contract_no, invoice_no, earlier_trans_no, date_diff('day', earlier_paid_on, paid_on) AS days_apart
FROM payment
WHERE earlier_trans_no IS NOT NULL
  AND (invoice_no IS NOT NULL OR date_diff('day', earlier_paid_on, paid_on) <= :window_days)

-- @remedies
SELECT body_id, trans_no, sum(refunded) AS remedied, max(voucher) AS trace
FROM supplier_refund
GROUP BY body_id, trans_no
