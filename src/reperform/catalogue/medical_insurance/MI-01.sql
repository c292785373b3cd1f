/*---
code: MI-01
version: 1
title: {en: Duplicate charge, zh: 重复收费}
domain: medical_insurance
seed: [A7]
topics: [duplicate_charge]
question:
  en: >-
    Was an item charged more often than a day or a stay allows, or together with an item that already includes it?
  zh: 是否超出每日限量或住院天数计费，或将已包含在其他项目中的内容另行收费？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38", version: 2021-05-01, verified: true}
tables:
  medical_fee: [setl_id, institution, item_code, charged_on, quantity, amount]
  medical_item: [item_code, by_day, max_per_day, included_in]
  medical_settlement: [setl_id, kind, admitted_on, discharged_on]
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
  - condition: by_day AND inpatient AND discharged_on IS NULL
    reason: {en: A stay without a date of discharge, zh: 住院记录无出院日期}
parameters:
  extra_days:
    type: integer
    value: 1
    min: 0
    max: 2
    unit: day
    title: {en: Days that may be charged beyond discharge less admission, zh: 出院日期减入院日期之外可计费的天数}
    source: {en: Places count the first day or both; the wider reading, zh: 各地有算头不算尾和头尾均算两种口径，取较宽者}
    verified: false
guard:
  en: >-
    Of several faults of one item in one stay the dearest counts. An item charged on several limbs or with a second
    operation may rightly exceed its daily limit. A stay that begins and ends on one day counts as one.
  zh: >-
    同一次住院同一项目存在多种问题的，按金额最大者计。多部位、二次手术等情形可能合理超出每日限量。
    当日入出院按一天计。
---*/
-- @population
SELECT f.setl_id, f.item_code, max(f.institution) AS institution, bool_or(i.by_day) AS by_day,
       bool_or(s.kind = 'inpatient') AS inpatient, max(s.discharged_on) AS discharged_on
FROM medical_fee AS f
JOIN medical_item AS i ON i.item_code = f.item_code
JOIN medical_settlement AS s ON s.setl_id = f.setl_id
WHERE i.max_per_day IS NOT NULL OR i.included_in IS NOT NULL OR (i.by_day AND s.kind = 'inpatient')
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
daily AS (
  SELECT f.setl_id, f.item_code, f.charged_on, max(f.institution) AS institution, sum(f.quantity) AS quantity,
         sum(f.amount) AS amount, max(i.included_in) AS included_in, max(i.max_per_day) AS max_per_day,
         bool_or(i.by_day) AS by_day
  FROM medical_fee AS f
  JOIN medical_item AS i ON i.item_code = f.item_code
  WHERE i.max_per_day IS NOT NULL OR i.included_in IS NOT NULL OR i.by_day
  GROUP BY f.setl_id, f.item_code, f.charged_on
),
including AS (
  SELECT DISTINCT d.setl_id, d.item_code, d.charged_on
  FROM daily AS d
  JOIN medical_fee AS f ON f.setl_id = d.setl_id AND f.item_code = d.included_in AND f.charged_on = d.charged_on
),
charged AS (
  SELECT d.setl_id, d.item_code, max(d.institution) AS institution, sum(d.quantity) AS quantity,
         sum(d.amount) AS amount, bool_or(d.by_day) AS by_day,
         sum(CASE WHEN d.quantity > d.max_per_day THEN d.amount * (d.quantity - d.max_per_day) // nullif(d.quantity, 0)
             ELSE 0 END) AS over_day,
         sum(CASE WHEN n.setl_id IS NOT NULL THEN d.amount ELSE 0 END) AS included
  FROM daily AS d
  LEFT JOIN including AS n
    ON n.setl_id = d.setl_id AND n.item_code = d.item_code AND n.charged_on = d.charged_on
  GROUP BY d.setl_id, d.item_code
),
judged AS (
  SELECT c.setl_id, c.item_code, c.institution, c.quantity, c.amount, c.over_day, c.included,
         date_diff('day', s.admitted_on, s.discharged_on) AS days,
         CASE WHEN c.by_day AND s.kind = 'inpatient' AND s.discharged_on IS NOT NULL
                AND c.quantity > greatest(date_diff('day', s.admitted_on, s.discharged_on) + :extra_days, 1)
              THEN c.amount
                * (c.quantity - greatest(date_diff('day', s.admitted_on, s.discharged_on) + :extra_days, 1))
                // nullif(c.quantity, 0)
              ELSE 0 END AS over_stay
  FROM charged AS c
  JOIN medical_settlement AS s ON s.setl_id = c.setl_id
)
SELECT j.setl_id, j.item_code, j.institution,
       greatest(j.over_day, j.included, j.over_stay) - coalesce(r.amount, 0) AS overcharged,
       j.quantity, j.amount AS charged, j.days, j.over_day, j.over_stay, j.included
FROM judged AS j
LEFT JOIN recovered AS r ON r.setl_id = j.setl_id AND r.item_code = j.item_code
WHERE greatest(j.over_day, j.included, j.over_stay) > coalesce(r.amount, 0)

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
