/*---
code: WA-03
version: 1
title: {en: Waste received and treated do not balance, zh: 垃圾进厂量与处理量不平衡}
domain: performance
seed: [A12]
topics: [waste_flows, waste]
question:
  en: Does what a waste facility received in a month, with its stores, differ from what it treated?
  zh: 垃圾处理设施当月进厂量与库存变动，是否与处理量不符？
criteria:
  - {law: 中华人民共和国固体废物污染环境防治法, article: "", verified: false}
tables:
  waste_facility_month: [facility_id, month, body_id, opening_kg, received_kg, treated_kg, closing_kg]
  correction: [number, register, ref]
optional: [correction]
key: [facility_id, month]
body: body_id
term: immediate
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: opening_kg IS NULL OR closing_kg IS NULL
    reason: {en: The stores are not recorded, zh: 未登记库存}
parameters:
  tolerance_percent:
    type: integer
    value: 5
    min: 0
    max: 50
    unit: percent
    title: {en: Difference that is let pass, zh: 允许差异比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Waste loses water in the pit: the leachate that was pumped off belongs into the account. What was burnt is weighed
    at the feeder, what came in at the gate; the tolerance covers the two scales.
  zh: 垃圾在贮坑中失水，抽出的渗滤液应计入平衡。处理量以给料计量、进厂量以地磅计量，两者误差在容许比例之内。
---*/
-- @population
SELECT facility_id, month, body_id, opening_kg, closing_kg
FROM waste_facility_month

-- @exceptions
SELECT w.facility_id, w.month, w.body_id, w.opening_kg, w.received_kg, w.treated_kg, w.closing_kg,
       w.opening_kg + w.received_kg - w.treated_kg - w.closing_kg AS missing_kg
FROM waste_facility_month AS w
WHERE abs(w.opening_kg + w.received_kg - w.treated_kg - w.closing_kg) * 100 > w.received_kg * :tolerance_percent
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'waste_facility_month' AND c.ref = w.facility_id || '/' || CAST(w.month AS varchar)
  )

-- @remedies
SELECT w.facility_id, w.month, max(c.number) AS trace
FROM correction AS c
JOIN waste_facility_month AS w ON c.ref = w.facility_id || '/' || CAST(w.month AS varchar)
WHERE c.register = 'waste_facility_month'
GROUP BY w.facility_id, w.month
