/*---
code: SI-05
version: 1
title: {en: Residents' pension due but not drawn, zh: 城乡居民养老金应发未发}
domain: social_insurance
seed: [A6]
topics: [unpaid]
question:
  en: Who has reached the age and paid long enough, and draws no pension at all?
  zh: 哪些参保居民已达到年龄和缴费年限，却未领取养老金？
criteria:
  - {law: 中华人民共和国社会保险法, article: "16, 21", verified: false}
  - {law: 社会保险经办条例, article: "25", version: 2023-12-01, verified: false}
tables:
  resident_insurance: [person_id, born_on, paid_years, monthly, left_on, body]
  pension_roster: [person_id, scheme, first_month, monthly, decision_no]
  death_register: [person_id, died_on]
key: [person_id]
body: body
amount: unpaid
money: pay_persons
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: born_on IS NULL
    reason: {en: No date of birth, zh: 无出生日期}
parameters:
  age:
    type: integer
    value: 60
    min: 55
    max: 70
    unit: year
    title: {en: Age at which the pension is due, zh: 领取年龄}
    source: {en: Residents' pension insurance, zh: 城乡居民基本养老保险制度}
    verified: false
  paid_years:
    type: integer
    value: 15
    min: 0
    max: 40
    unit: year
    title: {en: Years paid at least, zh: 最低缴费年限}
    source: {en: Residents' pension insurance, zh: 城乡居民基本养老保险制度}
    verified: false
  start_months:
    type: integer
    value: 1
    min: 0
    max: 1
    unit: month
    title: {en: Months from the month of that age to the first month paid, zh: 自达到年龄当月起多少个月后开始计发}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  grace_months:
    type: integer
    value: 1
    min: 0
    max: 12
    unit: month
    title: {en: Whole months that the decision may take, zh: 核定允许滞后的整月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Whoever draws another pension, left the scheme or died before the age is not owed one. The month of death is due. People
    who were over sixty when the scheme began may draw without fifteen years; they are not examined.
  zh: 已领取其他养老待遇、已退保或在达到年龄前死亡的不属于应发。死亡当月应发。制度实施时已满60周岁、无需缴满十五年的人员不在检查范围。
---*/
-- @population
SELECT i.person_id, i.body, i.born_on, i.monthly, i.paid_years, i.left_on,
       year(i.born_on) * 12 + month(i.born_on) + :age * 12 + :start_months AS due
FROM resident_insurance AS i
WHERE i.paid_years >= :paid_years
  AND (i.born_on IS NULL
    OR year(i.born_on) * 12 + month(i.born_on) + :age * 12 + :start_months
         <= year(:as_of) * 12 + month(:as_of) - :grace_months)

-- @exceptions
WITH death AS (
  SELECT person_id, min(year(died_on) * 12 + month(died_on)) AS died
  FROM death_register
  WHERE died_on IS NOT NULL
  GROUP BY person_id
),
owed AS (
  SELECT p.person_id, p.body, p.monthly, p.born_on, p.paid_years, p.due,
         least(coalesce(d.died, 999999), year(:as_of) * 12 + month(:as_of) - :grace_months) - p.due + 1 AS months
  FROM population AS p
  LEFT JOIN death AS d ON d.person_id = p.person_id
  WHERE p.left_on IS NULL
)
SELECT o.person_id, o.body, o.months * o.monthly AS unpaid, o.months, o.monthly, o.born_on, o.paid_years
FROM owed AS o
ANTI JOIN pension_roster AS r ON r.person_id = o.person_id
WHERE o.months > 0 AND o.monthly > 0

-- @remedies
SELECT person_id,
       sum(((year(:as_of) - year(first_month)) * 12 + month(:as_of) - month(first_month) + 1) * monthly) AS remedied,
       max(decision_no) AS trace
FROM pension_roster
WHERE scheme = 'resident' AND decision_no IS NOT NULL
GROUP BY person_id
