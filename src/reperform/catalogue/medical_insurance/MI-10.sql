/*---
code: MI-10
version: 1
title: {en: Visits far more often than others, zh: 就诊频次异常}
domain: medical_insurance
seed: [A7]
question:
  en: Who visited an institution in a month far more often than the patients of institutions of that level do?
  zh: 哪些参保人单月在同一机构的就诊次数远高于同等级机构的其他患者？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "17, 40, 41", version: 2021-05-01, verified: true}
tables:
  medical_settlement: [person_id, institution, kind, admitted_on, fund_pay]
  medical_institution: [body_id, level]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [person_id, institution, month]
body: institution
amount: involved
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: relative
not_testable_when:
  - condition: level IS NULL
    reason: {en: The level of the institution is not known, zh: 机构等级未知}
parameters:
  spread:
    type: integer
    value: 3
    min: 1
    max: 20
    unit: times
    title: {en: Interquartile ranges above the upper quartile, zh: 上四分位数以上的四分位距倍数}
    source: {en: Tukey (1977) calls what lies three ranges away far out, zh: 图基（1977）将三倍四分位距以外称为极端值}
    verified: false
  floor_visits:
    type: integer
    value: 8
    min: 1
    max: 100
    unit: visit
    title: {en: Visits a month that are never too many, zh: 单月不视为异常的就诊次数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A screen, not a proof: dialysis, courses of physiotherapy and wound care need many visits. The fence is learned from
    all patients of institutions of the same level (nearest-rank quartiles), so it moves with the data; the fence of
    the first run stands in its rows. The money is what the fund paid for all visits of the month.
  zh: >-
    本程序是筛查而非定论：透析、理疗疗程、伤口换药等需多次就诊。界限由同等级机构全部患者的数据得出（最近秩四分位数），
    随数据变化；首次运行的界限见结果各行。金额为当月全部就诊的基金支付。
---*/
-- @population
WITH visited AS (
  SELECT person_id, institution, CAST(date_trunc('month', admitted_on) AS DATE) AS month
  FROM medical_settlement
  WHERE kind = 'outpatient'
)
SELECT v.person_id, v.institution, v.month, max(h.level) AS level
FROM visited AS v
LEFT JOIN medical_institution AS h ON h.body_id = v.institution
GROUP BY v.person_id, v.institution, v.month

-- @exceptions
WITH visited AS (
  SELECT person_id, institution, CAST(date_trunc('month', admitted_on) AS DATE) AS month, fund_pay
  FROM medical_settlement
  WHERE kind = 'outpatient'
),
counted AS (
  SELECT v.person_id, v.institution, v.month, h.level, count(*) AS visits, sum(v.fund_pay) AS paid
  FROM visited AS v
  JOIN medical_institution AS h ON h.body_id = v.institution
  WHERE h.level IS NOT NULL
  GROUP BY v.person_id, v.institution, v.month, h.level
),
spectrum AS (
  SELECT level, visits, count(*) AS patients
  FROM counted
  GROUP BY level, visits
),
ranked AS (
  SELECT level, visits, sum(patients) OVER upto AS upto, sum(patients) OVER (PARTITION BY level) AS patients
  FROM spectrum
  WINDOW upto AS (PARTITION BY level ORDER BY visits ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
quartile AS (
  SELECT level, min(CASE WHEN upto * 4 >= patients THEN visits END) AS lower_quartile,
         min(CASE WHEN upto * 4 >= patients * 3 THEN visits END) AS upper_quartile
  FROM ranked
  GROUP BY level
),
fence AS (
  SELECT level, lower_quartile, upper_quartile,
         greatest(upper_quartile + :spread * (upper_quartile - lower_quartile), :floor_visits) AS fence
  FROM quartile
),
returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 1) AS person_id,
         regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 2) AS institution,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 3) AS date) AS month, amount
  FROM recovery
  WHERE register = 'medical_settlement'
),
recovered AS (
  SELECT person_id, institution, month, sum(amount) AS amount
  FROM returned
  GROUP BY person_id, institution, month
)
SELECT c.person_id, c.institution, c.month, c.paid - coalesce(r.amount, 0) AS involved, c.visits, f.lower_quartile,
       f.upper_quartile, f.fence
FROM counted AS c
JOIN fence AS f ON f.level = c.level
LEFT JOIN recovered AS r ON r.person_id = c.person_id AND r.institution = c.institution AND r.month = c.month
WHERE c.visits > f.fence AND c.paid > coalesce(r.amount, 0)

-- @remedies
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 1) AS person_id,
         regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 2) AS institution,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 3) AS date) AS month, amount, voucher
  FROM recovery
  WHERE register = 'medical_settlement'
)
SELECT person_id, institution, month, sum(amount) AS remedied, max(voucher) AS trace
FROM returned
WHERE month IS NOT NULL
GROUP BY person_id, institution, month
