/*---
code: RF-036
version: 1
title: {en: Lowest bid disqualified (R036), zh: 最低报价被否决（R036）}
domain: public_investment
seed: [A13]
topics: [collusion]
question: {en: "Was the lowest submitted bid disqualified and another awarded?", zh: 最低报价是否被否决而由他人中标？}
criteria:
  - {law: "Open Contracting Partnership, red flag R036 as published with Cardinal 0.0.8", article: R036, version: 2025-11-22, verified: true}
  - {law: 招标投标法实施条例, article: '41', verified: true}
tables:
  tender: [tender_id, buyer_id, title, status, procurement_method_details]
  bid: [tender_id, bid_id, bidder_id, amount, currency, status]
  award: [tender_id, status]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: valid_priced = 0
    reason: {en: No valid bid has an amount, zh: 有效投标均无报价}
parameters:
  currency:
    type: string
    value: ""
    min: ""
    unit: ISO 4217
    title: {en: Currency that is compared (empty for that of most bids), zh: 比较的币种（空为多数投标的币种）}
    source: {en: "Red flag R036, setting `currency`; without it the first observed there, the most frequent here", zh: "红旗指标R036的currency设置；未设置时取多数币种"}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R036 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R036的默认值}
    verified: true
  price_comparison_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods whose prices are compared (all if empty), zh: 可比较报价的采购方式说明（空为全部）}
    source: {en: "Red flag R036 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R036的默认值}
    verified: true
  no_price_comparison_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods whose prices are set by the buyer, zh: 由采购人定价的采购方式说明（竖线分隔）}
    source: {en: "Red flag R036 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R036的默认值}
    verified: true
guard:
  en: >-
    A bid is submitted if it is pending, valid or disqualified. Where a valid bid has the same price as the disqualified
    one, both are the lowest and the process is flagged. Where price is not the only criterion the flag says little: name
    the methods whose prices are compared.
  zh: >-
    待评审、有效和被否决的投标均计入。有效投标与被否决投标同为最低价时亦计为异常。
    并非仅以价格评标的，本指标意义有限，请以参数限定可比较报价的方式。
---*/
-- @population
WITH offer AS (
  SELECT tender_id, bid_id, max(status) AS status, max(amount) AS amount, max(coalesce(currency, 'CNY')) AS currency
  FROM bid
  WHERE status IN ('pending', 'valid', 'disqualified') AND amount IS NOT NULL AND coalesce(currency, 'CNY') <> 'XXX'
  GROUP BY tender_id, bid_id
),
counted AS (
  SELECT currency, row_number() OVER (ORDER BY count(*) DESC, currency) AS place
  FROM offer
  GROUP BY currency
),
main AS (
  SELECT CASE WHEN :currency = '' THEN currency ELSE :currency END AS currency
  FROM counted
  WHERE place = 1
),
awarded AS (
  SELECT DISTINCT tender_id
  FROM award
  WHERE status = 'active'
),
lowest AS (
  SELECT o.tender_id, min(o.amount) AS lowest_amount,
         min(CASE WHEN o.status = 'disqualified' THEN o.amount END) AS disqualified_amount,
         min(CASE WHEN o.status = 'valid' THEN o.amount END) AS valid_amount,
         count(CASE WHEN o.status = 'valid' THEN 1 END) AS valid_priced
  FROM offer AS o
  JOIN main AS m ON m.currency = o.currency
  GROUP BY o.tender_id
)
SELECT t.tender_id, t.buyer_id, t.title, l.lowest_amount, l.disqualified_amount, l.valid_amount,
       coalesce(l.valid_priced, 0) AS valid_priced
FROM tender AS t
JOIN awarded AS a ON a.tender_id = t.tender_id
LEFT JOIN lowest AS l ON l.tender_id = t.tender_id
WHERE (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  AND CASE WHEN :price_comparison_methods = '' THEN coalesce(
             replace('|' || :no_price_comparison_methods || '|', '|' || t.procurement_method_details || '|', '|')
             = '|' || :no_price_comparison_methods || '|', TRUE)
           ELSE coalesce(
             replace('|' || :price_comparison_methods || '|', '|' || t.procurement_method_details || '|', '|')
             <> '|' || :price_comparison_methods || '|', FALSE) END

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
),
rejected AS (
  SELECT p.tender_id, string_agg(b.bidder_id, '|' ORDER BY b.bidder_id) AS disqualified_ids
  FROM population AS p
  JOIN bid AS b ON b.tender_id = p.tender_id AND b.amount = p.lowest_amount
  WHERE p.disqualified_amount = p.lowest_amount AND b.status = 'disqualified'
  GROUP BY p.tender_id
)
SELECT p.tender_id, p.buyer_id, p.title, p.disqualified_amount, p.valid_amount AS lowest_valid_amount, j.disqualified_ids
FROM population AS p
JOIN rejected AS j ON j.tender_id = p.tender_id
ANTI JOIN corrected AS r ON r.ref = p.tender_id
WHERE p.valid_priced > 0

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
