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
SELECT p.person_id, p.month, p.district_body, r.person_id IS NOT NULL AS registered, r.born_on, r.died_on,
       r.moved_out_on, p.amount, p.paid_on
FROM longevity_payment AS p
LEFT JOIN resident AS r ON r.person_id = p.person_id

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'longevity_payment'
  GROUP BY ref
),
several AS (
  SELECT person_id, month
  FROM longevity_payment
  GROUP BY person_id, month
  HAVING count(*) > 1
),
shared AS (
  SELECT p.person_id, p.month, p.district_body, p.amount, p.born_on,
         sum(p.amount) OVER (PARTITION BY p.person_id, p.month ORDER BY p.paid_on, p.district_body
                             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS upto,
         row_number() OVER (PARTITION BY p.person_id, p.month ORDER BY p.paid_on, p.district_body) AS place
  FROM population AS p
  JOIN several AS s ON s.person_id = p.person_id AND s.month = p.month
),
twice AS (
  SELECT s.person_id, s.month, s.district_body, least(s.amount, s.upto - coalesce(a.monthly, 0)) AS overpaid
  FROM shared AS s
  LEFT JOIN longevity_allowance AS a
    ON ((year(s.month) - year(s.born_on)) * 12 + month(s.month) - month(s.born_on)) // 12 BETWEEN a.age_from AND a.age_to
    AND s.month BETWEEN a.valid_from AND a.valid_to
  WHERE s.place > 1 AND s.born_on IS NOT NULL AND s.upto > coalesce(a.monthly, 0)
),
judged AS (
  SELECT p.person_id, p.month, p.district_body, p.died_on, p.moved_out_on, t.overpaid AS twice,
         CASE WHEN (year(p.month) - year(p.died_on)) * 12 + month(p.month) - month(p.died_on) > :grace_months
                OR (year(p.month) - year(p.moved_out_on)) * 12 + month(p.month) - month(p.moved_out_on) > :grace_months
              THEN p.amount ELSE coalesce(t.overpaid, 0) END AS overpaid
  FROM population AS p
  LEFT JOIN twice AS t
    ON t.person_id = p.person_id AND t.month = p.month AND t.district_body = p.district_body
)
SELECT j.person_id, j.month, j.district_body, j.overpaid - coalesce(r.amount, 0) AS overpaid, j.died_on, j.moved_out_on,
       j.twice
FROM judged AS j
LEFT JOIN recovered AS r ON r.ref = j.person_id || '/' || strftime(j.month, '%Y-%m-%d') || '/' || j.district_body
WHERE j.overpaid > coalesce(r.amount, 0)

-- @remedies
SELECT p.person_id, p.month, p.district_body, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM population AS p
JOIN recovery AS r ON r.ref = p.person_id || '/' || strftime(p.month, '%Y-%m-%d') || '/' || p.district_body
WHERE r.register = 'longevity_payment'
GROUP BY p.person_id, p.month, p.district_body
