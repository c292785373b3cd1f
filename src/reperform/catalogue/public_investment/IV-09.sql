/*---
code: IV-09
version: 1
title: {en: Prices alike or evenly spaced, zh: 投标报价异常一致或呈规律性差异}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: "Do the prices of a tender lie within a hair of each other, or at equal steps or equal ratios?"
  zh: 同一招标项目各投标报价是否异常接近，或者呈等差、等比规律？
criteria:
  - {law: 中华人民共和国招标投标法实施条例, article: "40(四)", version: 2019-03-02, verified: true}
tables:
  bid: [tender_id, bid_id, amount, status]
  tender: [tender_id, buyer_id]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: staged
refer_to: public_security_bureau
lookback: absolute
not_testable_when:
  - condition: unpriced > 0
    reason: {en: A bid without a price, zh: 有投标无报价}
parameters:
  fewest_bids:
    type: integer
    value: 4
    min: 3
    max: 50
    unit: bid
    title: {en: Fewest bids that are looked at, zh: 纳入检查的最少投标数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  alike_permille:
    type: integer
    value: 1
    min: 0
    max: 100
    unit: permille
    title: {en: Spread of prices that counts as alike, zh: 视为异常一致的报价极差比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  step_permille:
    type: integer
    value: 20
    min: 0
    max: 200
    unit: permille
    title: {en: Difference of steps that counts as equal, zh: 视为等差或者等比的步长差异}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Prices that a tariff or the buyer fixes are alike by nature, as are those of tenders that are decided by lot or
    by quality alone. Equal steps among few bids can be chance; that is why fewer bids than the parameter says are
    not looked at. A pattern is a lead, not a proof.
  zh: >-
    执行政府定价或者招标人固定报价、以抽签或者质量定标的项目，报价一致属正常。投标人数少时等差可能出于偶然，故低于参数家数的不检查。
    规律性差异为疑点，不是结论。
---*/
-- @population
SELECT t.tender_id, t.buyer_id, count(DISTINCT CASE WHEN b.amount IS NULL THEN b.bid_id END) AS unpriced
FROM tender AS t
JOIN bid AS b ON b.tender_id = t.tender_id
WHERE b.status IN ('valid', 'disqualified', 'pending')
GROUP BY t.tender_id, t.buyer_id
HAVING count(DISTINCT b.bid_id) >= :fewest_bids

-- @exceptions
WITH price AS (
  SELECT tender_id, bid_id, max(amount) AS amount
  FROM bid
  WHERE status IN ('valid', 'disqualified', 'pending')
  GROUP BY tender_id, bid_id
),
gap AS (
  SELECT tender_id, amount, lag(amount) OVER (PARTITION BY tender_id ORDER BY amount, bid_id) AS lower
  FROM price
),
shape AS (
  SELECT tender_id, count(*) AS bids, min(amount) AS lowest, max(amount) AS highest,
         min(amount - lower) AS least_step, max(amount - lower) AS largest_step,
         min((amount - lower) * 100000 // nullif(lower, 0)) AS least_ratio,
         max((amount - lower) * 100000 // nullif(lower, 0)) AS largest_ratio
  FROM gap
  GROUP BY tender_id
  HAVING count(*) >= :fewest_bids
)
SELECT t.tender_id, t.buyer_id, s.bids, s.lowest, s.highest, s.least_step, s.largest_step,
       CASE WHEN (s.highest - s.lowest) * 1000 <= s.lowest * :alike_permille THEN 'alike'
            WHEN (s.largest_step - s.least_step) * 1000 <= s.largest_step * :step_permille THEN 'equal_steps'
            ELSE 'equal_ratios' END AS pattern
FROM shape AS s
JOIN tender AS t ON t.tender_id = s.tender_id
WHERE ((s.highest - s.lowest) * 1000 <= s.lowest * :alike_permille
       OR (s.largest_step - s.least_step) * 1000 <= s.largest_step * :step_permille
       OR (s.largest_ratio - s.least_ratio) * 1000 <= s.largest_ratio * :step_permille)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'tender' AND k.ref = t.tender_id
  )

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
