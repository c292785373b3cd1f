/*---
code: RF-024
version: 1
title: {en: Price close to winning bid (R024), zh: 次低报价与中标价过于接近（R024）}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Is the second-lowest valid bid hardly above the winning one, compared with all other processes?
  zh: 与其他招标相比，次低有效报价是否仅略高于中标价？
criteria:
  - {law: "Open Contracting Partnership, red flag R024 as published with Cardinal 0.0.8", article: R024, version: 2025-11-22, verified: true}
  - {law: 招标投标法实施条例, article: '40', verified: true}
tables:
  tender: [tender_id, buyer_id, title, status, procurement_method_details]
  bid: [tender_id, bid_id, bidder_id, amount, currency, status]
  award: [tender_id, award_id, supplier_id, status]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: market_regulation_bureau
lookback: relative
not_testable_when:
  - condition: unsettled > 0
    reason: {en: "An award is pending, or in a state that the code list does not know", zh: 有中标结果待定或状态不明}
  - condition: awards > 1 OR suppliers > 1 OR winner_unknown
    reason: {en: "Several awards, several suppliers, or a winner without identifier", zh: 多个中标结果、多家中标人或中标人无代码}
  - condition: winning_amount IS NULL OR rival_amount IS NULL OR winning_amount = 0
    reason: {en: No two priced valid bids of single tenderers to compare, zh: 无两份可比较的有效单独报价}
  - condition: rival_amount < winning_amount
    reason: {en: "The lowest bid did not win, so that price was not the only criterion", zh: 最低价未中标，评标并非仅看价格}
parameters:
  threshold_ppm:
    type: integer
    value: 0
    min: 0
    max: 1000000000
    unit: millionth (0 for the fence of the data)
    title: {en: Fence instead of the computed one, zh: 替代计算界限的固定界限}
    source: {en: "Red flag R024 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R024的默认值}
    verified: true
  currency:
    type: string
    value: ""
    min: ""
    unit: ISO 4217
    title: {en: Currency that is compared (empty for that of most bids), zh: 比较的币种（空为多数投标的币种）}
    source: {en: "Red flag R024, setting `currency`; without it the first observed there, the most frequent here", zh: "红旗指标R024的currency设置；未设置时取多数币种"}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R024 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R024的默认值}
    verified: true
  price_comparison_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods whose prices are compared (all if empty), zh: 可比较报价的采购方式说明（空为全部）}
    source: {en: "Red flag R024 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R024的默认值}
    verified: true
  no_price_comparison_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods whose prices are set by the buyer, zh: 由采购人定价的采购方式说明（竖线分隔）}
    source: {en: "Red flag R024 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R024的默认值}
    verified: true
guard:
  en: >-
    The fence is Q1 - 1.5 IQR of all differences, with quartiles of type 8 (Hyndman and Fan); it moves with the data, so give `threshold_ppm` to hold it
    fast. The difference is (second-lowest valid bid - winning bid) / winning bid, in one currency; the winner's lowest bid
    counts. Bids of consortia are left out. A price that the buyer sets is no bid: name such methods.
  zh: >-
    下限为全部差率的Q1-1.5倍四分位距，四分位数按Hyndman-Fan第8型计算；界限随数据变动，固定时请给出threshold_ppm。
    差率=（次低有效报价-中标价）/中标价，仅比较同一币种，中标人多次报价取最低者，联合体投标不计入。
    由采购人定价的方式不具可比性，请列入参数。
---*/
-- @population
WITH priced AS (
  SELECT tender_id, bid_id, max(bidder_id) AS bidder_id, max(amount) AS amount,
         max(coalesce(currency, 'CNY')) AS currency
  FROM bid
  WHERE status = 'valid'
  GROUP BY tender_id, bid_id
  HAVING count(*) = 1 AND count(amount) = 1 AND min(substr(bidder_id, 1, 1)) <> '?'
),
counted AS (
  SELECT currency, row_number() OVER (ORDER BY count(*) DESC, currency) AS place
  FROM priced
  WHERE currency <> 'XXX'
  GROUP BY currency
),
main AS (
  SELECT CASE WHEN :currency = '' THEN currency ELSE :currency END AS currency
  FROM counted
  WHERE place = 1
),
decided AS (
  SELECT tender_id, count(DISTINCT CASE WHEN status = 'active' THEN award_id END) AS awards,
         count(CASE WHEN status = 'active' THEN 1 END) AS suppliers,
         max(CASE WHEN status = 'active' THEN supplier_id END) AS winner_id,
         count(CASE WHEN status IN ('pending', 'other') THEN 1 END) AS unsettled
  FROM award
  GROUP BY tender_id
),
offer AS (
  SELECT p.tender_id, p.bidder_id, p.amount, p.bidder_id = d.winner_id AS won,
         row_number() OVER (PARTITION BY p.tender_id, p.bidder_id = d.winner_id ORDER BY p.amount, p.bidder_id) AS place
  FROM priced AS p
  JOIN main AS m ON m.currency = p.currency
  JOIN decided AS d ON d.tender_id = p.tender_id
),
pair AS (
  SELECT tender_id, max(CASE WHEN won THEN amount END) AS winning_amount,
         max(CASE WHEN NOT won THEN amount END) AS rival_amount, max(CASE WHEN NOT won THEN bidder_id END) AS rival_id
  FROM offer
  WHERE place = 1
  GROUP BY tender_id
)
SELECT t.tender_id, t.buyer_id, t.title, d.winner_id, pair.rival_id, pair.winning_amount, pair.rival_amount,
       d.unsettled, d.awards, d.suppliers, substr(d.winner_id, 1, 1) = '?' AS winner_unknown
