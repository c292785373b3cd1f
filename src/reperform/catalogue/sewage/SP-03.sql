/*---
code: SP-03
version: 1
title: {en: Influent of a sewage plant too thin, zh: 污水处理厂进水浓度偏低}
domain: sewage
seed: [A11]
topics: [low_influent]
question:
  en: Was the mean BOD of what a sewage plant took in over a month too low, so that rain, river or ground water is in it?
  zh: 污水处理厂月平均进水BOD浓度是否偏低（疑似雨水、河水或地下水混入）？
criteria:
  - {law: 城镇污水处理提质增效三年行动方案（2019—2021年）, article: "", verified: true}
  - {law: 进水BOD低于100mg/L的，实施“一厂一策”系统化整治, article: "", verified: false}
tables:
  sewage_plant: [plant_id, body_id]
  plant_daily: [plant_id, day, flow_m3, bod_in]
  correction: [number, register, ref]
optional: [correction]
key: [plant_id, month]
body: body_id
term: staged
refer_to: water_bureau
lookback: absolute
not_testable_when:
  - condition: samples < :min_samples
    reason: {en: BOD was measured on too few days of the month, zh: 当月进水BOD监测次数不足}
parameters:
  least_bod:
    type: integer
    value: 100
    min: 1
    max: 500
    unit: mg/L
    title: {en: Least mean BOD of the influent, zh: 进水BOD最低月均值}
    source: {en: "Plan of action 2019-2021 for better sewage treatment; not checked", zh: 提质增效三年行动方案（2019—2021年），未逐条核实}
    verified: false
  min_samples:
    type: integer
    value: 4
    min: 1
    max: 31
    unit: day
    title: {en: Days on which BOD must have been measured in a month, zh: 当月至少应有的监测天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    The mean is weighted by the volume of the days on which BOD was measured. Months that are not over are not
    examined. Where a plan for the plant's own catchment was adopted, its paper stands in the register of corrections.
  zh: >-
    按有监测日期的水量加权平均；尚未结束的月份不检查。已制定“一厂一策”方案并实施的，以整改文书为准。
---*/
-- Papers of correction stand under `plant_influent`: a month of a plant has no register of its own.
-- @population
SELECT p.plant_id, CAST(date_trunc('month', d.day) AS DATE) AS month, p.body_id, count(d.bod_in) AS samples
FROM plant_daily AS d
JOIN sewage_plant AS p ON p.plant_id = d.plant_id
WHERE d.flow_m3 > 0 AND date_trunc('month', d.day) + INTERVAL 1 MONTH <= :as_of + 1
GROUP BY p.plant_id, CAST(date_trunc('month', d.day) AS DATE), p.body_id

-- @exceptions
WITH load AS (
  SELECT p.plant_id, CAST(date_trunc('month', d.day) AS DATE) AS month, p.body_id, count(*) AS samples,
         sum(d.flow_m3) AS flow_m3, sum(d.flow_m3 * CAST(round(d.bod_in * 1000) AS bigint)) AS bod_mg
  FROM plant_daily AS d
  JOIN sewage_plant AS p ON p.plant_id = d.plant_id
  WHERE d.flow_m3 > 0 AND d.bod_in IS NOT NULL
    AND date_trunc('month', d.day) + INTERVAL 1 MONTH <= :as_of + 1
  GROUP BY p.plant_id, CAST(date_trunc('month', d.day) AS DATE), p.body_id
)
SELECT plant_id, month, body_id, CAST(bod_mg // nullif(flow_m3 * 1000, 0) AS bigint) AS mean_bod, samples
FROM load
WHERE samples >= :min_samples AND bod_mg < flow_m3 * 1000 * :least_bod
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'plant_influent' AND c.ref = load.plant_id || '/' || CAST(load.month AS varchar)
  )

-- @remedies
SELECT p.plant_id, p.month, max(c.number) AS trace
FROM correction AS c
JOIN population AS p ON c.ref = p.plant_id || '/' || CAST(p.month AS varchar)
WHERE c.register = 'plant_influent'
GROUP BY p.plant_id, p.month
