/*---
code: SW-05
version: 1
title: {en: Household not connected after the planned date, zh: 逾期未接驳的排水户}
domain: sewage
seed: [A10]
topics: [unconnected]
question:
  en: Is a household still not connected to the sewer after the date that the plan gave?
  zh: 超过计划日期后，排水户是否仍未接入污水管网？
criteria:
  - {law: 广东省水污染防治条例, article: "30, 31, 32", verified: true}
  - {law: 批准的城中村截污纳管实施计划, article: "", verified: false}
tables:
  village_household: [household_id, body_id, village, planned_on, exempt, connected_on, connect_no]
key: [household_id]
body: body_id
term: staged
refer_to: water_bureau
lookback: absolute
not_testable_when:
  - condition: planned_on IS NULL
    reason: {en: No planned date, zh: 无计划接驳日期}
parameters:
  grace_days:
    type: integer
    value: 0
    min: 0
    max: 730
    unit: day
    title: {en: Days after the planned date that are let pass, zh: 计划日期之后的宽限天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A household that is exempt by a decision (the house is to be pulled down, it drains elsewhere) is not examined; see
    the decision. On the planned day itself a connection is not late.
  zh: 经批准免接驳（拟拆除、另有去向等）的排水户不检查，应核对批准文件。计划日期当日不算逾期。
---*/
-- @population
SELECT household_id, body_id, planned_on
FROM village_household
WHERE NOT coalesce(exempt, FALSE)

-- @exceptions
SELECT household_id, body_id, village, planned_on, date_diff('day', planned_on, :as_of) AS days_late
FROM village_household
WHERE NOT coalesce(exempt, FALSE) AND connected_on IS NULL
  AND date_diff('day', planned_on, :as_of) > :grace_days

-- @remedies
SELECT household_id, connect_no AS trace
FROM village_household
WHERE connected_on IS NOT NULL AND connect_no IS NOT NULL
