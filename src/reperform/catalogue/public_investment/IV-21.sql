/*---
code: IV-21
version: 1
title: {en: Too few bids or a committee that is not lawful, zh: 投标家数不足或评标委员会组成不合规}
domain: public_investment
seed: [A13]
topics: [must_tender]
question:
  en: Was a tender awarded with fewer than three bids or by an evaluation committee that the law does not allow?
  zh: 招标是否在投标人不足三家或者评标委员会组成不合规的情况下定标？
criteria:
  - {law: 中华人民共和国招标投标法, article: "28, 37", version: 2017-12-27, verified: true}
  - {law: 中华人民共和国招标投标法实施条例, article: "44, 46", version: 2019-03-02, verified: true}
tables:
  tender: [tender_id, buyer_id, kind, procurement_method, status, value_amount, noticed_on, committee_size, committee_experts]
  bid: [tender_id, bid_id, status]
  correction: [number, register, ref]
optional: [bid, correction]
facts: [tender_limit]
key: [tender_id]
body: buyer_id
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: committee_size IS NULL
    reason: {en: No committee on record, zh: 无评标委员会记录}
parameters:
  fewest_bids:
    type: integer
    value: 3
    min: 1
    max: 20
    unit: bid
    title: {en: Fewest bids, zh: 最少投标家数}
    source: {en: "Tender Law, art. 28", zh: 《招标投标法》第二十八条}
    verified: true
  smallest_committee:
    type: integer
    value: 5
    min: 1
    max: 21
    unit: person
    title: {en: Smallest committee, zh: 评标委员会最少人数}
    source: {en: "Tender Law, art. 37", zh: 《招标投标法》第三十七条}
    verified: true
guard:
  en: >-
    Only tenders at or above the limit of their kind are examined. A second tender that again draws fewer than three
    bids may be decided otherwise with approval; read the file. A bid that was disqualified counts as received, one
    that was withdrawn does not.
  zh: >-
    仅检查达到必须招标规模标准的项目。重新招标后仍不足三家的，经批准可不再招标，应查阅档案。被否决的投标计入家数，撤回的不计入。
---*/
-- @population
SELECT t.tender_id, t.buyer_id, t.committee_size
FROM tender AS t
JOIN tender_limit AS l ON l.kind = t.kind AND t.noticed_on BETWEEN l.valid_from AND l.valid_to
WHERE t.procurement_method IN ('open', 'selective') AND coalesce(t.status, 'complete') = 'complete'
  AND t.noticed_on IS NOT NULL AND t.value_amount >= l.limit_amount

-- @exceptions
WITH received AS (
  SELECT tender_id, count(DISTINCT bid_id) AS bids
  FROM bid
  WHERE coalesce(status, 'valid') NOT IN ('invited', 'withdrawn')
  GROUP BY tender_id
)
SELECT t.tender_id, t.buyer_id, coalesce(r.bids, 0) AS bids, t.committee_size, t.committee_experts, t.value_amount
FROM tender AS t
JOIN tender_limit AS l ON l.kind = t.kind AND t.noticed_on BETWEEN l.valid_from AND l.valid_to
LEFT JOIN received AS r ON r.tender_id = t.tender_id
WHERE t.procurement_method IN ('open', 'selective') AND coalesce(t.status, 'complete') = 'complete'
  AND t.noticed_on IS NOT NULL AND t.value_amount >= l.limit_amount
  AND (coalesce(r.bids, 0) < :fewest_bids OR t.committee_size < :smallest_committee OR t.committee_size % 2 = 0
       OR t.committee_experts * 3 < t.committee_size * 2)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'tender' AND k.ref = t.tender_id
  )

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
