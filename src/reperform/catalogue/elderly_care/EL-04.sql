/*---
code: EL-04
version: 1
title: {en: Longevity allowance paid after death or moving out or twice, zh: 死亡、迁出后或多区重复发放长寿保健金}
domain: elderly_care
seed: [A8]
question:
  en: >-
    Was a longevity allowance paid for a month after the month of death or of moving out, or by a second district?
  zh: 是否在死亡、迁出次月及以后继续发放长寿保健金，或由两个区重复发放？
criteria:
  - {law: 广州市长寿保健金规定（文号由审计人员填写）, article: "", verified: false}
tables:
  longevity_payment: [person_id, month, district_body, amount, paid_on]
  resident: [person_id, born_on, died_on, moved_out_on]
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
parameters:
  grace_months:
    type: integer
    value: 0
    min: 0
    max: 12
    unit: month
    title: {en: Months after the month of death or moving out that are left out, zh: 死亡或迁出次月起不计的月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    `month` is the month that the money is for: arrears paid later are right. Two districts may share a month after a
    move within the city; of what they pay together only the part above the rate counts, against the later payment. An
    allowance above the rate from one district alone is EL-03.
  zh: >-
    月份指待遇所属月份，之前月份的补发不属于问题。市内迁移时两区可分担一个月，合计超出标准的部分计入较晚的一笔。
    单个区超标准发放的见EL-03。
---*/
-- @population
SELECT p.person_id, p.month, p.district_body, r.person_id IS NOT NULL AS registered
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
gone AS (
  SELECT p.person_id, p.month, p.district_body, p.amount AS overpaid, r.died_on, r.moved_out_on
  FROM resident AS r
  JOIN longevity_payment AS p ON p.person_id = r.person_id
  WHERE (year(p.month) - year(r.died_on)) * 12 + month(p.month) - month(r.died_on) > :grace_months
     OR (year(p.month) - year(r.moved_out_on)) * 12 + month(p.month) - month(r.moved_out_on) > :grace_months
),
several AS (
  SELECT person_id, month
  FROM longevity_payment
  GROUP BY person_id, month
  HAVING count(*) > 1
),
shared AS (
  SELECT p.person_id, p.month, p.district_body, p.amount,
         sum(p.amount) OVER running AS upto, row_number() OVER running AS place
  FROM longevity_payment AS p
  JOIN several AS s ON s.person_id = p.person_id AND s.month = p.month
  WINDOW running AS (PARTITION BY p.person_id, p.month ORDER BY p.paid_on, p.district_body
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
twice AS (
  SELECT s.person_id, s.month, s.district_body, least(s.amount, s.upto - coalesce(a.monthly, 0)) AS overpaid,
         r.died_on, r.moved_out_on
  FROM shared AS s
  JOIN resident AS r ON r.person_id = s.person_id
  LEFT JOIN longevity_allowance AS a
    ON ((year(s.month) - year(r.born_on)) * 12 + month(s.month) - month(r.born_on)) // 12 BETWEEN a.age_from AND a.age_to
    AND s.month BETWEEN a.valid_from AND a.valid_to
  WHERE s.place > 1 AND r.born_on IS NOT NULL AND s.upto > coalesce(a.monthly, 0)
),
judged AS (
  SELECT person_id, month, district_body, overpaid, died_on, moved_out_on, FALSE AS by_two
  FROM gone
  UNION ALL
  SELECT t.person_id, t.month, t.district_body, t.overpaid, t.died_on, t.moved_out_on, TRUE AS by_two
  FROM twice AS t
  ANTI JOIN gone AS g
    ON g.person_id = t.person_id AND g.month = t.month AND g.district_body = t.district_body
)
SELECT j.person_id, j.month, j.district_body, j.overpaid - coalesce(r.amount, 0) AS overpaid, j.died_on, j.moved_out_on,
       j.by_two
FROM judged AS j
LEFT JOIN recovered AS r ON r.person_id = j.person_id AND r.month = j.month AND r.district_body = j.district_body
WHERE j.overpaid > coalesce(r.amount, 0)

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
