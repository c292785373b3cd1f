/*---
code: MI-04
version: 1
title: {en: Hanging bed, zh: 挂床住院}
domain: medical_insurance
seed: [A7]
topics: [overlapping_stays]
question:
  en: Was a stay settled in which for days nothing but the bed was charged, or during which the patient was seen elsewhere?
  zh: 是否存在连续多日仅收床位等按日费用、或住院期间另有他处就诊记录的住院结算？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "15, 38", version: 2021-05-01, verified: true}
tables:
  medical_settlement: [setl_id, person_id, institution, kind, admitted_on, discharged_on, leave_days, fund_pay]
  medical_fee: [setl_id, item_code, charged_on]
  medical_item: [item_code, by_day]
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
  idle_days:
    type: integer
    value: 5
    min: 2
    max: 60
    unit: day
    title: {en: Days in a row without care, zh: 连续无诊疗费用的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Days of approved leave are taken off. The days of admission and of discharge do not count, and a stay without any
    line of charges is not examined. A visit elsewhere counts on the days between them; an examination that another
    hospital does on order, and a drug that relatives fetch, go to sifting. Drugs for a week that are charged on one
    day look like idle days.
  zh: >-
    经批准的请假天数予以扣除。入院当日和出院当日不计，无费用明细的住院不作检查。
    他处就诊仅计入、出院日之间的日期；外送检查、家属代购药在筛查中核实。一次计收一周药费的会表现为连续无费用。
---*/
-- @population
SELECT s.setl_id, s.institution, s.discharged_on
FROM medical_settlement AS s
SEMI JOIN medical_fee AS f ON f.setl_id = s.setl_id
WHERE s.kind = 'inpatient'

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'medical_settlement'
  GROUP BY ref
),
stay AS (
  SELECT s.setl_id, s.person_id, s.institution, s.admitted_on, s.discharged_on, s.leave_days, s.fund_pay
  FROM medical_settlement AS s
  WHERE s.kind = 'inpatient' AND s.discharged_on > s.admitted_on
),
cared AS (
  SELECT s.setl_id, f.charged_on AS cared_on
  FROM stay AS s
  JOIN medical_fee AS f ON f.setl_id = s.setl_id
  JOIN medical_item AS i ON i.item_code = f.item_code
  WHERE NOT i.by_day AND f.charged_on BETWEEN s.admitted_on AND s.discharged_on
  UNION
  SELECT setl_id, admitted_on AS cared_on FROM stay
  UNION
  SELECT setl_id, discharged_on AS cared_on FROM stay
),
gap AS (
  SELECT setl_id, date_diff('day', lag(cared_on) OVER (PARTITION BY setl_id ORDER BY cared_on), cared_on) - 1 AS idle
  FROM cared
),
idle AS (
  SELECT setl_id, max(idle) AS idle
  FROM gap
  GROUP BY setl_id
),
elsewhere AS (
  SELECT s.setl_id, count(*) AS visits
  FROM stay AS s
  JOIN medical_settlement AS v
    ON v.person_id = s.person_id AND v.admitted_on > s.admitted_on AND v.admitted_on < s.discharged_on
  WHERE v.kind <> 'inpatient' AND v.institution <> s.institution
  GROUP BY s.setl_id
)
SELECT s.setl_id, s.institution, s.fund_pay - coalesce(r.amount, 0) AS involved, s.person_id, s.admitted_on,
       s.discharged_on, i.idle, coalesce(e.visits, 0) AS visits_elsewhere
FROM stay AS s
JOIN population AS p ON p.setl_id = s.setl_id
JOIN idle AS i ON i.setl_id = s.setl_id
LEFT JOIN elsewhere AS e ON e.setl_id = s.setl_id
LEFT JOIN recovered AS r ON r.ref = s.setl_id
WHERE (i.idle - coalesce(s.leave_days, 0) >= :idle_days OR e.visits > 0)
  AND s.fund_pay > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS setl_id, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'medical_settlement'
GROUP BY ref
