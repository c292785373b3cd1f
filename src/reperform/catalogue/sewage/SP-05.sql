/*---
code: SP-05
version: 1
title: {en: Sewage plant paid for water that failed the limits, zh: 为超标水量支付污水处理服务费}
domain: sewage
seed: [A11]
topics: [volume_failed]
question:
  en: Was a sewage plant paid in a month for more water than it treated within the limits?
  zh: 支付污水处理服务费的水量是否超过当月达标处理水量？
criteria:
  - {law: 城镇排水与污水处理条例, article: "33, 35", verified: true}
  - {law: GB 18918-2002 城镇污水处理厂污染物排放标准, article: 表1, verified: true}
tables:
  sewage_plant: [plant_id, body_id, standard]
  plant_daily: [plant_id, day, flow_m3, water_temp, cod_out, bod_out, ss_out, tn_out, nh3_out, tp_out]
  plant_fee: [plant_id, month, paid_m3, unit_price, paid_amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
facts: [effluent_limit]
key: [plant_id, month]
body: body_id
amount: overpaid
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: days IS NULL
    reason: {en: No daily records for the month, zh: 当月无运行日报}
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
    A day on which one daily mean is over its limit counts for nothing, a day that was not measured counts in full. A
    contract may pay a part for such days or a guaranteed volume; read it. What was paid back is deducted.
  zh: >-
    任一指标日均值超标的，当日水量全部不计；未监测的日期按全量计入。
    合同约定超标日部分付费或保底水量的，从其约定，应核对合同。已退回的款项予以扣除。
---*/
-- @population
WITH counted AS (
  SELECT plant_id, CAST(date_trunc('month', day) AS DATE) AS month, count(*) AS days
  FROM plant_daily
  GROUP BY plant_id, CAST(date_trunc('month', day) AS DATE)
)
SELECT f.plant_id, f.month, p.body_id, p.standard, c.days
FROM plant_fee AS f
JOIN sewage_plant AS p ON p.plant_id = f.plant_id
LEFT JOIN counted AS c ON c.plant_id = f.plant_id AND c.month = f.month

-- @exceptions
WITH volume AS (
  SELECT d.plant_id, CAST(date_trunc('month', d.day) AS DATE) AS month, sum(d.flow_m3) AS flow_m3,
         sum(CASE WHEN d.cod_out * 1000 > l.cod OR d.bod_out * 1000 > l.bod OR d.ss_out * 1000 > l.ss
                    OR d.tn_out * 1000 > l.tn OR d.tp_out * 1000 > l.tp
                    OR d.nh3_out * 1000 > CASE WHEN d.water_temp <= :cold_degrees THEN l.nh3_cold ELSE l.nh3 END
                  THEN d.flow_m3 ELSE 0 END) AS failed_m3
  FROM plant_daily AS d
  JOIN sewage_plant AS p ON p.plant_id = d.plant_id
  JOIN effluent_limit AS l ON l.standard = p.standard AND d.day BETWEEN l.valid_from AND l.valid_to
  GROUP BY d.plant_id, CAST(date_trunc('month', d.day) AS DATE)
),
returned AS (
  SELECT ref, sum(amount) AS returned
  FROM recovery
  WHERE register = 'plant_fee'
  GROUP BY ref
),
fee AS (
  SELECT f.plant_id, f.month, p.body_id, f.paid_m3, f.paid_amount, v.failed_m3, v.flow_m3 - v.failed_m3 AS within_m3,
         CAST(f.paid_amount - (v.flow_m3 - v.failed_m3) * f.unit_price - coalesce(r.returned, 0) AS bigint) AS overpaid
  FROM plant_fee AS f
  JOIN sewage_plant AS p ON p.plant_id = f.plant_id
  JOIN volume AS v ON v.plant_id = f.plant_id AND v.month = f.month
  LEFT JOIN returned AS r ON r.ref = f.plant_id || '/' || CAST(f.month AS varchar)
)
SELECT plant_id, month, body_id, overpaid, paid_m3, paid_amount, within_m3, failed_m3
FROM fee
WHERE overpaid > 0

-- @remedies
SELECT f.plant_id, f.month, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN plant_fee AS f ON r.ref = f.plant_id || '/' || CAST(f.month AS varchar)
WHERE r.register = 'plant_fee'
GROUP BY f.plant_id, f.month
