/*---
code: RF-028
version: 1
title: {en: Identical bid prices (R028), zh: 不同投标人报价相同（R028）}
domain: public_investment
seed: [A13]
topics: [collusion]
question: {en: "Did different tenderers submit bids with the same price?", zh: 不同投标人的报价是否完全相同？}
criteria:
  - {law: "Open Contracting Partnership, red flag R028 as published with Cardinal 0.0.8", article: R028, version: 2025-11-22, verified: true}
  - {law: 招标投标法实施条例, article: '40', verified: true}
tables:
  tender: [tender_id, buyer_id, title, status, procurement_method_details]
  bid: [tender_id, bid_id, bidder_id, amount, currency, status]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: market_regulation_bureau
lookback: absolute
not_testable_when:
  - condition: priced_bids = 0
    reason: {en: No submitted bid has a price and a tenderer with an identifier, zh: 已递交投标均无报价或投标人代码}
parameters:
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R028 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R028的默认值}
    verified: true
  price_comparison_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods whose prices are compared (all if empty), zh: 可比较报价的采购方式说明（空为全部）}
    source: {en: "Red flag R028 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R028的默认值}
    verified: true
  no_price_comparison_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods whose prices are set by the buyer, zh: 由采购人定价的采购方式说明（竖线分隔）}
    source: {en: "Red flag R028 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R028的默认值}
    verified: true
guard:
  en: >-
    A bid is submitted if it is pending, valid or disqualified. One tenderer, or one consortium, may submit the same price
    twice. Prices that the buyer sets are equal without fault: name such methods.
  zh: >-
    待评审、有效和被否决的投标均计入。同一投标人或同一联合体以相同价格重复投标不属于问题。
    由采购人定价的方式报价必然相同，请列入参数。
---*/
-- @population
SELECT t.tender_id, t.buyer_id, t.title,
       count(CASE WHEN b.amount IS NOT NULL AND coalesce(b.currency, 'CNY') <> 'XXX'
                       AND substr(b.bidder_id, 1, 1) <> '?' THEN 1 END) AS priced_bids
FROM tender AS t
JOIN bid AS b ON b.tender_id = t.tender_id
WHERE b.status IN ('pending', 'valid', 'disqualified')
  AND (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  AND CASE WHEN :price_comparison_methods = '' THEN coalesce(
             replace('|' || :no_price_comparison_methods || '|', '|' || t.procurement_method_details || '|', '|')
             = '|' || :no_price_comparison_methods || '|', TRUE)
           ELSE coalesce(
             replace('|' || :price_comparison_methods || '|', '|' || t.procurement_method_details || '|', '|')
             <> '|' || :price_comparison_methods || '|', FALSE) END
GROUP BY t.tender_id, t.buyer_id, t.title

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
),
offer AS (
  SELECT tender_id, bid_id, max(amount) AS amount, max(coalesce(currency, 'CNY')) AS currency,
         string_agg(bidder_id, '|' ORDER BY bidder_id) AS bidders
  FROM bid
  WHERE status IN ('pending', 'valid', 'disqualified') AND amount IS NOT NULL AND substr(bidder_id, 1, 1) <> '?'
    AND coalesce(currency, 'CNY') <> 'XXX'
  GROUP BY tender_id, bid_id
),
price AS (
  SELECT tender_id, amount, currency
  FROM offer
  GROUP BY tender_id, amount, currency
  HAVING count(DISTINCT bidders) > 1
),
alike AS (
  SELECT DISTINCT b.tender_id, b.bidder_id, b.amount
  FROM price AS p
  JOIN bid AS b ON b.tender_id = p.tender_id AND b.amount = p.amount AND coalesce(b.currency, 'CNY') = p.currency
  WHERE b.status IN ('pending', 'valid', 'disqualified') AND substr(b.bidder_id, 1, 1) <> '?'
),
tenderer AS (
  SELECT DISTINCT tender_id, bidder_id
  FROM alike
),
listed AS (
  SELECT tender_id, count(*) AS tenderers, string_agg(bidder_id, '|' ORDER BY bidder_id) AS tenderer_ids
  FROM tenderer
  GROUP BY tender_id
),
lowest AS (
  SELECT tender_id, min(amount) AS price
  FROM alike
  GROUP BY tender_id
)
SELECT p.tender_id, p.buyer_id, p.title, l.tenderers, l.tenderer_ids, w.price
FROM population AS p
JOIN listed AS l ON l.tender_id = p.tender_id
JOIN lowest AS w ON w.tender_id = p.tender_id
ANTI JOIN corrected AS r ON r.ref = p.tender_id

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
