/*---
code: MI-02
version: 1
title: {en: Charged beyond the limits of payment, zh: 超限定支付范围}
domain: medical_insurance
seed: [A7]
question:
  en: Was an item settled for a diagnosis, an age or an institution to which its payment is not open?
  zh: 是否对限定诊断、年龄或机构等级以外的情形结算了限定支付的项目？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38", version: 2021-05-01, verified: true}
tables:
  medical_fee: [setl_id, institution, item_code, amount]
  medical_item: [item_code, age_from, age_to, min_level]
  medical_item_diagnosis: [item_code, category]
  medical_settlement: [setl_id, born_on, admitted_on, diagnosis, second_diagnosis]
  medical_institution: [body_id, level]
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
  - condition: by_diagnosis AND diagnosis IS NULL AND second_diagnosis IS NULL
    reason: {en: No diagnosis, zh: 无诊断编码}
  - condition: by_age AND born_on IS NULL
    reason: {en: No date of birth, zh: 无出生日期}
guard:
  en: >-
    The main and the second diagnosis count, by their first three signs; a third diagnosis that would open the payment
    stands in the record alone. Emergencies and second-line use after failure go to sifting.
  zh: >-
    主要诊断和其他诊断按前三位类目比对；第三及以后的诊断须查阅病历。急诊抢救、二线用药等情形在筛查中核实。
---*/
-- @population
WITH limited AS (
  SELECT i.item_code, bool_or(d.category IS NOT NULL) AS by_diagnosis,
         bool_or(i.age_from IS NOT NULL OR i.age_to IS NOT NULL) AS by_age
  FROM medical_item AS i
  LEFT JOIN medical_item_diagnosis AS d ON d.item_code = i.item_code
  WHERE d.category IS NOT NULL OR i.age_from IS NOT NULL OR i.age_to IS NOT NULL OR i.min_level IS NOT NULL
  GROUP BY i.item_code
)
SELECT f.setl_id, f.item_code, max(f.institution) AS institution, bool_or(l.by_diagnosis) AS by_diagnosis,
       bool_or(l.by_age) AS by_age, max(s.diagnosis) AS diagnosis, max(s.second_diagnosis) AS second_diagnosis,
       max(s.born_on) AS born_on
FROM medical_fee AS f
JOIN limited AS l ON l.item_code = f.item_code
JOIN medical_settlement AS s ON s.setl_id = f.setl_id
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
limited AS (
  SELECT DISTINCT item_code
  FROM medical_item_diagnosis
),
charged AS (
  SELECT f.setl_id, f.item_code, max(f.institution) AS institution, sum(f.amount) AS amount
  FROM medical_fee AS f
  JOIN medical_item AS i ON i.item_code = f.item_code
  LEFT JOIN limited AS l ON l.item_code = f.item_code
  WHERE l.item_code IS NOT NULL OR i.age_from IS NOT NULL OR i.age_to IS NOT NULL OR i.min_level IS NOT NULL
  GROUP BY f.setl_id, f.item_code
),
judged AS (
  SELECT c.setl_id, c.item_code, c.institution, c.amount, s.diagnosis, s.second_diagnosis, h.level, i.min_level,
         i.age_from, i.age_to,
         (year(s.admitted_on) * 10000 + month(s.admitted_on) * 100 + day(s.admitted_on)
           - year(s.born_on) * 10000 - month(s.born_on) * 100 - day(s.born_on)) // 10000 AS age,
         l.item_code IS NOT NULL AND one.category IS NULL AND two.category IS NULL AS wrong_diagnosis
  FROM charged AS c
  JOIN medical_settlement AS s ON s.setl_id = c.setl_id
  JOIN medical_item AS i ON i.item_code = c.item_code
  LEFT JOIN limited AS l ON l.item_code = c.item_code
  LEFT JOIN medical_institution AS h ON h.body_id = c.institution
  LEFT JOIN medical_item_diagnosis AS one
    ON one.item_code = c.item_code AND one.category = substr(s.diagnosis, 1, 3)
  LEFT JOIN medical_item_diagnosis AS two
    ON two.item_code = c.item_code AND two.category = substr(s.second_diagnosis, 1, 3)
)
SELECT j.setl_id, j.item_code, j.institution, j.amount - coalesce(r.amount, 0) AS overcharged, j.wrong_diagnosis,
       j.diagnosis, j.second_diagnosis, j.age, j.level
FROM judged AS j
LEFT JOIN recovered AS r ON r.setl_id = j.setl_id AND r.item_code = j.item_code
WHERE (j.wrong_diagnosis OR j.age < j.age_from OR j.age > j.age_to OR j.level < j.min_level)
  AND j.amount > coalesce(r.amount, 0)

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
