/*---
code: SW-03
version: 1
title: {en: Sewer contract paid ahead of progress, zh: 截污工程超进度付款}
domain: sewage
seed: [A10]
topics: [ahead_of_progress]
question:
  en: Was more paid under a contract for sewers than its advance and its certified work allow?
  zh: 截污纳管工程的累计付款是否超过预付款与已确认产值按合同比例应付之和？
criteria:
  - {law: 政府投资条例, article: "", verified: false}
  - {law: 合同约定的工程款支付条款, article: "", verified: false}
tables:
  sewage_works: [contract_no, body_id, contract_amount, prepayment_amount, payable_percent]
  sewage_works_progress: [contract_no, done_amount]
  sewage_works_payment: [contract_no, amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [contract_no]
body: body_id
amount: overpaid
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: payable_percent IS NULL
    reason: {en: The contract's share of payment is not recorded, zh: 未登记合同约定的支付比例}
parameters:
  tolerance_percent:
    type: integer
    value: 0
    min: 0
    max: 50
    unit: percent
    title: {en: Part of the contract price that is let pass, zh: 相对合同金额的容许偏差}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Work that is done and not yet certified explains a payment only when the certificate follows. Material on site, a
    price adjustment or a variation that was approved belongs into the certificates. What was paid back is deducted.
  zh: >-
    已完成未计量的工程，须补办计量确认方可解释付款。进场材料、调价和已批准的变更应计入计量单。已退回的款项予以扣除。
---*/
-- @population
SELECT contract_no, body_id, payable_percent
FROM sewage_works

-- @exceptions
WITH done AS (
  SELECT contract_no, max(done_amount) AS done
  FROM sewage_works_progress
  GROUP BY contract_no
),
paid AS (
  SELECT contract_no, sum(amount) AS paid
  FROM sewage_works_payment
  GROUP BY contract_no
),
returned AS (
  SELECT ref, sum(amount) AS returned
  FROM recovery
  WHERE register = 'sewage_works'
  GROUP BY ref
),
contract AS (
  SELECT w.contract_no, w.body_id, w.contract_amount, p.paid, coalesce(d.done, 0) AS done,
         coalesce(r.returned, 0) AS returned,
         least(w.contract_amount,
               coalesce(w.prepayment_amount, 0) + coalesce(d.done, 0) * w.payable_percent // 100) AS payable
  FROM sewage_works AS w
  JOIN paid AS p ON p.contract_no = w.contract_no
  LEFT JOIN done AS d ON d.contract_no = w.contract_no
  LEFT JOIN returned AS r ON r.ref = w.contract_no
  WHERE w.payable_percent IS NOT NULL
)
SELECT contract_no, body_id, paid - payable - returned AS overpaid, contract_amount, paid, done, payable, returned
FROM contract
WHERE paid - payable - returned > contract_amount * :tolerance_percent // 100

-- @remedies
SELECT ref AS contract_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'sewage_works'
GROUP BY ref
