/*---
code: MI-09
version: 1
title: {en: More charged than was in store, zh: 收费数量大于进销存数量}
domain: medical_insurance
seed: [A7]
topics: [stock]
question:
  en: Was more of a drug or supply charged than the opening stock and the purchases could give?
  zh: 药品耗材的收费数量是否大于期初库存与采购入库之和？
criteria:
  - {law: 医疗保障基金使用监督管理条例（国务院令第735号）, article: "38, 40", version: 2021-05-01, verified: true}
tables:
  medical_stock: [institution, item_code, counted_on, quantity]
  medical_purchase: [institution, item_code, received_on, quantity]
  medical_fee: [institution, item_code, charged_on, quantity, amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [institution, item_code]
body: institution
amount: involved
money: return_to_channel
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: opening IS NULL
    reason: {en: The first count of stock gives no quantity, zh: 首次盘点无库存数量}
parameters:
  tolerance:
    type: integer
    value: 0
    min: 0
    max: 1000000
    unit: unit
    title: {en: Quantity by which charges may exceed the store, zh: 允许的数量差异}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    The balance runs from the first count of stock, which is taken at the end of that day, to the date of the data.
    Drugs that came from another campus, from a donation or in another unit of packing go to sifting. The money is the
    excess at the average price charged.
  zh: >-
    自首次盘点（当日日终）起至取数日止核算。院区间调拨、捐赠、包装单位不同的在筛查中核实。金额按平均收费单价乘超出数量计算。
---*/
-- @population
WITH first_count AS (
  SELECT institution, item_code, min(counted_on) AS counted_on
  FROM medical_stock
  GROUP BY institution, item_code
)
SELECT k.institution, k.item_code, k.counted_on, k.quantity AS opening
FROM medical_stock AS k
JOIN first_count AS c
  ON c.institution = k.institution AND c.item_code = k.item_code AND c.counted_on = k.counted_on

-- @exceptions
WITH received AS (
  SELECT p.institution, p.item_code, sum(b.quantity) AS quantity
  FROM population AS p
  JOIN medical_purchase AS b ON b.institution = p.institution AND b.item_code = p.item_code
  WHERE b.received_on > p.counted_on
  GROUP BY p.institution, p.item_code
),
charged AS (
  SELECT p.institution, p.item_code, sum(f.quantity) AS quantity, sum(f.amount) AS amount
  FROM population AS p
  JOIN medical_fee AS f ON f.institution = p.institution AND f.item_code = p.item_code
  WHERE f.charged_on > p.counted_on
  GROUP BY p.institution, p.item_code
),
balance AS (
  SELECT p.institution, p.item_code, p.opening, coalesce(b.quantity, 0) AS received, c.quantity AS charged,
         c.amount, c.quantity - p.opening - coalesce(b.quantity, 0) AS excess
  FROM population AS p
  JOIN charged AS c ON c.institution = p.institution AND c.item_code = p.item_code
  LEFT JOIN received AS b ON b.institution = p.institution AND b.item_code = p.item_code
  WHERE p.opening IS NOT NULL
),
returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS institution,
         regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS item_code, amount
  FROM recovery
  WHERE register = 'medical_stock'
),
recovered AS (
  SELECT institution, item_code, sum(amount) AS amount
  FROM returned
  GROUP BY institution, item_code
)
SELECT b.institution, b.item_code,
       b.amount * b.excess // nullif(b.charged, 0) - coalesce(r.amount, 0) AS involved,
       b.opening, b.received, b.charged, b.excess
FROM balance AS b
LEFT JOIN recovered AS r ON r.institution = b.institution AND r.item_code = b.item_code
WHERE b.excess > :tolerance
  AND b.amount * b.excess // nullif(b.charged, 0) > coalesce(r.amount, 0)

-- @remedies
WITH returned AS (
  SELECT regexp_extract(ref, '^([^/]*)/(.*)$', 1) AS institution,
         regexp_extract(ref, '^([^/]*)/(.*)$', 2) AS item_code, amount, voucher
  FROM recovery
  WHERE register = 'medical_stock'
)
SELECT institution, item_code, sum(amount) AS remedied, max(voucher) AS trace
FROM returned
GROUP BY institution, item_code
