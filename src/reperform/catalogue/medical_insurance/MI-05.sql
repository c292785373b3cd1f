/*---
code: MI-05
version: 1
title: {en: Item charged for the wrong sex, zh: 诊疗项目与性别不符}
domain: medical_insurance
seed: [A7]
topics: [sex]
question:
  en: Was an item that only one sex can need settled for a patient of the other?
  zh: 是否为患者结算了仅适用于另一性别的诊疗项目？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38, 40", version: 2021-05-01, verified: true}
tables:
  medical_fee: [setl_id, institution, item_code, amount]
  medical_item: [item_code, limit_sex]
  medical_settlement: [setl_id, person_id, sex]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [setl_id, item_code]
body: institution
amount: overcharged
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: sex IS NULL
    reason: {en: No sex, zh: 无性别}
guard:
  en: >-
    The sex is that of the settlement. A newborn who is settled on the mother's card, a changed entry in the register
    and a mistyped sex go to sifting.
  zh: 性别取自结算记录。新生儿随母结算、户籍性别变更和性别录入差错在筛查中核实。
---*/
-- @population
SELECT f.setl_id, f.item_code, max(f.institution) AS institution, max(s.sex) AS sex
FROM medical_fee AS f
JOIN medical_item AS i ON i.item_code = f.item_code
JOIN medical_settlement AS s ON s.setl_id = f.setl_id
WHERE i.limit_sex IS NOT NULL
GROUP BY f.setl_id, f.item_code

-- @exceptions
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS setl_id,
         regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS item_code, amount
  FROM recovery
  WHERE register = 'medical_fee'
),
recovered AS (
  SELECT setl_id, item_code, sum(amount) AS amount
  FROM returned
  GROUP BY setl_id, item_code
),
charged AS (
  SELECT f.setl_id, f.item_code, max(f.institution) AS institution, sum(f.amount) AS amount, max(s.sex) AS sex,
         max(i.limit_sex) AS limit_sex, max(s.person_id) AS person_id
  FROM medical_fee AS f
  JOIN medical_item AS i ON i.item_code = f.item_code
  JOIN medical_settlement AS s ON s.setl_id = f.setl_id
  WHERE s.sex <> i.limit_sex
  GROUP BY f.setl_id, f.item_code
)
SELECT c.setl_id, c.item_code, c.institution, c.amount - coalesce(r.amount, 0) AS overcharged, c.person_id, c.sex,
       c.limit_sex
FROM charged AS c
LEFT JOIN recovered AS r ON r.setl_id = c.setl_id AND r.item_code = c.item_code
WHERE c.amount > coalesce(r.amount, 0)

-- @remedies
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS setl_id,
         regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS item_code, amount, voucher
  FROM recovery
  WHERE register = 'medical_fee'
)
SELECT setl_id, item_code, sum(amount) AS remedied, max(voucher) AS trace
FROM returned
GROUP BY setl_id, item_code
