/*---
code: SW-01
version: 1
title: {en: Sewer built but not connected, zh: 污水管网建而未接}
domain: sewage
seed: [A10]
topics: [unconnected]
question:
  en: Is a finished section of sewer still not connected to the network?
  zh: 已完工的污水管段是否长期未接入下游管网？
criteria:
  - {law: 广东省水污染防治条例, article: "30, 31, 32", verified: true}
  - {law: 城镇排水与污水处理条例, article: "", verified: false}
tables:
  sewer_section: [section_id, body_id, village, length_m, completed_on, connected_on, connect_no]
key: [section_id]
body: body_id
term: staged
refer_to: water_bureau
lookback: absolute
not_testable_when:
  - condition: connected_on < completed_on
    reason: {en: Connected before it was completed, zh: 接驳日期早于完工日期}
parameters:
  grace_days:
    type: integer
    value: 180
    min: 0
    max: 1825
    unit: day
    title: {en: Days from completion to connection, zh: 完工后允许的接驳天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A section waits lawfully where its downstream sewer is under construction by an approved plan; ask for the plan.
    Sections that were laid as spare lines or handed over for another use go to sifting.
  zh: 下游管段按批准计划仍在施工的，可能属合理等待，应索取计划核对。备用管线或已移交他用的管段应在筛查中剔除。
---*/
-- @population
SELECT section_id, body_id, completed_on, connected_on
FROM sewer_section
WHERE completed_on IS NOT NULL

-- @exceptions
SELECT section_id, body_id, village, length_m, completed_on, date_diff('day', completed_on, :as_of) AS days_idle
FROM sewer_section
WHERE connected_on IS NULL
  AND date_diff('day', completed_on, :as_of) > :grace_days

-- @remedies
SELECT section_id, connect_no AS trace
FROM sewer_section
WHERE connected_on IS NOT NULL AND connect_no IS NOT NULL
