/*---
code: SP-06
version: 1
title: {en: Readings of a sewage plant look made up, zh: 污水处理厂监测数据疑似造假}
domain: sewage
seed: [A11]
topics: [tamper_signs]
question:
  en: Do the readings of a month stand still for days on end, or does more come out of a plant than went in?
  zh: 当月监测数据是否连续多日不变，或出水浓度高于进水浓度？
criteria:
  - {law: 中华人民共和国水污染防治法, article: "", verified: false}
  - {law: 污染源自动监控管理要求, article: "", verified: false}
tables:
  sewage_plant: [plant_id, body_id]
  plant_daily: [plant_id, day, flow_m3, cod_in, bod_in, nh3_in, cod_out, bod_out, nh3_out]
  correction: [number, register, ref]
optional: [correction]
key: [plant_id, month]
body: body_id
term: immediate
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: readings = 0
    reason: {en: No readings in the month, zh: 当月无监测数据}
parameters:
  run_days:
    type: integer
    value: 7
    min: 3
    max: 31
    unit: day
    title: {en: Days on end with the same reading that count as a sign, zh: 数值连续不变的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Signs, not proof: a meter at the end of its range, a laboratory that reports "below the limit of detection" as one
    number, and maintenance make values stand still too. A run belongs to the month in which it begins. Days without
    flow are left out.
  zh: >-
    仅为迹象而非证据：仪表达到量程上限、低于检出限统一填报、停机维护也会导致数值不变。
    连续不变的区间计入其起始月份。无处理水量的日期不计。
---*/
-- Papers of correction stand under `plant_readings`: a month of a plant has no register of its own.
-- @population
SELECT p.plant_id, CAST(date_trunc('month', d.day) AS DATE) AS month, p.body_id,
       count(d.cod_out) + count(d.nh3_out) AS readings
FROM plant_daily AS d
JOIN sewage_plant AS p ON p.plant_id = d.plant_id
WHERE d.flow_m3 > 0
GROUP BY p.plant_id, CAST(date_trunc('month', d.day) AS DATE), p.body_id

-- @exceptions
WITH reading AS (
  SELECT plant_id, day, 'COD' AS pollutant, cod_out AS reading
  FROM plant_daily
  WHERE flow_m3 > 0 AND cod_out IS NOT NULL
  UNION ALL
  SELECT plant_id, day, 'NH3-N' AS pollutant, nh3_out AS reading
  FROM plant_daily
  WHERE flow_m3 > 0 AND nh3_out IS NOT NULL
),
islands AS (
  SELECT plant_id, day, pollutant, reading,
         row_number() OVER (PARTITION BY plant_id, pollutant ORDER BY day)
           - row_number() OVER (PARTITION BY plant_id, pollutant, reading ORDER BY day) AS island
  FROM reading
),
runs AS (
  SELECT plant_id, CAST(date_trunc('month', min(day)) AS DATE) AS month, count(*) AS days
  FROM islands
  GROUP BY plant_id, pollutant, reading, island
  HAVING count(*) >= :run_days
),
signs AS (
  SELECT plant_id, month, days AS days_alike, 0 AS days_reversed
  FROM runs
  UNION ALL
  SELECT plant_id, CAST(date_trunc('month', day) AS DATE) AS month, 0 AS days_alike, 1 AS days_reversed
  FROM plant_daily
  WHERE flow_m3 > 0 AND (cod_out > cod_in OR bod_out > bod_in OR nh3_out > nh3_in)
)
SELECT s.plant_id, s.month, p.body_id, max(s.days_alike) AS days_alike, sum(s.days_reversed) AS days_reversed
FROM signs AS s
JOIN sewage_plant AS p ON p.plant_id = s.plant_id
WHERE NOT EXISTS (
  SELECT 1 FROM correction AS c
  WHERE c.register = 'plant_readings' AND c.ref = s.plant_id || '/' || CAST(s.month AS varchar)
)
GROUP BY s.plant_id, s.month, p.body_id

-- @remedies
SELECT p.plant_id, p.month, max(c.number) AS trace
FROM correction AS c
JOIN population AS p ON c.ref = p.plant_id || '/' || CAST(p.month AS varchar)
WHERE c.register = 'plant_readings'
GROUP BY p.plant_id, p.month