FROM tender AS t
JOIN decided AS d ON d.tender_id = t.tender_id
LEFT JOIN pair ON pair.tender_id = t.tender_id
WHERE (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  AND CASE WHEN :price_comparison_methods = '' THEN coalesce(
             replace('|' || :no_price_comparison_methods || '|', '|' || t.procurement_method_details || '|', '|')
             = '|' || :no_price_comparison_methods || '|', TRUE)
           ELSE coalesce(
             replace('|' || :price_comparison_methods || '|', '|' || t.procurement_method_details || '|', '|')
             <> '|' || :price_comparison_methods || '|', FALSE) END
  AND d.awards > 0

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
),
measured AS (
  SELECT tender_id, buyer_id, title, winner_id, rival_id, winning_amount, rival_amount,
         (rival_amount - winning_amount) / nullif(winning_amount, 0) AS difference
  FROM population
  WHERE unsettled = 0 AND awards = 1 AND suppliers = 1 AND NOT winner_unknown AND winning_amount > 0
    AND rival_amount >= winning_amount
),
ranked AS (
  SELECT difference, row_number() OVER (ORDER BY difference, tender_id) AS place, count(*) OVER () AS n
  FROM measured
),
quartile AS (
  SELECT max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12)) THEN difference END) AS low_1,
         max(CASE WHEN place = greatest(1, least(n, (3 * n + 5) // 12 + 1)) THEN difference END) AS high_1,
         max((3 * n + 5) % 12) AS part_1,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12)) THEN difference END) AS low_3,
         max(CASE WHEN place = greatest(1, least(n, (9 * n + 7) // 12 + 1)) THEN difference END) AS high_3,
         max((9 * n + 7) % 12) AS part_3
  FROM ranked
),
fence AS (
  SELECT CASE WHEN :threshold_ppm > 0 THEN 1 ELSE low_1 + (high_1 - low_1) * part_1 / 12 END AS q1,
         CASE WHEN :threshold_ppm > 0 THEN :threshold_ppm / 1000000
              ELSE low_1 + (high_1 - low_1) * part_1 / 12
                   - 3 * (low_3 + (high_3 - low_3) * part_3 / 12 - low_1 - (high_1 - low_1) * part_1 / 12) / 2
         END AS lower_fence
  FROM quartile
)
SELECT m.tender_id, m.buyer_id, m.title, m.winner_id, m.rival_id, m.winning_amount, m.rival_amount,
       CAST(round(m.difference * 1000000) AS BIGINT) AS difference_ppm,
       CAST(round(f.lower_fence * 1000000) AS BIGINT) AS lower_fence_ppm
FROM measured AS m
CROSS JOIN fence AS f
ANTI JOIN corrected AS r ON r.ref = m.tender_id
WHERE f.q1 > 0 AND f.lower_fence > 0.000000000001 AND m.difference - f.lower_fence <= 0.000000000001

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
