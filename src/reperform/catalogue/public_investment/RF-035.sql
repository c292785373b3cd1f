/*---
code: RF-035
version: 1
title: {en: All except winning bid disqualified (R035), zh: 除中标人外投标均被否决（R035）}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Did a single tenderer remain valid and win, while the bids of others were disqualified?
  zh: 是否仅一家投标有效并中标，而其他投标人均被否决？
criteria:
  - {law: "Open Contracting Partnership, red flag R035 as published with Cardinal 0.0.8", article: R035, version: 2025-11-22, verified: true}
  - {law: 招标投标法实施条例, article: '41', verified: true}
tables:
  tender: [tender_id, buyer_id, title, status, procurement_method_details]
  bid: [tender_id, bidder_id, status]
  award: [tender_id, supplier_id, status]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: unsettled > 0
    reason: {en: "An award is pending, or in a state that the code list does not know", zh: 有中标结果待定或状态不明}
parameters:
  threshold:
    type: integer
    value: 1
    min: 1
    max: 1000
    unit: tenderer
    title: {en: Fewest other tenderers with a disqualified bid, zh: 其他被否决投标人的最少家数}
    source: {en: "Red flag R035 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R035的默认值}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R035 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R035的默认值}
    verified: true
guard:
  en: >-
    The tenderers of the valid bids and the suppliers of all active awards are one and the same organisation. Where few
    bid, one honest disqualification is enough: raise the threshold.
  zh: >-
    有效投标的投标人与全部有效中标结果的中标人须为同一家。投标人较少时，一次正当的否决即可触发，可提高阈值。
---*/
-- @population
WITH decided AS (
  SELECT tender_id,
         max(CASE WHEN status = 'active' AND substr(supplier_id, 1, 1) <> '?' THEN supplier_id END) AS winner_id,
         count(DISTINCT CASE WHEN status = 'active' AND substr(supplier_id, 1, 1) <> '?' THEN supplier_id END) AS winners,
         count(CASE WHEN status IN ('pending', 'other') THEN 1 END) AS unsettled
  FROM award
  GROUP BY tender_id
),
tendered AS (
  SELECT tender_id,
         count(DISTINCT CASE WHEN status = 'valid' THEN bidder_id END) AS valid_tenderers,
         max(CASE WHEN status = 'valid' THEN bidder_id END) AS valid_id
  FROM bid
  WHERE status IN ('valid', 'disqualified') AND substr(bidder_id, 1, 1) <> '?'
  GROUP BY tender_id
)
SELECT t.tender_id, t.buyer_id, t.title, d.unsettled, d.winner_id, d.winners, b.valid_tenderers, b.valid_id
FROM tender AS t
JOIN decided AS d ON d.tender_id = t.tender_id
JOIN tendered AS b ON b.tender_id = t.tender_id
WHERE (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
),
sole AS (
  SELECT tender_id, buyer_id, title, valid_id
  FROM population
  WHERE unsettled = 0 AND valid_tenderers = 1 AND winners = 1 AND winner_id = valid_id
),
other AS (
  SELECT s.tender_id, count(DISTINCT b.bidder_id) AS disqualified
  FROM sole AS s
  JOIN bid AS b ON b.tender_id = s.tender_id
  WHERE b.status = 'disqualified' AND b.bidder_id <> s.valid_id AND substr(b.bidder_id, 1, 1) <> '?'
  GROUP BY s.tender_id
)
SELECT s.tender_id, s.buyer_id, s.title, s.valid_id AS winner_id, o.disqualified
FROM sole AS s
JOIN other AS o ON o.tender_id = s.tender_id
ANTI JOIN corrected AS r ON r.ref = s.tender_id
WHERE o.disqualified >= :threshold

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
