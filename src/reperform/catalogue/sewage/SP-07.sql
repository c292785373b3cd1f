/*---
code: SP-07
version: 1
title: {en: Sludge load without a receipt or received short, zh: 污泥转运无接收回执或途中短少}
domain: sewage
seed: [A11]
topics: [sludge]
question:
  en: Did a load of sludge leave a plant without being received, or was less received than left?
  zh: 出厂污泥是否无接收回执，或接收量明显少于出厂量？
criteria:
  - {law: 城镇排水与污水处理条例, article: "30, 53", verified: true}
  - {law: 中华人民共和国水污染防治法, article: "51, 88", verified: true}
tables:
  sewage_plant: [plant_id, body_id]
  sludge_load: [weighbill, plant_id, sent_on, sent_kg, destination, received_kg]
  correction: [number, register, ref]
optional: [correction]
key: [weighbill]
body: body_id
term: immediate
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: sent_kg = 0
    reason: {en: The load was not weighed at the gate, zh: 出厂未过磅}
parameters:
  days:
    type: integer
    value: 10
    min: 0
    max: 90
    unit: day
    title: {en: Days that a receipt may take, zh: 接收回执允许的天数}
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
    A load that was sent within the last days can still be on its way. Two scales differ a little, and wet sludge loses
    water; that is what the tolerance is for. A receipt that turns up later needs a paper of correction: weights of a
    load that was received short can be altered on either side.
  zh: >-
    取数日前数日出厂的污泥可能仍在途。两处磅秤误差和途中失水在容许比例之内。
    事后补齐回执的，应凭整改文书认定：短少的联单，两端重量均可能被改动。
---*/
-- @population
SELECT s.weighbill, p.body_id, s.sent_kg
FROM sludge_load AS s
JOIN sewage_plant AS p ON p.plant_id = s.plant_id

-- @exceptions
SELECT s.weighbill, p.body_id, s.plant_id, s.sent_on, s.sent_kg, s.destination, s.received_kg,
       s.sent_kg - coalesce(s.received_kg, 0) AS missing_kg
FROM sludge_load AS s
JOIN sewage_plant AS p ON p.plant_id = s.plant_id
WHERE s.sent_kg > 0
  AND ((s.received_kg IS NULL AND date_diff('day', s.sent_on, :as_of) > :days)
       OR (s.sent_kg - s.received_kg) * 100 > s.sent_kg * :tolerance_percent)
  AND NOT EXISTS (SELECT 1 FROM correction AS c WHERE c.register = 'sludge_load' AND c.ref = s.weighbill)

-- @remedies
SELECT ref AS weighbill, max(number) AS trace
FROM correction
WHERE register = 'sludge_load'
GROUP BY ref
