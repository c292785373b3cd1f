/*---
code: SI-04
version: 1
title: {en: Pension drawn before its age, zh: 未达年龄提前领取养老金}
domain: social_insurance
seed: [A6]
topics: [early]
question:
  en: Was a pension drawn for months before the person had reached the age for it?
  zh: 是否在未达到领取年龄的月份发放了养老金？
criteria:
  - {law: 中华人民共和国社会保险法, article: "16, 88", verified: false}
  - {law: 全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定, article: "", version: 2024-09-13, verified: false}
tables:
  pension_roster: [person_id, scheme, region, paying_body, born_on, sex, post, ground, first_month, last_month, monthly, decision_no]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
facts: [pension_age]
key: [person_id, scheme, region]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: born_on IS NULL
    reason: {en: No date of birth, zh: 无出生日期}
  - condition: scheme <> 'resident' AND sex IS NULL
    reason: {en: "The age differs by sex, and that is not known", zh: 退休年龄因性别而异，性别不详}
  - condition: scheme <> 'resident' AND sex = 'F' AND post IS NULL
    reason: {en: "The age of women differs by kind of post, and that is not known", zh: 女职工退休年龄因岗位而异，岗位性质不详}
parameters:
  start_months:
    type: integer
    value: 1
    min: 0
    max: 1
    unit: month
    title: {en: Months from the month of that age to the first month paid, zh: 自达到年龄当月起多少个月后开始计发}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Early retirement for hazardous work or illness has rules of its own and is not examined. Whoever chose an earlier age
    in writing is measured by the earliest age that may be chosen. The age is that of the day of birth in the roster; two
    dates of birth in two registers are for the auditor to settle.
  zh: >-
    特殊工种、因病提前退休另有规定，不在检查范围。书面选择弹性提前退休的，以可选择的最低年龄为准。
    年龄以名册登记的出生日期计算，各处登记不一致的由审计人员核实。
---*/
-- @population
SELECT p.person_id, p.scheme, p.region, p.paying_body, p.born_on, p.sex, p.post, p.ground, p.first_month, p.last_month,
       p.monthly, p.decision_no,
       CASE WHEN p.scheme = 'resident' THEN 'resident'
            WHEN p.sex = 'M' THEN 'male'
            WHEN p.post = 'worker' THEN 'female_worker'
            ELSE 'female_cadre' END AS category
FROM pension_roster AS p
WHERE p.ground IS NULL OR p.ground IN ('statutory', 'elective')

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'pension_roster'
  GROUP BY ref
),
aged AS (
  SELECT p.person_id, p.scheme, p.region, p.paying_body, p.born_on, p.ground, p.first_month, p.monthly, p.decision_no,
         p.category, CASE WHEN p.ground = 'elective' THEN a.elective ELSE a.statutory END AS age_months,
         year(p.born_on) * 12 + month(p.born_on) + :start_months
           + CASE WHEN p.ground = 'elective' THEN a.elective ELSE a.statutory END AS due,
         year(p.first_month) * 12 + month(p.first_month) AS starts,
         year(coalesce(p.last_month, :as_of)) * 12 + month(coalesce(p.last_month, :as_of)) AS ends
  FROM population AS p
  JOIN pension_age AS a ON a.category = p.category AND p.born_on BETWEEN a.born_from AND a.born_to
),
early AS (
  SELECT person_id, scheme, region, paying_body, born_on, ground, first_month, monthly, decision_no, category, age_months,
         least(due, ends + 1) - starts AS months
  FROM aged
  WHERE starts < due
)
SELECT e.person_id, e.scheme, e.region, e.paying_body, e.months * e.monthly - coalesce(r.amount, 0) AS overpaid, e.months,
       e.monthly, e.born_on, e.category, e.ground, e.age_months, e.first_month, e.decision_no
FROM early AS e
LEFT JOIN recovered AS r ON r.ref = e.decision_no
WHERE e.months * e.monthly > coalesce(r.amount, 0)

-- @remedies
SELECT p.person_id, p.scheme, p.region, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN pension_roster AS p ON p.decision_no = r.ref
WHERE r.register = 'pension_roster'
GROUP BY p.person_id, p.scheme, p.region
