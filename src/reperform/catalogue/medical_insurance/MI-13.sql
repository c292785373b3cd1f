/*---
code: MI-13
version: 1
title: {en: Insured twice with a subsidy of the budget, zh: 重复参保并享受财政补助}
domain: medical_insurance
seed: [A7]
question:
  en: For whom did the budget subsidise residents' insurance while the person was insured as an employee?
  zh: 哪些职工医保参保人同时参加居民医保并享受财政补助？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "17", version: 2021-05-01, verified: false}
tables:
  insured_person: [person_id, scheme, agency, valid_from, valid_to, subsidy]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [person_id, valid_from]
body: agency
amount: subsidised
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: subsidy IS NULL
    reason: {en: The subsidy is not known, zh: 财政补助金额未知}
parameters:
  overlap_days:
    type: integer
    value: 90
    min: 0
    max: 366
    unit: day
    title: {en: Days that both insurances may run together, zh: 允许同时参保的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Residents pay for a year in advance: whoever takes up work in the year may be insured twice for a while, which is why
    a short overlap is left out. Only a subsidised period of residents' insurance is examined.
  zh: 居民医保按年度预缴，年中就业可能短期重复，故短期重叠不计。仅检查享受财政补助的居民医保参保期。
---*/
-- @population
SELECT person_id, valid_from, max(agency) AS agency, max(subsidy) AS subsidy
FROM insured_person
WHERE scheme = 'resident' AND valid_from <= :as_of AND (subsidy IS NULL OR subsidy > 0)
GROUP BY person_id, valid_from

-- @exceptions
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS person_id,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS date) AS valid_from, amount
  FROM recovery
  WHERE register = 'insured_person'
),
recovered AS (
  SELECT person_id, valid_from, sum(amount) AS amount
  FROM returned
  GROUP BY person_id, valid_from
),
together AS (
  SELECT r.person_id, r.valid_from, max(r.agency) AS agency, max(r.subsidy) AS subsidy,
         max(date_diff('day', greatest(r.valid_from, e.valid_from),
             least(coalesce(r.valid_to, :as_of), coalesce(e.valid_to, :as_of), :as_of)) + 1) AS days
  FROM insured_person AS r
  JOIN insured_person AS e ON e.person_id = r.person_id
  WHERE r.scheme = 'resident' AND r.subsidy > 0 AND e.scheme = 'employee'
  GROUP BY r.person_id, r.valid_from
)
SELECT t.person_id, t.valid_from, t.agency, t.subsidy - coalesce(x.amount, 0) AS subsidised, t.days
FROM together AS t
LEFT JOIN recovered AS x ON x.person_id = t.person_id AND x.valid_from = t.valid_from
WHERE t.days > :overlap_days AND t.subsidy > coalesce(x.amount, 0)

-- @remedies
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS person_id,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS date) AS valid_from, amount, voucher
  FROM recovery
  WHERE register = 'insured_person'
)
SELECT person_id, valid_from, sum(amount) AS remedied, max(voucher) AS trace
FROM returned
GROUP BY person_id, valid_from
