/*---
code: SI-01
version: 1
title: {en: Pension paid after death, zh: 死亡后继续领取养老金}
domain: social_insurance
seed: [A6]
topics: [after_death]
question:
  en: Was any pension paid for a month after the month of death?
  zh: 是否为死亡次月及以后的月份发放了养老金？
criteria:
  - {law: 社会保险经办条例, article: "25, 46", version: 2023-12-01, verified: true}
tables:
  pension_payment: [person_id, month, paying_body, scheme, amount]
  death_register: [person_id, died_on, died_flag]
  pension_refund: [person_id, month, scheme, refunded, voucher]
optional: [pension_refund]
key: [person_id, month, scheme]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: recorded_dead AND last_death IS NULL
    reason: {en: Recorded as dead without a date of death, zh: 登记为死亡但无死亡日期}
  - condition: month > first_death AND month <= last_death
    reason: {en: The registers disagree on the month of death, zh: 各部门登记的死亡月份不一致}
parameters:
  grace_months:
    type: integer
    value: 0
    min: 0
    max: 12
    unit: month
    title: {en: Months after the month of death that are left out, zh: 死亡次月起不计的月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    `month` is the month that the pension is for: arrears paid later for months before death are right. A funeral grant
    is not a pension. Months between two conflicting dates of death are not testable until the registers are cleared up.
  zh: >-
    月份指待遇所属月份：死亡之前月份的补发不属于问题。丧葬补助金不是养老金。
    各部门登记的死亡日期不一致时，其间的月份在核实之前不作判断。
---*/
-- @population
WITH death AS (
  SELECT person_id,
         CAST(date_trunc('month', min(died_on)) AS DATE) AS first_death,
         CAST(date_trunc('month', max(died_on)) AS DATE) AS last_death,
         bool_or(coalesce(died_flag, FALSE)) AS recorded_dead
  FROM death_register
  GROUP BY person_id
)
SELECT p.person_id, p.month, p.scheme, p.paying_body, d.first_death, d.last_death,
       coalesce(d.recorded_dead, FALSE) AS recorded_dead
FROM pension_payment AS p
LEFT JOIN death AS d ON d.person_id = p.person_id

-- @exceptions
WITH death AS (
  SELECT person_id, max(died_on) AS died_on
  FROM death_register
  WHERE died_on IS NOT NULL
  GROUP BY person_id
),
refund AS (
  SELECT person_id, month, scheme, sum(refunded) AS refunded
  FROM pension_refund
  GROUP BY person_id, month, scheme
)
SELECT p.person_id, p.month, p.scheme, p.paying_body,
       p.amount - coalesce(r.refunded, 0) AS overpaid,
       p.amount AS paid, d.died_on
FROM pension_payment AS p
JOIN death AS d ON d.person_id = p.person_id
LEFT JOIN refund AS r ON r.person_id = p.person_id AND r.month = p.month AND r.scheme = p.scheme
WHERE (year(p.month) - year(d.died_on)) * 12 + month(p.month) - month(d.died_on) > :grace_months
  AND p.amount > coalesce(r.refunded, 0)

-- @remedies
SELECT person_id, month, scheme, sum(refunded) AS remedied, max(voucher) AS trace
FROM pension_refund
GROUP BY person_id, month, scheme
