/*---
code: WA-01
version: 1
title: {en: Waste that left a station and was not weighed in, zh: 垃圾出站后未进厂或短少}
domain: performance
seed: [A12]
topics: [waste_flows, waste]
question:
  en: Did a lorry of waste leave a transfer station without being weighed in, or with clearly less than it loaded?
  zh: 垃圾车辆出站后是否未在处理设施过磅，或进厂重量明显少于出站重量？
criteria:
  - {law: 中华人民共和国固体废物污染环境防治法, article: "", verified: false}
tables:
  waste_trip: [trip_no, body_id, facility_id, left_on, loaded_kg, weighed_kg]
  correction: [number, register, ref]
optional: [correction]
key: [trip_no]
body: body_id
term: immediate
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: loaded_kg IS NULL OR loaded_kg = 0
    reason: {en: The load was not weighed at the station, zh: 出站未过磅}
parameters:
  days:
    type: integer
    value: 3
    min: 0
    max: 30
    unit: day
    title: {en: Days until a load must be weighed in, zh: 出站后应过磅的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  tolerance_percent:
    type: integer
    value: 5
    min: 0
    max: 50
    unit: percent
    title: {en: Loss on the way that is let pass, zh: 允许途耗比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Kitchen waste drips; two scales differ. A load that left within the last days can still be on its way. A lorry that
    broke down and was reloaded has two trips; see the log of the station.
  zh: 厨余垃圾途中沥水、两处磅秤误差在容许比例之内。取数日前数日出站的车次可能仍在途。故障换车的，应核对中转站记录。
---*/
-- @population
SELECT trip_no, body_id, loaded_kg
FROM waste_trip

-- @exceptions
SELECT t.trip_no, t.body_id, t.facility_id, t.left_on, t.loaded_kg, t.weighed_kg,
       t.loaded_kg - coalesce(t.weighed_kg, 0) AS missing_kg
FROM waste_trip AS t
WHERE t.loaded_kg > 0
  AND ((t.weighed_kg IS NULL AND date_diff('day', t.left_on, :as_of) > :days)
       OR (t.loaded_kg - t.weighed_kg) * 100 > t.loaded_kg * :tolerance_percent)
  AND NOT EXISTS (SELECT 1 FROM correction AS c WHERE c.register = 'waste_trip' AND c.ref = t.trip_no)

-- @remedies
SELECT ref AS trip_no, max(number) AS trace
FROM correction
WHERE register = 'waste_trip'
GROUP BY ref
