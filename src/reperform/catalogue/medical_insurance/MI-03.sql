/*---
code: MI-03
version: 1
title: {en: Split stay, zh: 分解住院}
domain: medical_insurance
seed: [A7]
topics: [split_stay]
question:
  en: >-
    Was a patient discharged and admitted again to the same hospital within a few days for a related diagnosis?
  zh: 同一患者是否在出院后短期内因相关诊断再次入住同一医院？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38", version: 2021-05-01, verified: true}
tables:
  medical_settlement: [setl_id, person_id, institution, kind, admitted_on, discharged_on, diagnosis, planned, fund_pay]
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
  - condition: diagnosis IS NULL
    reason: {en: No diagnosis, zh: 无诊断编码}
parameters:
  window_days:
    type: integer
    value: 7
    min: 0
    max: 30
    unit: day
    title: {en: Longest time from discharge to admission, zh: 出院至再入院的最长间隔}
    source: {en: "Places use 3, 7 or 15 days; set your own", zh: 各地采用3天、7天或15天不等，请自行设定}
    verified: false
guard:
  en: >-
    Related means the same first three signs of the main diagnosis. Stays marked as planned readmissions (courses of
    chemotherapy, staged operations) are left out. A patient who worsened after discharge goes to sifting. A first stay
    that was settled for nothing does not count.
  zh: >-
    相关诊断指主要诊断前三位类目相同。已标注计划性再入院的（化疗疗程、分期手术等）不计。
    出院后病情加重的在筛查中核实。前一次住院基金支付为零的不计。
---*/
-- @population
SELECT setl_id, institution, diagnosis
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
  SELECT s.setl_id, s.institution, s.person_id, s.admitted_on, s.diagnosis, s.planned, s.fund_pay,
         lag(s.setl_id) OVER related AS earlier_setl_id,
         lag(s.discharged_on) OVER related AS earlier_discharged_on
  FROM medical_settlement AS s
  WHERE s.kind = 'inpatient' AND s.diagnosis IS NOT NULL AND s.fund_pay > 0
  WINDOW related AS (
    PARTITION BY s.person_id, s.institution, substr(s.diagnosis, 1, 3) ORDER BY s.admitted_on, s.setl_id
  )
)
SELECT s.setl_id, s.institution, s.fund_pay - coalesce(r.amount, 0) AS involved, s.person_id, s.diagnosis,
       s.earlier_setl_id, s.earlier_discharged_on, s.admitted_on,
       date_diff('day', s.earlier_discharged_on, s.admitted_on) AS days_apart
FROM stay AS s
LEFT JOIN recovered AS r ON r.ref = s.setl_id
WHERE date_diff('day', s.earlier_discharged_on, s.admitted_on) BETWEEN 0 AND :window_days
  AND NOT coalesce(s.planned, FALSE)
  AND s.fund_pay > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS setl_id, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'medical_settlement'
GROUP BY ref
