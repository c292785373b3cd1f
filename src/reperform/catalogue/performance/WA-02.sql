/*---
code: WA-02
version: 1
title: {en: Waste facility paid for more than was weighed in, zh: 垃圾处理费支付超过过磅量}
domain: performance
seed: [A12]
topics: [waste]
question:
  en: Was a waste facility paid in a month for more tonnes than the lorries brought in over its scale?
  zh: 支付给垃圾处理设施的费用是否超过当月进厂过磅量与单价的乘积？
criteria:
  - {law: 垃圾处理服务合同约定的计量与付费条款, article: "", verified: false}
tables:
  waste_fee: [facility_id, month, body_id, unit_price, paid_amount]
  waste_trip: [facility_id, left_on, weighed_kg]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [facility_id, month]
body: body_id
amount: overpaid
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: trips IS NULL
    reason: {en: No trips to the facility in the month, zh: 当月无进厂车次记录}
parameters:
  tolerance_percent:
    type: integer
    value: 1
    min: 0
    max: 20
    unit: percent
    title: {en: Difference that is let pass, zh: 允许差异比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Trips of the last night of a month that are weighed in on the first of the next are within the tolerance. A
    guaranteed tonnage can make a higher fee lawful; read the contract. What was paid back is deducted.
  zh: 月末夜间出站、次月过磅的差异在容许比例之内。合同约定保底量的可能合规，应核对合同。已退回的款项予以扣除。
---*/
-- @population
WITH weighed AS (
  SELECT facility_id, CAST(date_trunc('month', left_on) AS DATE) AS month, count(*) AS trips,
         coalesce(sum(weighed_kg), 0) AS weighed_kg
  FROM waste_trip
  GROUP BY facility_id, CAST(date_trunc('month', left_on) AS DATE)
)
SELECT f.facility_id, f.month, f.body_id, f.unit_price, f.paid_amount, w.trips, w.weighed_kg
FROM waste_fee AS f
LEFT JOIN weighed AS w ON w.facility_id = f.facility_id AND w.month = f.month

-- @exceptions
WITH returned AS (
  SELECT ref, sum(amount) AS returned
  FROM recovery
  WHERE register = 'waste_fee'
  GROUP BY ref
),
fee AS (
  SELECT p.facility_id, p.month, p.body_id, p.paid_amount, p.weighed_kg,
         p.weighed_kg * p.unit_price // 1000 AS payable, coalesce(r.returned, 0) AS returned
  FROM population AS p
  LEFT JOIN returned AS r ON r.ref = p.facility_id || '/' || CAST(p.month AS varchar)
  WHERE p.trips IS NOT NULL
)
SELECT facility_id, month, body_id, CAST(paid_amount - payable - returned AS bigint) AS overpaid,
       paid_amount, CAST(payable AS bigint) AS payable, CAST(weighed_kg AS bigint) AS weighed_kg
FROM fee
WHERE paid_amount - payable - returned > payable * :tolerance_percent // 100

-- @remedies
SELECT f.facility_id, f.month, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN waste_fee AS f ON r.ref = f.facility_id || '/' || CAST(f.month AS varchar)
WHERE r.register = 'waste_fee'
GROUP BY f.facility_id, f.month
