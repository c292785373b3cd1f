/*---
code: PI-02
version: 1
title: {en: Unit cost far over that of the peers, zh: 单位成本明显高于同类}
domain: performance
seed: [A12]
topics: [unit_cost]
question:
  en: Did a programme pay far more for a unit of its service than the middle of the programmes that deliver the same?
  zh: 项目提供单位服务的成本是否明显高于提供同类服务项目的中位水平？
criteria:
  - {law: 中华人民共和国预算法, article: "12, 32, 57", verified: false}
tables:
  programme_cost: [programme_id, period, body_id, service, outputs, cost_amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [programme_id, period]
body: body_id
amount: excess
money: reduce_grant
term: staged
refer_to: finance_bureau
lookback: relative
not_testable_when:
  - condition: outputs IS NULL OR outputs = 0
    reason: {en: No output is recorded, zh: 未登记产出数量}
  - condition: middle IS NULL
    reason: {en: There are too few peers, zh: 同类项目过少}
parameters:
  factor_percent:
    type: integer
    value: 150
    min: 100
    max: 1000
    unit: percent
    title: {en: Unit cost in percent of the middle of the peers, zh: 相对同类中位成本的比例上限}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  min_peers:
    type: integer
    value: 5
    min: 3
    max: 1000
    unit: programme
    title: {en: Programmes that make a group of peers, zh: 构成同类比较的最少项目数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    The amount is what the output would have cost less at the median of its peers. Remote sites, a first year with
    purchases, a higher standard explain a higher cost. What was given back is deducted.
  zh: >-
    金额为按同类中位单位成本计算的多支出部分。偏远地区、首年购置、更高服务标准均可能推高成本。已退回部分予以扣除。
---*/
-- @population
WITH priced AS (
  SELECT service, period, cost_amount // nullif(outputs, 0) AS unit_cost
  FROM programme_cost
  WHERE outputs > 0
),
peers AS (
  SELECT service, period, CAST(floor(median(unit_cost)) AS bigint) AS middle
  FROM priced
  GROUP BY service, period
  HAVING count(*) >= :min_peers
)
SELECT c.programme_id, c.period, c.body_id, c.service, c.outputs, c.cost_amount, p.middle
FROM programme_cost AS c
LEFT JOIN peers AS p ON p.service = c.service AND p.period = c.period

-- @exceptions
WITH returned AS (
  SELECT ref, sum(amount) AS returned
  FROM recovery
  WHERE register = 'programme_cost'
  GROUP BY ref
)
SELECT p.programme_id, p.period, p.body_id,
       CAST(p.cost_amount - p.middle * p.outputs - coalesce(r.returned, 0) AS bigint) AS excess,
       p.service, p.outputs, p.cost_amount, p.middle AS peer_unit_cost,
       p.cost_amount // nullif(p.outputs, 0) AS unit_cost
FROM population AS p
LEFT JOIN returned AS r ON r.ref = p.programme_id || '/' || CAST(p.period AS varchar)
WHERE p.outputs > 0 AND p.cost_amount * 100 > p.middle * p.outputs * :factor_percent
  AND p.cost_amount - p.middle * p.outputs > coalesce(r.returned, 0)

-- @remedies
SELECT p.programme_id, p.period, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN programme_cost AS p ON r.ref = p.programme_id || '/' || CAST(p.period AS varchar)
WHERE r.register = 'programme_cost'
GROUP BY p.programme_id, p.period
