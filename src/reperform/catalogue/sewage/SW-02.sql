/*---
code: SW-02
version: 1
title: {en: Rain-water outlet runs in dry weather, zh: 雨水排放口晴天出流}
domain: sewage
seed: [A10]
topics: [dry_weather_flow]
question:
  en: Does water run out of a rain-water outlet when it has not rained, so that sewage must be in it?
  zh: 未降雨时雨水排放口是否仍有水流出（疑似污水混入）？
criteria:
  - {law: 广东省水污染防治条例, article: "30, 31, 32", verified: true}
  - {law: 城镇排水与污水处理条例, article: "", verified: false}
tables:
  storm_outlet: [outlet_id, body_id, station_id]
  outlet_patrol: [patrol_no, outlet_id, patrolled_on, flowing]
  rainfall: [station_id, day, rain_mm]
key: [outlet_id]
body: body_id
term: staged
refer_to: water_bureau
lookback: absolute
not_testable_when:
  - condition: patrol_no IS NULL
    reason: {en: Never visited in dry weather, zh: 无晴天巡查记录}
parameters:
  dry_days:
    type: integer
    value: 2
    min: 0
    max: 14
    unit: day
    title: {en: Days without rain before a visit in dry weather, zh: 晴天巡查之前的无雨天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Only the last visit in dry weather counts: the day of the visit and the days before it are without rain at the
    gauge of the outlet, and none of them is missing. Groundwater, a spring, the tide or cooling water can run in dry
    weather; a sample of ammonia tells.
  zh: >-
    仅以最近一次晴天巡查为准：巡查当日及之前若干日对应雨量站均无降雨且记录完整。
    地下水、山泉、潮水顶托或冷却水也可能在晴天出流，应以氨氮检测核实。
---*/
-- @population
WITH reading AS (
  SELECT station_id, day,
         max(CASE WHEN rain_mm > 0 THEN day END) OVER (
           PARTITION BY station_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
         ) AS last_wet,
         date_diff('day', CAST('2000-01-01' AS DATE), day)
           - row_number() OVER (PARTITION BY station_id ORDER BY day) AS unbroken
  FROM rainfall
),
weather AS (
  SELECT station_id, day, last_wet,
         row_number() OVER (PARTITION BY station_id, unbroken ORDER BY day) AS days_read
  FROM reading
),
visit AS (
  SELECT p.outlet_id, p.patrol_no, p.patrolled_on, p.flowing,
         row_number() OVER (PARTITION BY p.outlet_id ORDER BY p.patrolled_on DESC, p.patrol_no DESC) AS place
  FROM outlet_patrol AS p
  JOIN storm_outlet AS o ON o.outlet_id = p.outlet_id
  JOIN weather AS w ON w.station_id = o.station_id AND w.day = p.patrolled_on
  WHERE w.days_read > :dry_days AND (w.last_wet IS NULL OR date_diff('day', w.last_wet, w.day) > :dry_days)
)
SELECT o.outlet_id, o.body_id, v.patrol_no, v.patrolled_on, v.flowing
FROM storm_outlet AS o
LEFT JOIN visit AS v ON v.outlet_id = o.outlet_id AND v.place = 1

-- @exceptions
SELECT outlet_id, body_id, patrol_no, patrolled_on
FROM population
WHERE flowing

-- @remedies
SELECT outlet_id, patrol_no AS trace
FROM population
WHERE NOT flowing
