/*---
code: MI-07
version: 1
title: {en: Overlapping stays, zh: 住院时间重叠}
domain: medical_insurance
seed: [A7]
topics: [overlapping_stays]
question:
  en: Was a person settled for two stays at the same time?
  zh: 同一参保人是否在同一时段有两次住院结算？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38, 40", version: 2021-05-01, verified: true}
tables:
  medical_settlement: [setl_id, person_id, institution, kind, admitted_on, discharged_on, fund_pay]
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
  - condition: discharged_on IS NULL
    reason: {en: A stay without a date of discharge, zh: 住院记录无出院日期}
parameters:
  shared_days:
    type: integer
    value: 1
    min: 0
    max: 7
    unit: day
    title: {en: Days that two stays may share, zh: 两次住院允许重叠的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A transfer shares at most its days of travel with the stay before. The stay that began later is named; which of the
    two did not happen is for the records to show. A stay that came back in full does not count as one.
  zh: 转院当日可与前一次住院重叠。列示开始较晚的一次；哪一次不实须查阅病历。基金已全额追回的住院不再计入。
---*/
-- @population
SELECT setl_id, institution, discharged_on
FROM medical_settlement
WHERE kind = 'inpatient'

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'medical_settlement'
  GROUP BY ref
),
stay AS (
  SELECT s.setl_id, s.person_id, s.institution, s.admitted_on, s.discharged_on, s.fund_pay,
         s.fund_pay - coalesce(r.amount, 0) AS involved,
         max(s.discharged_on) OVER (
           PARTITION BY s.person_id ORDER BY s.admitted_on, s.setl_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
         ) AS until
  FROM medical_settlement AS s
  LEFT JOIN recovered AS r ON r.ref = s.setl_id
  WHERE s.kind = 'inpatient' AND s.discharged_on IS NOT NULL AND s.fund_pay > coalesce(r.amount, 0)
)
SELECT setl_id, institution, involved, person_id, admitted_on, discharged_on, until AS earlier_stay_until,
       date_diff('day', admitted_on, least(until, discharged_on)) AS shared
FROM stay
WHERE until IS NOT NULL AND date_diff('day', admitted_on, least(until, discharged_on)) > :shared_days

-- @remedies
SELECT ref AS setl_id, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'medical_settlement'
GROUP BY ref
