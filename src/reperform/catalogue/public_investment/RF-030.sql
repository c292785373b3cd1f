/*---
code: RF-030
version: 1
title: {en: Late bid won (R030), zh: 逾期投标中标（R030）}
domain: public_investment
seed: [A13]
topics: [time_limits]
question:
  en: Was a valid bid received after the deadline, and its tenderer awarded?
  zh: 是否有截止时间之后收到的投标被认定有效且中标？
criteria:
  - {law: "Open Contracting Partnership, red flag R030 as published with Cardinal 0.0.8", article: R030, version: 2025-11-22, verified: true}
  - {law: 招标投标法, article: '28', verified: false}
tables:
  tender: [tender_id, buyer_id, title, status, procurement_method_details, tender_period_end]
  bid: [tender_id, bidder_id, status, submitted_at]
  award: [tender_id, supplier_id, status]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: tender_period_end IS NULL
    reason: {en: "No instant at which the submission period ends", zh: 无投标截止时间}
  - condition: dated_bids = 0
    reason: {en: No valid bid of a winner has an instant of receipt, zh: 中标人的有效投标均无递交时间}
parameters:
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R030 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R030的默认值}
    verified: true
guard:
  en: >-
    A bid on the very instant of the deadline is in time. It is taken that the winner had no other valid bid before the
    deadline; where it had, look at which one won. A supplement that was asked for is not a bid.
  zh: >-
    恰在截止时刻递交的不逾期。本指标假定中标人在截止前没有其他有效投标；如有，应核实以哪份投标中标。
    应要求补充的澄清材料不是投标。
---*/
-- @population
WITH won AS (
  SELECT DISTINCT tender_id, supplier_id
  FROM award
  WHERE status = 'active' AND substr(supplier_id, 1, 1) <> '?'
)
SELECT t.tender_id, t.buyer_id, t.title, t.tender_period_end, count(b.submitted_at) AS dated_bids
FROM tender AS t
JOIN bid AS b ON b.tender_id = t.tender_id
JOIN won AS w ON w.tender_id = b.tender_id AND w.supplier_id = b.bidder_id
WHERE b.status = 'valid'
  AND (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
GROUP BY t.tender_id, t.buyer_id, t.title, t.tender_period_end

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
),
won AS (
  SELECT DISTINCT tender_id, supplier_id
  FROM award
  WHERE status = 'active' AND substr(supplier_id, 1, 1) <> '?'
),
late AS (
  SELECT p.tender_id, p.buyer_id, p.title, p.tender_period_end, b.bidder_id, max(b.submitted_at) AS submitted_at
  FROM population AS p
  JOIN bid AS b ON b.tender_id = p.tender_id
  JOIN won AS w ON w.tender_id = b.tender_id AND w.supplier_id = b.bidder_id
  WHERE b.status = 'valid' AND b.submitted_at > p.tender_period_end
  GROUP BY p.tender_id, p.buyer_id, p.title, p.tender_period_end, b.bidder_id
)
SELECT l.tender_id, l.buyer_id, l.title, strftime(l.tender_period_end, '%Y-%m-%d %H:%M:%S') AS deadline,
       strftime(max(l.submitted_at), '%Y-%m-%d %H:%M:%S') AS received, count(*) AS tenderers,
       string_agg(l.bidder_id, '|' ORDER BY l.bidder_id) AS tenderer_ids
FROM late AS l
ANTI JOIN corrected AS r ON r.ref = l.tender_id
GROUP BY l.tender_id, l.buyer_id, l.title, l.tender_period_end

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
