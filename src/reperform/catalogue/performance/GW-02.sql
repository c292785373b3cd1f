/*---
code: GW-02
version: 1
title: {en: Too much water unaccounted for, zh: 供水漏损率超限}
domain: performance
seed: [A12]
topics: [unaccounted_water, water]
question:
  en: Is more of the water that was let into an area in a month neither billed nor lawfully free than is allowed?
  zh: 供水分区当月漏损水量占供水总量的比例是否超过限值？
criteria:
  - {law: 关于加强公共供水管网漏损控制的通知, article: "", verified: false}
tables:
  water_balance: [area_id, month, body_id, supplied_m3, billed_m3, exempt_m3]
  correction: [number, register, ref]
optional: [correction]
key: [area_id, month]
body: body_id
term: continuous
refer_to: water_bureau
lookback: absolute
not_testable_when:
  - condition: billed_m3 IS NULL
    reason: {en: The water billed is not recorded, zh: 未登记售水量}
  - condition: supplied_m3 = 0
    reason: {en: No water was let in, zh: 当月无供水量}
parameters:
  limit_percent:
    type: integer
    value: 10
    min: 1
    max: 50
    unit: percent
    title: {en: Share that may be unaccounted for, zh: 漏损率限值}
    source: {en: "Practice of the ministries (9 percent by 2025); not checked", zh: 部门要求（2025年控制在9%以内），未核实}
    verified: false
guard:
  en: >-
    Meters are read on different days: one odd month between two good ones is often a reading that came late. Water
    for fires, flushing and flats without a meter belongs into `exempt_m3`.
  zh: 抄表日不一致会造成单月异常，相邻月份正常的应先核对抄表时间。消防、冲洗等免费用水应计入“免费用水量”。
---*/
-- @population
SELECT area_id, month, body_id, supplied_m3, billed_m3
FROM water_balance

-- @exceptions
SELECT b.area_id, b.month, b.body_id, b.supplied_m3, b.billed_m3, b.exempt_m3,
       b.supplied_m3 - b.billed_m3 - coalesce(b.exempt_m3, 0) AS lost_m3
FROM water_balance AS b
WHERE b.supplied_m3 > 0
  AND (b.supplied_m3 - b.billed_m3 - coalesce(b.exempt_m3, 0)) * 100 > b.supplied_m3 * :limit_percent
  AND NOT EXISTS (
    SELECT 1 FROM correction AS c
    WHERE c.register = 'water_balance' AND c.ref = b.area_id || '/' || CAST(b.month AS varchar)
  )

-- @remedies
SELECT b.area_id, b.month, max(c.number) AS trace
FROM correction AS c
JOIN water_balance AS b ON c.ref = b.area_id || '/' || CAST(b.month AS varchar)
WHERE c.register = 'water_balance'
GROUP BY b.area_id, b.month
