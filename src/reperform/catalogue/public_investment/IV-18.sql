/*---
code: IV-18
version: 1
title: {en: Paid ahead of the work, zh: 超进度支付工程款}
domain: public_investment
seed: [A13]
topics: [settlement]
question:
  en: Was more paid under a contract than the work certified or the price allowed by the review?
  zh: 累计支付工程款是否超出已计量价款应付比例或者审定结算价？
criteria:
  - {law: 建设工程价款结算暂行办法（财建〔2004〕369号）, article: "13, 14", verified: false}
  - {law: 基本建设财务规则（财政部令第81号）, article: "26", verified: false}
tables:
  project_payment: [payment_no, contract_id, amount, kind]
  contract: [contract_id, body_id, amount, progress_percent]
  progress_certificate: [contract_id, cumulative_amount]
  settlement: [contract_id, audited_amount]
optional: [progress_certificate, settlement]
key: [contract_id]
body: body_id
amount: overpaid
money: recover_loss
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: measure IS NULL
    reason: {en: Neither a certificate nor a reviewed price, zh: 既无计量证书也无审定金额}
parameters:
  percent:
    type: integer
    value: 100
    min: 1
    max: 100
    unit: percent
    title: {en: Share of certified work that may be paid where the contract says nothing, zh: 合同未约定时进度款支付比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Advances are left out until the price is reviewed; whether they were deducted is seen then. Where the contract
    says no share for progress payments, the parameter holds. What was ahead of the work and has since been earned
    leaves no trace of money; the look-back calls it unproven and the auditor decides by the certificates.
  zh: >-
    审定结算价之前不计预付款，是否扣回于结算时一并反映。合同未约定进度款比例的，按参数执行。超付后因工程推进而追上的，
    没有资金退回痕迹，回头看判为无法证实，由审计人员依据计量证书认定。
---*/
-- @population
WITH paid AS (
  SELECT contract_id, count(*) AS payments FROM project_payment GROUP BY contract_id
),
done AS (
  SELECT contract_id, max(cumulative_amount) AS certified FROM progress_certificate GROUP BY contract_id
)
SELECT c.contract_id, c.body_id, coalesce(s.audited_amount, d.certified) AS measure
FROM contract AS c
JOIN paid AS p ON p.contract_id = c.contract_id
LEFT JOIN done AS d ON d.contract_id = c.contract_id
LEFT JOIN settlement AS s ON s.contract_id = c.contract_id

-- @exceptions
WITH paid AS (
  SELECT contract_id, sum(amount) AS all_paid,
         sum(CASE WHEN coalesce(kind, 'progress') = 'advance' THEN 0 ELSE amount END) AS for_work
  FROM project_payment
  GROUP BY contract_id
),
done AS (
  SELECT contract_id, max(cumulative_amount) AS certified FROM progress_certificate GROUP BY contract_id
),
due AS (
  SELECT c.contract_id, c.body_id, c.amount, d.certified, s.audited_amount, p.all_paid,
         CASE WHEN s.audited_amount IS NULL THEN p.for_work ELSE p.all_paid END AS paid,
         coalesce(s.audited_amount, d.certified * coalesce(c.progress_percent, :percent) // 100) AS payable
  FROM contract AS c
  JOIN paid AS p ON p.contract_id = c.contract_id
  LEFT JOIN done AS d ON d.contract_id = c.contract_id
  LEFT JOIN settlement AS s ON s.contract_id = c.contract_id
)
SELECT contract_id, body_id, CAST(paid - payable AS BIGINT) AS overpaid, amount AS contracted, certified, audited_amount,
       CAST(all_paid AS BIGINT) AS paid_in_all, payable
FROM due
WHERE paid > payable

-- @remedies
SELECT contract_id, CAST(-sum(amount) AS BIGINT) AS remedied, max(payment_no) AS trace
FROM project_payment
WHERE amount < 0
GROUP BY contract_id
