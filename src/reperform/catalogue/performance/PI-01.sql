/*---
code: PI-01
version: 1
title: {en: Gap in a performance indicator, zh: 绩效指标存在差距}
domain: performance
seed: [A12]
topics: [panel]
question:
  en: Does an indicator of economy, efficiency or effectiveness fall short of its target, its peers or its last period?
  zh: 经济性、效率性、效果性指标是否明显低于目标值、同类水平或上期水平？
criteria:
  - {law: 中华人民共和国预算法, article: "32, 57", verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "20, 51（八）, 53（二）（四）, 73", verified: true}
tables:
  indicator_value: [programme_id, indicator_id, period, body_id, dimension, direction, bound, target, actual]
  correction: [number, register, ref]
optional: [correction]
key: [programme_id, indicator_id, period]
body: body_id
term: staged
refer_to: finance_bureau
lookback: relative
not_testable_when:
  - condition: reached IS NULL
    reason: {en: The value reached is not recorded, zh: 未填报实际值}
  - condition: norm IS NULL
    reason: {en: "There is no target, or there are too few peers", zh: 无目标值或同类项目过少}
parameters:
  tolerance_percent:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: percent
    title: {en: Gap that is let pass, zh: 允许差距比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  min_peers:
    type: integer
    value: 5
    min: 2
    max: 1000
    unit: programme
    title: {en: Programmes that make a group of peers, zh: 构成同类比较的最少项目数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A gap is a question, not a fault: a changed definition, a late reading, an exceptional year explain it. Peers are
    the programmes that report the same indicator for the same period; check that they are alike. The first period of
    a series has no last one and is not examined. Values are compared to three decimals.
  zh: >-
    差距只是疑点：口径调整、迟报、特殊年份均可能造成差距。同类项目指同期填报同一指标的项目，应核对是否可比。
    序列首期无上期可比，不作检查。数值保留三位小数比较。
---*/
-- @population
WITH measured AS (
  SELECT programme_id, indicator_id, period, body_id, dimension, direction, bound,
         CAST(round(target * 1000) AS bigint) AS target, CAST(round(actual * 1000) AS bigint) AS reached
  FROM indicator_value
),
peers AS (
  SELECT indicator_id, period, CAST(floor(median(reached)) AS bigint) AS middle
  FROM measured
  WHERE bound = 'peer' AND reached IS NOT NULL
  GROUP BY indicator_id, period
  HAVING count(*) >= :min_peers
),
followed AS (
  SELECT programme_id, indicator_id, period, body_id, dimension, direction, bound, target, reached,
         lag(reached) OVER (PARTITION BY programme_id, indicator_id ORDER BY period) AS previous,
         row_number() OVER (PARTITION BY programme_id, indicator_id ORDER BY period) AS place
  FROM measured
)
SELECT f.programme_id, f.indicator_id, f.period, f.body_id, f.dimension, f.direction, f.bound, f.reached,
       CASE f.bound WHEN 'target' THEN f.target WHEN 'peer' THEN p.middle ELSE f.previous END AS norm
FROM followed AS f
LEFT JOIN peers AS p ON p.indicator_id = f.indicator_id AND p.period = f.period
WHERE f.bound <> 'trend' OR f.place > 1

-- @exceptions
SELECT p.programme_id, p.indicator_id, p.period, p.body_id, p.dimension, p.bound, p.direction,
       p.norm AS norm_thousandths, p.reached AS reached_thousandths
FROM population AS p
WHERE ((p.direction = 'up' AND p.reached * 100 < p.norm * (100 - :tolerance_percent))
       OR (p.direction = 'down' AND p.reached * 100 > p.norm * (100 + :tolerance_percent)))
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'indicator_value'
      AND c.ref = p.programme_id || '/' || p.indicator_id || '/' || CAST(p.period AS varchar)
  )

-- @remedies
SELECT i.programme_id, i.indicator_id, i.period, max(c.number) AS trace
FROM correction AS c
JOIN indicator_value AS i ON c.ref = i.programme_id || '/' || i.indicator_id || '/' || CAST(i.period AS varchar)
WHERE c.register = 'indicator_value'
GROUP BY i.programme_id, i.indicator_id, i.period
