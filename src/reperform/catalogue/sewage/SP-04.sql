/*---
code: SP-04
version: 1
title: {en: Sludge of a plant does not balance, zh: 污水处理厂污泥产销存不平衡}
domain: sewage
seed: [A11]
topics: [sludge]
question:
  en: Does the sludge that a plant produced in a month, with its stores, differ from what left it on weighbills?
  zh: 污水处理厂当月污泥产生量与库存变动，是否与联单外运量不符？
criteria:
  - {law: 城镇排水与污水处理条例, article: "30, 53", verified: true}
  - {law: 中华人民共和国水污染防治法, article: "51, 88", verified: true}
tables:
  sewage_plant: [plant_id, body_id]
  plant_sludge: [plant_id, month, opening_kg, produced_kg, closing_kg]
  sludge_load: [plant_id, sent_on, sent_kg]
  correction: [number, register, ref]
optional: [correction]
key: [plant_id, month]
body: body_id
term: immediate
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: opening_kg IS NULL OR closing_kg IS NULL
    reason: {en: The stores of sludge are not recorded, zh: 未登记污泥库存}
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
    Weights are wet weights of the same moisture; sludge that is dried before it leaves weighs less and needs its own
    account. A load of the last night that is weighed on the first of the next month is within the tolerance.
  zh: 重量均为同一含水率的湿泥重量；厂内干化后外运的，应另按干化前后折算。月末夜间外运、次月过磅的差异在容许范围内。
---*/
-- @population
SELECT s.plant_id, s.month, p.body_id, s.opening_kg, s.closing_kg
FROM plant_sludge AS s
JOIN sewage_plant AS p ON p.plant_id = s.plant_id

-- @exceptions
WITH sent AS (
  SELECT plant_id, CAST(date_trunc('month', sent_on) AS DATE) AS month, sum(sent_kg) AS sent_kg
  FROM sludge_load
  GROUP BY plant_id, CAST(date_trunc('month', sent_on) AS DATE)
),
balance AS (
  SELECT s.plant_id, s.month, p.body_id, s.opening_kg, s.produced_kg, s.closing_kg, coalesce(t.sent_kg, 0) AS sent_kg,
         CAST(s.opening_kg + s.produced_kg - s.closing_kg - coalesce(t.sent_kg, 0) AS bigint) AS missing_kg
  FROM plant_sludge AS s
  JOIN sewage_plant AS p ON p.plant_id = s.plant_id
  LEFT JOIN sent AS t ON t.plant_id = s.plant_id AND t.month = s.month
  WHERE s.opening_kg IS NOT NULL AND s.closing_kg IS NOT NULL
)
SELECT plant_id, month, body_id, missing_kg, opening_kg, produced_kg, sent_kg, closing_kg
FROM balance
WHERE abs(missing_kg) * 100 > produced_kg * :tolerance_percent
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'plant_sludge' AND c.ref = balance.plant_id || '/' || CAST(balance.month AS varchar)
  )

-- @remedies
SELECT s.plant_id, s.month, max(c.number) AS trace
FROM correction AS c
JOIN plant_sludge AS s ON c.ref = s.plant_id || '/' || CAST(s.month AS varchar)
WHERE c.register = 'plant_sludge'
GROUP BY s.plant_id, s.month
