/*---
code: RF-048
version: 1
title: {en: Heterogeneous supplier (R048), zh: 供应品类异常庞杂（R048）}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Was a supplier awarded items of far more classes than other suppliers with as many processes?
  zh: 与中标次数相当的其他供应商相比，某供应商中标的品目大类是否异常庞杂？
criteria:
  - {law: "Open Contracting Partnership, red flag R048 as published with Cardinal 0.0.8", article: R048, version: 2025-11-22, verified: true}
tables:
  tender: [tender_id, buyer_id, status, procurement_method_details]
  award: [tender_id, award_id, supplier_id, supplier_name, status]
  award_item: [tender_id, award_id, classification_id]
  correction: [number, register, ref]
optional: [correction]
key: [supplier_id]
body: buyer_id
term: staged
refer_to: market_regulation_bureau
lookback: relative
parameters:
  threshold:
    type: integer
    value: 0
    min: 0
    max: 100000
    unit: class (0 for the fence of the data)
    title: {en: Fence instead of the computed one, zh: 替代计算界限的固定界限}
    source: {en: "Red flag R048 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R048的默认值}
    verified: true
  digits:
    type: integer
    value: 2
    min: 1
    max: 8
    unit: digit
    title: {en: Digits of the first level of the classification, zh: 分类首级的位数}
    source: {en: "Red flag R048 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R048的默认值}
    verified: true
  minimum_contracting_processes:
    type: integer
    value: 20
    min: 0
    max: 100000
    unit: process
    title: {en: Fewest processes in which a supplier was awarded, zh: 供应商的最少中标次数}
    source: {en: "Red flag R048 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R048的默认值}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R048 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R048的默认值}
    verified: true
guard:
  en: >-
    Only active awards to a single supplier count, and of them the items with a class. Quartiles are of type 8 (Hyndman and
    Fan). A trading house or a department store is broad by its nature. The body is the buyer that awarded it most often.
  zh: >-
    仅计有效且只有一家供应商的中标结果中有品目编码的标的。四分位数按第8型计算。
    贸易公司、综合商场品类本来宽泛，应在筛查中剔除。对应单位为向其授予次数最多的招标人。
---*/
-- @population
WITH sole AS (
  SELECT tender_id, award_id, max(supplier_id) AS supplier_id, max(supplier_name) AS supplier_name
  FROM award
  WHERE status = 'active'
  GROUP BY tender_id, award_id
  HAVING count(*) = 1 AND min(substr(supplier_id, 1, 1)) <> '?'
),
supplied AS (
  SELECT DISTINCT a.supplier_id, a.supplier_name, t.buyer_id, t.tender_id,
         CASE :digits WHEN 1 THEN substr(i.classification_id, 1, 1) WHEN 2 THEN substr(i.classification_id, 1, 2)
                      WHEN 3 THEN substr(i.classification_id, 1, 3) WHEN 4 THEN substr(i.classification_id, 1, 4)
                      WHEN 5 THEN substr(i.classification_id, 1, 5) WHEN 6 THEN substr(i.classification_id, 1, 6)
                      WHEN 7 THEN substr(i.classification_id, 1, 7) ELSE substr(i.classification_id, 1, 8) END AS class
  FROM sole AS a
  JOIN award_item AS i ON i.tender_id = a.tender_id AND i.award_id = a.award_id
  JOIN tender AS t ON t.tender_id = a.tender_id
  WHERE i.classification_id IS NOT NULL AND (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
),
at_buyer AS (
  SELECT supplier_id, buyer_id, count(DISTINCT tender_id) AS processes
  FROM supplied
  GROUP BY supplier_id, buyer_id
),
placed AS (
  SELECT supplier_id, buyer_id, row_number() OVER (PARTITION BY supplier_id ORDER BY processes DESC, buyer_id) AS place
  FROM at_buyer
),
ranged AS (
  SELECT supplier_id, max(supplier_name) AS supplier_name, count(DISTINCT tender_id) AS processes,
         count(DISTINCT class) AS variety
  FROM supplied
  GROUP BY supplier_id
  HAVING count(DISTINCT tender_id) >= :minimum_contracting_processes
)
SELECT r.supplier_id, b.buyer_id, r.supplier_name, r.processes, r.variety
FROM ranged AS r
JOIN placed AS b ON b.supplier_id = r.supplier_id AND b.place = 1

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'award'
),
ranked AS (
  SELECT variety, row_number() OVER (ORDER BY variety, supplier_id) AS place, count(*) OVER () AS n
  FROM population
),
quartile AS (
  SELECT max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12)) THEN variety END) AS low_1,
         max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12 + 1)) THEN variety END) AS high_1,
         max((3 * n + 5) % 12) AS part_1,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12)) THEN variety END) AS low_3,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12 + 1)) THEN variety END) AS high_3,
         max((9 * n + 7) % 12) AS part_3
  FROM ranked
),
fence AS (
  SELECT CASE WHEN :threshold > 0 THEN 24 * :threshold
              ELSE 2 * (12 * low_3 + (high_3 - low_3) * part_3)
                   + 3 * (12 * low_3 + (high_3 - low_3) * part_3 - 12 * low_1 - (high_1 - low_1) * part_1)
         END AS upper_fence_24ths
  FROM quartile
)
SELECT p.supplier_id, p.buyer_id, p.supplier_name, p.processes, p.variety,
       CAST(ceil(f.upper_fence_24ths / 24) AS BIGINT) AS fewest_classes
FROM population AS p
CROSS JOIN fence AS f
ANTI JOIN corrected AS r ON r.ref = p.supplier_id
WHERE 24 * p.variety >= f.upper_fence_24ths

-- @remedies
SELECT ref AS supplier_id, max(number) AS trace
FROM correction
WHERE register = 'award'
GROUP BY ref
