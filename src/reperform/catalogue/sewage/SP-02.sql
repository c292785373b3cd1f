/*---
code: SP-02
version: 1
title: {en: Load of a sewage plant too low or too high, zh: 污水处理厂负荷率异常}
domain: sewage
seed: [A11]
topics: [load]
question:
  en: Did a sewage plant in a month treat less than it must after its years of service, or more than it was built for?
  zh: 污水处理厂月平均负荷率是否低于投运年限对应的要求，或超过设计能力？
criteria:
  - {law: 城市污水处理及污染防治技术政策等关于运行负荷率的要求, article: "", verified: false}
tables:
  sewage_plant: [plant_id, body_id, capacity_m3, commissioned_on]
  plant_daily: [plant_id, day, flow_m3]
  correction: [number, register, ref]
optional: [correction]
key: [plant_id, month]
body: body_id
term: staged
refer_to: water_bureau
lookback: absolute
not_testable_when:
  - condition: days < :min_days
    reason: {en: Too few days of the month are recorded, zh: 当月运行记录天数不足}
  - condition: capacity_m3 IS NULL OR commissioned_on IS NULL
    reason: {en: The capacity or the day of commissioning is not recorded, zh: 未登记设计规模或投运日期}
parameters:
  first_percent:
    type: integer
    value: 60
    min: 0
    max: 100
    unit: percent
    title: {en: Least load after one year of service, zh: 投运满一年后的最低负荷率}
    source: {en: Practice of the ministries; not checked, zh: 部门管理要求，未核实}
    verified: false
  third_percent:
    type: integer
    value: 75
    min: 0
    max: 100
    unit: percent
    title: {en: Least load after three years of service, zh: 投运满三年后的最低负荷率}
    source: {en: Practice of the ministries; not checked, zh: 部门管理要求，未核实}
    verified: false
  most_percent:
    type: integer
    value: 100
    min: 100
    max: 150
    unit: percent
    title: {en: Greatest load, zh: 最高负荷率}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  min_days:
    type: integer
    value: 20
    min: 1
    max: 31
    unit: day
    title: {en: Days that must be recorded in a month, zh: 当月至少应有的记录天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    The load is the mean of the recorded days; months that are not over on the date of the data are not examined, nor
    is the first year of service for too low a load. A plant at a standstill by approval and storm months of a combined
    sewer go to sifting.
  zh: >-
    负荷率按有记录日期的平均值计算；取数日尚未结束的月份不检查，投运第一年不检查低负荷。
    经批准停运、合流制雨季超负荷应在筛查中剔除。
---*/
-- Papers of correction stand under `plant_load`: a month of a plant has no register of its own.
-- @population
SELECT p.plant_id, CAST(date_trunc('month', d.day) AS DATE) AS month, p.body_id, p.capacity_m3, p.commissioned_on,
       count(*) AS days
FROM plant_daily AS d
JOIN sewage_plant AS p ON p.plant_id = d.plant_id
WHERE date_trunc('month', d.day) + INTERVAL 1 MONTH <= :as_of + 1
GROUP BY p.plant_id, CAST(date_trunc('month', d.day) AS DATE), p.body_id, p.capacity_m3, p.commissioned_on

-- @exceptions
WITH load AS (
  SELECT p.plant_id, CAST(date_trunc('month', d.day) AS DATE) AS month, p.body_id, p.capacity_m3, p.commissioned_on,
         count(*) AS days, sum(d.flow_m3) AS flow_m3
  FROM plant_daily AS d
  JOIN sewage_plant AS p ON p.plant_id = d.plant_id
  WHERE date_trunc('month', d.day) + INTERVAL 1 MONTH <= :as_of + 1
  GROUP BY p.plant_id, CAST(date_trunc('month', d.day) AS DATE), p.body_id, p.capacity_m3, p.commissioned_on
),
bounded AS (
  SELECT plant_id, month, body_id, days, flow_m3, capacity_m3 * days AS possible_m3,
         CASE
           WHEN (year(month) - year(commissioned_on)) * 12 + month(month) - month(commissioned_on) > 36
             THEN :third_percent
           WHEN (year(month) - year(commissioned_on)) * 12 + month(month) - month(commissioned_on) > 12
             THEN :first_percent
           ELSE 0
         END AS least_percent
  FROM load
  WHERE capacity_m3 IS NOT NULL AND commissioned_on IS NOT NULL AND days >= :min_days
)
SELECT plant_id, month, body_id, CAST(flow_m3 * 100 // nullif(possible_m3, 0) AS bigint) AS load_percent, least_percent,
       CASE WHEN flow_m3 * 100 < possible_m3 * least_percent THEN 'too_low' ELSE 'too_high' END AS direction
FROM bounded
WHERE (flow_m3 * 100 < possible_m3 * least_percent OR flow_m3 * 100 > possible_m3 * :most_percent)
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'plant_load' AND c.ref = bounded.plant_id || '/' || CAST(bounded.month AS varchar)
  )

-- @remedies
SELECT p.plant_id, p.month, max(c.number) AS trace
FROM correction AS c
JOIN population AS p ON c.ref = p.plant_id || '/' || CAST(p.month AS varchar)
WHERE c.register = 'plant_load'
GROUP BY p.plant_id, p.month
