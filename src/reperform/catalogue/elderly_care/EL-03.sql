/*---
code: EL-03
version: 1
title: {en: Longevity allowance above the rate of the age, zh: 长寿保健金超标准发放}
domain: elderly_care
seed: [A8]
question:
  en: Was a longevity allowance paid above the rate for the person's age, or before the age of the first rate?
  zh: 是否高于年龄对应标准、或在未达年龄时发放了长寿保健金？
criteria:
  - {law: 广州市长寿保健金规定（文号由审计人员填写）, article: "", verified: false}
tables:
  longevity_payment: [person_id, month, district_body, amount]
  resident: [person_id, born_on]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
facts: [longevity_allowance]
key: [person_id, month, district_body]
body: district_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: civil_affairs_bureau
lookback: absolute
not_testable_when:
  - condition: NOT registered
    reason: {en: Not in the register of residents, zh: 不在户籍人口登记中}
  - condition: registered AND born_on IS NULL
    reason: {en: No date of birth, zh: 无出生日期}
parameters:
  start_months:
    type: integer
    value: 0
    min: 0
    max: 1
    unit: month
    title: {en: Months from the month of the birthday to the first month at the new rate, zh: 自生日当月起多少个月后执行新标准}
    source: {en: The reading that is best for the person, zh: 取对本人最有利的口径}
    verified: false
guard:
  en: >-
    The month of the birthday at the new rate is not counted as too early, since places differ. Arrears that are paid
    under the month of payment instead of the month that they are for look like too much. What several districts pay
    together is EL-04.
  zh: >-
    各地起算口径不同，生日当月按新标准发放的不计为提前。补发款若记入发放月而非所属月，会表现为超标准。多区重复发放见EL-04。
---*/
-- @population
SELECT p.person_id, p.month, p.district_body, r.person_id IS NOT NULL AS registered, r.born_on, p.amount
FROM longevity_payment AS p
LEFT JOIN resident AS r ON r.person_id = p.person_id

-- @exceptions
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 1) AS person_id,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 2) AS date) AS month,
         regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 3) AS district_body, amount
  FROM recovery
  WHERE register = 'longevity_payment'
),
recovered AS (
  SELECT person_id, month, district_body, sum(amount) AS amount
  FROM returned
  GROUP BY person_id, month, district_body
),
due AS (
  SELECT p.person_id, p.month, p.district_body, p.amount AS paid, p.born_on, coalesce(a.monthly, 0) AS due
  FROM population AS p
  LEFT JOIN longevity_allowance AS a
    ON ((year(p.month) - year(p.born_on)) * 12 + month(p.month) - month(p.born_on) - :start_months) // 12
         BETWEEN a.age_from AND a.age_to
    AND p.month BETWEEN a.valid_from AND a.valid_to
  WHERE p.born_on IS NOT NULL
)
SELECT d.person_id, d.month, d.district_body, d.paid - d.due - coalesce(r.amount, 0) AS overpaid, d.paid, d.due,
       d.born_on
FROM due AS d
LEFT JOIN recovered AS r ON r.person_id = d.person_id AND r.month = d.month AND r.district_body = d.district_body
WHERE d.paid > d.due AND d.paid - d.due > coalesce(r.amount, 0)

-- @remedies
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 1) AS person_id,
         TRY_CAST(regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 2) AS date) AS month,
         regexp_extract(ref, '^([^/]*)/([^/]*)/(.*)$', 3) AS district_body, amount, voucher
  FROM recovery
  WHERE register = 'longevity_payment'
)
SELECT person_id, month, district_body, sum(amount) AS remedied, max(voucher) AS trace
FROM returned
GROUP BY person_id, month, district_body
