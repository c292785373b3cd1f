/*---
code: RF-025
version: 1
title: {en: Excessive unsuccessful bids (R025), zh: 频繁投标而极少中标（R025）}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Does a tenderer that bids more often than most win far less often than the others?
  zh: 投标次数居前的投标人，其中标率是否远低于其他投标人？
criteria:
  - {law: "Open Contracting Partnership, red flag R025 as published with Cardinal 0.0.8", article: R025, version: 2025-11-22, verified: true}
  - {law: 招标投标法实施条例, article: '40', verified: true}
tables:
  tender: [tender_id, buyer_id, status, procurement_method_details]
  bid: [tender_id, bid_id, bidder_id, bidder_name, status]
  award: [tender_id, supplier_id, status]
  correction: [number, register, ref]
optional: [correction]
key: [bidder_id]
body: buyer_id
term: staged
refer_to: market_regulation_bureau
lookback: relative
parameters:
  percentile:
    type: integer
    value: 75
    min: 0
    max: 100
    unit: percent
    title: {en: Percentile of the number of bids from which a tenderer is a top one, zh: 认定投标大户的投标次数百分位}
    source: {en: "Red flag R025 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R025的默认值}
    verified: true
  threshold_ppm:
    type: integer
    value: 0
    min: 0
    max: 1000000
    unit: millionth (0 for the fence of the data)
    title: {en: Fence instead of the computed one, zh: 替代计算界限的固定界限}
    source: {en: "Red flag R025 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R025的默认值}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R025 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R025的默认值}
    verified: true
guard:
  en: >-
    A process counts once for each tenderer with a valid bid of its own, if it has one active award to one supplier and
    none that is pending. Quartiles are of type 8 (Hyndman and Fan). The body is the buyer in whose processes the tenderer
    bid most often. A new firm in a hard market loses honestly: look at who won beside it.
  zh: >-
    仅计只有一个有效中标结果、一家中标人且无待定结果的招标，每家投标人每个招标计一次，联合体投标不计入。
    四分位数按第8型计算。对应单位为该投标人参加次数最多的招标人。新进入者可能正常落标，应结合同场中标人判断。
---*/
-- @population
WITH decided AS (
  SELECT tender_id, max(CASE WHEN status = 'active' THEN supplier_id END) AS winner_id
  FROM award
  GROUP BY tender_id
  HAVING count(CASE WHEN status = 'active' THEN 1 END) = 1
     AND count(CASE WHEN status IN ('pending', 'other') THEN 1 END) = 0
),
single AS (
  SELECT tender_id, bid_id, max(bidder_id) AS bidder_id, max(bidder_name) AS bidder_name
  FROM bid
  WHERE status = 'valid'
  GROUP BY tender_id, bid_id
  HAVING count(*) = 1 AND min(substr(bidder_id, 1, 1)) <> '?'
),
part AS (
  SELECT s.tender_id, s.bidder_id, t.buyer_id, max(s.bidder_name) AS bidder_name,
         max(CASE WHEN s.bidder_id = d.winner_id THEN 1 ELSE 0 END) AS won
  FROM single AS s
  JOIN decided AS d ON d.tender_id = s.tender_id
  JOIN tender AS t ON t.tender_id = s.tender_id
  WHERE substr(d.winner_id, 1, 1) <> '?' AND (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  GROUP BY s.tender_id, s.bidder_id, t.buyer_id
),
at_buyer AS (
  SELECT bidder_id, buyer_id, max(bidder_name) AS bidder_name, count(*) AS bids, sum(won) AS wins,
         row_number() OVER (PARTITION BY bidder_id ORDER BY count(*) DESC, buyer_id) AS place
  FROM part
  GROUP BY bidder_id, buyer_id
)
SELECT bidder_id, max(CASE WHEN place = 1 THEN buyer_id END) AS buyer_id, max(bidder_name) AS bidder_name,
       CAST(sum(bids) AS BIGINT) AS bids, CAST(sum(wins) AS BIGINT) AS wins
FROM at_buyer
GROUP BY bidder_id

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'bid'
),
measured AS (
  SELECT bidder_id, buyer_id, bidder_name, bids, wins, wins / nullif(bids, 0) AS ratio
  FROM population
),
ranked AS (
  SELECT ratio, row_number() OVER (ORDER BY ratio, bidder_id) AS place, count(*) OVER () AS n
  FROM measured
),
quartile AS (
  SELECT max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12)) THEN ratio END) AS low_1,
         max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12 + 1)) THEN ratio END) AS high_1,
         max((3 * n + 5) % 12) AS part_1,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12)) THEN ratio END) AS low_3,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12 + 1)) THEN ratio END) AS high_3,
         max((9 * n + 7) % 12) AS part_3
  FROM ranked
),
ordered AS (
  SELECT bids, row_number() OVER (ORDER BY bids, bidder_id) AS place, count(*) OVER () AS n
  FROM measured
),
top AS (
  SELECT max(CASE WHEN place = greatest(1, least(n, ((3 * n + 1) * :percentile + 100) // 300)) THEN bids END) AS low,
         max(CASE WHEN place = greatest(1, least(n, ((3 * n + 1) * :percentile + 100) // 300 + 1)) THEN bids END) AS high,
         max(((3 * n + 1) * :percentile + 100) % 300) AS part
  FROM ordered
),
fence AS (
  SELECT CASE WHEN :threshold_ppm > 0 THEN 1 ELSE low_1 + (high_1 - low_1) * part_1 / 12 END AS q1,
         CASE WHEN :threshold_ppm > 0 THEN :threshold_ppm / 1000000
              ELSE low_1 + (high_1 - low_1) * part_1 / 12
                   - 3 * (low_3 + (high_3 - low_3) * part_3 / 12 - low_1 - (high_1 - low_1) * part_1 / 12) / 2
         END AS lower_fence
  FROM quartile
)
SELECT m.bidder_id, m.buyer_id, m.bidder_name, m.bids, m.wins, CAST(round(m.ratio * 1000000) AS BIGINT) AS ratio_ppm,
       CAST(round(f.lower_fence * 1000000) AS BIGINT) AS lower_fence_ppm
FROM measured AS m
CROSS JOIN fence AS f
CROSS JOIN top AS u
ANTI JOIN corrected AS r ON r.ref = m.bidder_id
WHERE f.q1 > 0 AND f.lower_fence > 0.000000000001 AND m.ratio - f.lower_fence <= 0.000000000001
  AND 300 * m.bids >= 300 * u.low + (u.high - u.low) * u.part

-- @remedies
SELECT ref AS bidder_id, max(number) AS trace
FROM correction
WHERE register = 'bid'
GROUP BY ref
