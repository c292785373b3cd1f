/*---
code: RF-038
version: 1
title: {en: Excessive disqualified bids (R038), zh: 否决投标比例异常（R038）}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Is the share of disqualified bids of a buyer, a procuring entity or a tenderer far above that of the others?
  zh: 某招标人、代理机构或投标人的被否决投标比例是否远高于其他同类单位？
criteria:
  - {law: "Open Contracting Partnership, red flag R038 as published with Cardinal 0.0.8", article: R038, version: 2025-11-22, verified: true}
  - {law: 招标投标法实施条例, article: '41', verified: true}
tables:
  tender: [tender_id, buyer_id, procuring_entity_id, status, procurement_method_details]
  bid: [tender_id, bid_id, bidder_id, status]
  correction: [number, register, ref]
optional: [correction]
key: [role, organisation_id]
body: buyer_id
term: staged
refer_to: development_reform_bureau
lookback: relative
parameters:
  threshold_ppm:
    type: integer
    value: 0
    min: 0
    max: 1000000
    unit: millionth (0 for the fence of the data)
    title: {en: Fence instead of the computed one, zh: 替代计算界限的固定界限}
    source: {en: "Red flag R038 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R038的默认值}
    verified: true
  minimum_submitted_bids:
    type: integer
    value: 2
    min: 0
    max: 100000
    unit: bid
    title: {en: Fewest submitted bids of a tenderer, zh: 投标人的最少投标数}
    source: {en: "Red flag R038 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R038的默认值}
    verified: true
  minimum_contracting_processes:
    type: integer
    value: 2
    min: 0
    max: 100000
    unit: bid
    title: {en: Fewest bids submitted to a buyer or procuring entity, zh: 招标人或代理机构收到的最少投标数}
    source: {en: "Red flag R038 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R038的默认值}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R038 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R038的默认值}
    verified: true
guard:
  en: >-
    The share is of bids, and the three roles have fences of their own, Q3 + 1.5 IQR with quartiles of type 8 (Hyndman and
    Fan). `minimum_contracting_processes` counts bids, as the published program does, though its text says processes.
    Identifiers are taken to be stable from process to process. The body of a tenderer or of a procuring entity is the
    buyer with which it had most bids.
  zh: >-
    比例按投标份数计算，三类角色各有其界限（Q3+1.5倍四分位距，第8型）。minimum_contracting_processes按投标份数计，
    与已发布的程序一致（其文字写作招标数）。假定单位代码在各次招标之间保持不变。
    投标人、代理机构对应的单位为其投标份数最多的招标人。
---*/
-- @population
WITH submitted AS (
  SELECT b.tender_id, b.bid_id, t.buyer_id, t.procuring_entity_id,
         max(CASE WHEN b.status = 'disqualified' THEN 1 ELSE 0 END) AS disqualified
  FROM bid AS b
  JOIN tender AS t ON t.tender_id = b.tender_id
  WHERE b.status IN ('pending', 'valid', 'disqualified')
    AND (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  GROUP BY b.tender_id, b.bid_id, t.buyer_id, t.procuring_entity_id
),
part AS (
  SELECT 'buyer' AS role, s.buyer_id AS organisation_id, s.buyer_id, count(*) AS submitted,
         sum(s.disqualified) AS disqualified
  FROM submitted AS s
  GROUP BY s.buyer_id
  UNION ALL
  SELECT 'procuring_entity' AS role, s.procuring_entity_id AS organisation_id, s.buyer_id, count(*) AS submitted,
         sum(s.disqualified) AS disqualified
  FROM submitted AS s
  WHERE s.procuring_entity_id IS NOT NULL
  GROUP BY s.procuring_entity_id, s.buyer_id
  UNION ALL
  SELECT 'tenderer' AS role, b.bidder_id AS organisation_id, s.buyer_id, count(*) AS submitted,
         sum(s.disqualified) AS disqualified
  FROM submitted AS s
  JOIN bid AS b ON b.tender_id = s.tender_id AND b.bid_id = s.bid_id
  GROUP BY b.bidder_id, s.buyer_id
),
placed AS (
  SELECT role, organisation_id, buyer_id, submitted, disqualified,
         row_number() OVER (PARTITION BY role, organisation_id ORDER BY submitted DESC, buyer_id) AS place
  FROM part
  WHERE substr(organisation_id, 1, 1) <> '?'
)
SELECT role, organisation_id, max(CASE WHEN place = 1 THEN buyer_id END) AS buyer_id,
       CAST(sum(submitted) AS BIGINT) AS submitted, CAST(sum(disqualified) AS BIGINT) AS disqualified
FROM placed
GROUP BY role, organisation_id
HAVING sum(submitted) >= CASE WHEN role = 'tenderer' THEN :minimum_submitted_bids ELSE :minimum_contracting_processes END

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT register, ref
  FROM correction
),
measured AS (
  SELECT role, organisation_id, buyer_id, submitted, disqualified, disqualified / nullif(submitted, 0) AS ratio
  FROM population
),
ranked AS (
  SELECT role, ratio, row_number() OVER (PARTITION BY role ORDER BY ratio, organisation_id) AS place,
         count(*) OVER (PARTITION BY role) AS n
  FROM measured
),
quartile AS (
  SELECT role,
         max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12)) THEN ratio END) AS low_1,
         max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12 + 1)) THEN ratio END) AS high_1,
         max((3 * n + 5) % 12) AS part_1,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12)) THEN ratio END) AS low_3,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12 + 1)) THEN ratio END) AS high_3,
         max((9 * n + 7) % 12) AS part_3
  FROM ranked
  GROUP BY role
),
fence AS (
  SELECT role,
         CASE WHEN :threshold_ppm > 0 THEN :threshold_ppm / 1000000
              ELSE low_3 + (high_3 - low_3) * part_3 / 12
                   + 3 * (low_3 + (high_3 - low_3) * part_3 / 12 - low_1 - (high_1 - low_1) * part_1 / 12) / 2
         END AS upper_fence
  FROM quartile
)
SELECT m.role, m.organisation_id, m.buyer_id, m.submitted, m.disqualified,
       CAST(round(m.ratio * 1000000) AS BIGINT) AS ratio_ppm,
       CAST(round(f.upper_fence * 1000000) AS BIGINT) AS upper_fence_ppm
FROM measured AS m
JOIN fence AS f ON f.role = m.role
ANTI JOIN corrected AS r ON r.register = m.role AND r.ref = m.organisation_id
WHERE f.upper_fence > 0.000000000001 AND f.upper_fence - m.ratio <= 0.000000000001

-- @remedies
SELECT register AS role, ref AS organisation_id, max(number) AS trace
FROM correction
WHERE register IN ('buyer', 'procuring_entity', 'tenderer')
GROUP BY register, ref
