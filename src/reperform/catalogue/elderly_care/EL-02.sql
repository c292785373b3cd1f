/*---
code: EL-02
version: 1
title: {en: Longevity allowance due but unpaid, zh: 长寿保健金应发未发}
domain: elderly_care
seed: [A8]
topics: [longevity_unpaid]
question:
  en: Which residents were entitled to a longevity allowance for a month and did not receive all of it?
  zh: 哪些老人在应享受长寿保健金的月份未足额领取？
criteria:
  - {law: 广州市长寿保健金规定（文号由审计人员填写）, article: "", verified: false}
tables:
  resident: [person_id, born_on, district_body, moved_in_on, moved_out_on, died_on]
  longevity_payment: [person_id, month, amount, voucher]
facts: [longevity_allowance]
key: [person_id, month]
body: district_body
amount: unpaid
money: pay_persons
term: immediate
refer_to: civil_affairs_bureau
lookback: absolute
not_testable_when:
  - condition: born_on IS NULL
    reason: {en: No date of birth, zh: 无出生日期}
parameters:
  start_months:
    type: integer
    value: 1
    min: 0
    max: 1
    unit: month
    title: {en: Months from the month of the birthday to the first month paid, zh: 自生日当月起多少个月后开始计发}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  grace_months:
    type: integer
    value: 1
    min: 0
    max: 12
    unit: month
    title: {en: Whole months that the payment of a month may take, zh: 发放允许滞后的整月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Only months in which the person lived and was registered from the first to the last day are examined; the month of
    death, of moving in and of moving out go by local practice. A payment by any district counts. Months before the
    first month that the payments table holds are not examined.
  zh: >-
    只检查本人在世且户籍全月在本市的月份；死亡、迁入、迁出当月按当地规定办理。任何一区的发放均计入。
    发放表最早月份之前的月份不作检查。
---*/
-- @population
WITH RECURSIVE months(month) AS (
  SELECT min(month) AS month FROM longevity_payment
  UNION ALL
  SELECT CAST(month + INTERVAL 1 MONTH AS DATE) AS month FROM months
  WHERE (year(:as_of) - year(month)) * 12 + month(:as_of) - month(month) > :grace_months + 1
)
SELECT r.person_id, m.month, r.district_body, r.born_on
FROM resident AS r
CROSS JOIN months AS m
LEFT JOIN longevity_allowance AS a
  ON ((year(m.month) - year(r.born_on)) * 12 + month(m.month) - month(r.born_on) - :start_months) // 12
       BETWEEN a.age_from AND a.age_to
  AND m.month BETWEEN a.valid_from AND a.valid_to
WHERE (r.moved_in_on IS NULL OR r.moved_in_on <= m.month)
  AND (r.moved_out_on IS NULL OR r.moved_out_on >= m.month + INTERVAL 1 MONTH)
  AND (r.died_on IS NULL OR r.died_on >= m.month + INTERVAL 1 MONTH)
  AND (year(:as_of) - year(m.month)) * 12 + month(:as_of) - month(m.month) > :grace_months
  AND (r.born_on IS NULL OR a.monthly IS NOT NULL)

-- @exceptions
WITH paid AS (
  SELECT person_id, month, sum(amount) AS amount
  FROM longevity_payment
  GROUP BY person_id, month
),
due AS (
  SELECT p.person_id, p.month, p.district_body, p.born_on, a.monthly
  FROM population AS p
  JOIN longevity_allowance AS a
    ON ((year(p.month) - year(p.born_on)) * 12 + month(p.month) - month(p.born_on) - :start_months) // 12
         BETWEEN a.age_from AND a.age_to
    AND p.month BETWEEN a.valid_from AND a.valid_to
)
SELECT d.person_id, d.month, d.district_body, d.monthly - coalesce(p.amount, 0) AS unpaid,
       d.monthly AS due, coalesce(p.amount, 0) AS paid, d.born_on
FROM due AS d
LEFT JOIN paid AS p ON p.person_id = d.person_id AND p.month = d.month
WHERE d.monthly > coalesce(p.amount, 0)

-- @remedies
SELECT person_id, month, sum(amount) AS remedied, max(voucher) AS trace
FROM longevity_payment
GROUP BY person_id, month
