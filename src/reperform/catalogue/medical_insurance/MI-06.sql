/*---
code: MI-06
version: 1
title: {en: Settled after death, zh: 死亡后仍有医保结算}
domain: medical_insurance
seed: [A7]
topics: [after_death]
question:
  en: Was care or a purchase settled for days after the insured person had died?
  zh: 是否为参保人死亡之后的日期结算了诊疗或购药费用？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "17, 38, 40, 41", version: 2021-05-01, verified: true}
tables:
  medical_settlement: [setl_id, person_id, institution, kind, admitted_on, discharged_on, fund_pay]
  death_register: [person_id, died_on, died_flag]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [setl_id]
body: institution
amount: involved
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: recorded_dead AND last_death IS NULL
    reason: {en: Recorded as dead without a date of death, zh: 登记为死亡但无死亡日期}
  - condition: last_day > first_death AND last_day <= last_death
    reason: {en: The registers disagree on the date of death, zh: 各部门登记的死亡日期不一致}
parameters:
  grace_days:
    type: integer
    value: 1
    min: 0
    max: 30
    unit: day
    title: {en: Days after death that are left out, zh: 死亡后不计的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    What counts is the day of care, not the day of settlement: a family may settle a stay weeks after the death. A stay
    that was closed late by the hospital's office goes to sifting.
  zh: 以诊疗或购药日期为准，而非结算日期：家属可能在死亡数周后办理结算。医院延迟办理出院的在筛查中核实。
---*/
-- @population
WITH death AS (
  SELECT person_id, min(died_on) AS first_death, max(died_on) AS last_death,
         bool_or(coalesce(died_flag, FALSE)) AS recorded_dead
  FROM death_register
  GROUP BY person_id
)
SELECT s.setl_id, s.institution, coalesce(s.discharged_on, s.admitted_on) AS last_day, d.first_death, d.last_death,
       coalesce(d.recorded_dead, FALSE) AS recorded_dead
FROM medical_settlement AS s
LEFT JOIN death AS d ON d.person_id = s.person_id

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'medical_settlement'
  GROUP BY ref
),
death AS (
  SELECT person_id, max(died_on) AS died_on
  FROM death_register
  WHERE died_on IS NOT NULL
  GROUP BY person_id
)
SELECT s.setl_id, s.institution, s.fund_pay - coalesce(r.amount, 0) AS involved, s.person_id, s.kind, s.admitted_on,
       s.discharged_on, d.died_on
FROM medical_settlement AS s
JOIN death AS d ON d.person_id = s.person_id
LEFT JOIN recovered AS r ON r.ref = s.setl_id
WHERE date_diff('day', d.died_on, coalesce(s.discharged_on, s.admitted_on)) > :grace_days
  AND s.fund_pay > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS setl_id, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'medical_settlement'
GROUP BY ref
