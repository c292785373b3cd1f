/*---
code: GW-03
version: 1
title: {en: Gas main not patrolled within its cycle, zh: 燃气管道未按周期巡线}
domain: performance
seed: [A12]
topics: [gas]
question:
  en: Is the last patrol of a gas main in use longer ago than its cycle allows?
  zh: 在用燃气管道距最近一次巡线是否超过规定周期？
criteria:
  - {law: 城镇燃气管理条例, article: "17, 35, 41, 48", verified: true}
tables:
  pipe: [pipe_id, body_id, medium, material, laid_on, retired_on, length_m]
  pipe_patrol: [patrol_no, pipe_id, patrolled_on]
key: [pipe_id]
body: body_id
term: immediate
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: in_use AND since IS NULL
    reason: {en: Never patrolled and no date of laying, zh: 无巡线记录且无敷设日期}
parameters:
  cycle_days:
    type: integer
    value: 30
    min: 1
    max: 366
    unit: day
    title: {en: Days from one patrol to the next, zh: 巡线周期}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A new main counts from the day on which it was laid. A main out of use needs no patrol. A patrol by drone or by a
    fixed sensor counts where the rules of the operator say so; it must stand in the records.
  zh: 新敷设管道自敷设之日起算。已停用管道不需巡线。按企业制度以无人机或固定传感方式巡检的，应有记录方可计入。
---*/
-- @population
WITH patrolled AS (
  SELECT pipe_id, max(patrolled_on) AS last_on
  FROM pipe_patrol
  WHERE patrolled_on <= :as_of
  GROUP BY pipe_id
)
SELECT p.pipe_id, p.body_id, p.retired_on IS NULL AS in_use, coalesce(t.last_on, p.laid_on) AS since,
       t.last_on, p.material, p.length_m
FROM pipe AS p
LEFT JOIN patrolled AS t ON t.pipe_id = p.pipe_id
WHERE p.medium = 'gas'

-- @exceptions
SELECT pipe_id, body_id, material, length_m, last_on, date_diff('day', since, :as_of) AS days_since
FROM population
WHERE in_use AND date_diff('day', since, :as_of) > :cycle_days

-- @remedies
SELECT pipe_id, max(patrol_no) AS trace
FROM pipe_patrol
WHERE patrolled_on <= :as_of AND date_diff('day', patrolled_on, :as_of) <= :cycle_days
GROUP BY pipe_id
