/*---
code: SP-01
version: 1
title: {en: Effluent of a sewage plant over the limits, zh: 污水处理厂出水超标}
domain: sewage
seed: [A11]
topics: [limits]
question:
  en: Was a daily mean of what a sewage plant discharged over the limit of its standard?
  zh: 污水处理厂出水日均值是否超过其执行标准的限值？
criteria:
  - {law: GB 18918-2002 城镇污水处理厂污染物排放标准, article: 表1, verified: true}
  - {law: 城镇排水与污水处理条例, article: "", verified: false}
tables:
  sewage_plant: [plant_id, body_id, standard]
  plant_daily: [plant_id, day, flow_m3, water_temp, cod_out, bod_out, ss_out, tn_out, nh3_out, tp_out]
  correction: [number, register, ref]
optional: [correction]
facts: [effluent_limit]
key: [plant_id, day]
body: body_id
term: continuous
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: NOT measured
    reason: {en: Nothing was measured that day, zh: 当日无出水监测数据}
  - condition: standard IS NULL
    reason: {en: The plant's standard is not recorded, zh: 未登记执行标准}
parameters:
  cold_degrees:
    type: integer
    value: 12
    min: 0
    max: 20
    unit: degree Celsius
    title: {en: Water temperature up to which the limit of cold water holds, zh: 适用低水温氨氮限值的最高水温}
    source: {en: "GB 18918-2002, note to table 1; not checked", zh: GB 18918-2002 表1注，未核实}
    verified: false
guard:
  en: >-
    A value that stands exactly on its limit keeps it. A day without flow is not examined. A stop that was reported and
    approved, or an influent shock that the plant reported at once, is for the sifting. A day that has a paper of
    correction (penalty carried out, cause removed) is left out.
  zh: >-
    恰好等于限值的为达标。无处理水量的日期不检查。经批准的停运检修、已及时报告的进水冲击应在筛查中剔除。
    已有整改文书（处罚执行、原因消除）的日期不再列出。
---*/
-- @population
SELECT d.plant_id, d.day, p.body_id, p.standard,
       coalesce(d.cod_out, d.bod_out, d.ss_out, d.tn_out, d.nh3_out, d.tp_out) IS NOT NULL AS measured
FROM plant_daily AS d
JOIN sewage_plant AS p ON p.plant_id = d.plant_id
WHERE d.flow_m3 > 0

-- @exceptions
WITH judged AS (
  SELECT d.plant_id, d.day, p.body_id, p.standard, d.flow_m3,
         CASE WHEN d.cod_out * 1000 > l.cod THEN ' COD' ELSE '' END
           || CASE WHEN d.bod_out * 1000 > l.bod THEN ' BOD' ELSE '' END
           || CASE WHEN d.ss_out * 1000 > l.ss THEN ' SS' ELSE '' END
           || CASE WHEN d.tn_out * 1000 > l.tn THEN ' TN' ELSE '' END
           || CASE WHEN d.nh3_out * 1000 > CASE WHEN d.water_temp <= :cold_degrees THEN l.nh3_cold ELSE l.nh3 END
                   THEN ' NH3-N' ELSE '' END
           || CASE WHEN d.tp_out * 1000 > l.tp THEN ' TP' ELSE '' END AS pollutants
  FROM plant_daily AS d
  JOIN sewage_plant AS p ON p.plant_id = d.plant_id
  JOIN effluent_limit AS l ON l.standard = p.standard AND d.day BETWEEN l.valid_from AND l.valid_to
  WHERE d.flow_m3 > 0
)
SELECT plant_id, day, body_id, standard, trim(pollutants) AS pollutants, flow_m3
FROM judged
WHERE pollutants <> ''
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'plant_daily' AND c.ref = judged.plant_id || '/' || CAST(judged.day AS varchar)
  )

-- @remedies
SELECT d.plant_id, d.day, max(c.number) AS trace
FROM correction AS c
JOIN plant_daily AS d ON c.ref = d.plant_id || '/' || CAST(d.day AS varchar)
WHERE c.register = 'plant_daily'
GROUP BY d.plant_id, d.day
