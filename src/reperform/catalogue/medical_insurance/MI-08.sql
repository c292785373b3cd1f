/*---
code: MI-08
version: 1
title: {en: Charged above the highest price, zh: 超最高限价收费}
domain: medical_insurance
seed: [A7]
topics: [price]
question:
  en: Was an item charged above the highest price for the level of the institution?
  zh: 是否超过本机构等级对应的最高限价收费？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38", version: 2021-05-01, verified: true}
tables:
  medical_fee: [setl_id, line_no, institution, item_code, charged_on, quantity, amount]
  medical_institution: [body_id, level]
  medical_price_cap: [item_code, level, cap, valid_from, valid_to]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [setl_id, line_no]
body: institution
amount: overcharged
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: level IS NULL
    reason: {en: The level of the institution is not known, zh: 机构等级未知}
guard:
  en: >-
    Only items whose price is capped at some level of institution are examined, at the price list of the day of charge.
    International departments and items that the market prices have no cap.
  zh: 仅检查设有最高限价的项目，按费用发生当日执行的价格比对。国际医疗、市场调节价项目无限价。
---*/
-- @population
WITH capped AS (
  SELECT DISTINCT item_code
  FROM medical_price_cap
)
SELECT f.setl_id, f.line_no, f.institution, h.level
FROM medical_fee AS f
JOIN capped AS c ON c.item_code = f.item_code
LEFT JOIN medical_institution AS h ON h.body_id = f.institution

-- @exceptions
WITH charged AS (
  SELECT f.setl_id, f.line_no, f.institution, f.item_code, f.quantity, f.amount, c.cap, f.charged_on
  FROM medical_fee AS f
  JOIN medical_institution AS h ON h.body_id = f.institution
  JOIN medical_price_cap AS c
    ON c.item_code = f.item_code AND c.level = h.level
    AND f.charged_on >= c.valid_from AND (c.valid_to IS NULL OR f.charged_on <= c.valid_to)
  WHERE f.amount > c.cap * f.quantity
),
returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS setl_id,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS bigint) AS line_no, amount
  FROM recovery
  WHERE register = 'medical_fee'
),
recovered AS (
  SELECT setl_id, line_no, sum(amount) AS amount
  FROM returned
  GROUP BY setl_id, line_no
)
SELECT c.setl_id, c.line_no, c.institution, c.amount - c.cap * c.quantity - coalesce(r.amount, 0) AS overcharged,
       c.item_code, c.quantity, c.amount AS charged, c.cap, c.charged_on
FROM charged AS c
LEFT JOIN recovered AS r ON r.setl_id = c.setl_id AND r.line_no = c.line_no
WHERE c.amount - c.cap * c.quantity > coalesce(r.amount, 0)

-- @remedies
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS setl_id,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS bigint) AS line_no, amount, voucher
  FROM recovery
  WHERE register = 'medical_fee'
)
SELECT setl_id, line_no, sum(amount) AS remedied, max(voucher) AS trace
FROM returned
WHERE line_no IS NOT NULL
GROUP BY setl_id, line_no
