/*---
code: IV-10
version: 1
title: {en: Bidders that always come together, zh: 固定伴随投标或轮流中标}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Do two bidders nearly always bid together while one of them never wins or while they take turns?
  zh: 两家投标人是否几乎总是同时投标，且其中一家从不中标或者二者轮流中标？
criteria:
  - {law: 中华人民共和国招标投标法实施条例, article: "39, 40", version: 2019-03-02, verified: true}
  - {law: 中华人民共和国招标投标法, article: "32, 53", version: 2017-12-27, verified: true}
tables:
  bid: [tender_id, bidder_id, status]
  award: [tender_id, supplier_id, status]
  tender: [tender_id, buyer_id]
  correction: [number, register, ref]
optional: [correction]
key: [bidder_a, bidder_b]
body: buyer_id
term: continuous
refer_to: public_security_bureau
lookback: absolute
not_testable_when:
  - condition: decided = 0
    reason: {en: None of the common tenders has an award, zh: 共同投标项目均无中标结果}
parameters:
  fewest_together:
    type: integer
    value: 5
    min: 2
    max: 100
    unit: tender
    title: {en: Fewest tenders in which both bid, zh: 共同投标的最少次数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  likeness_percent:
    type: integer
    value: 60
    min: 1
    max: 100
    unit: percent
    title: {en: Share of common tenders among all of either, zh: 共同投标占比（杰卡德系数）下限}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  fewest_wins:
    type: integer
    value: 2
    min: 1
    max: 100
    unit: tender
    title: {en: Fewest wins of the one that wins, zh: 中标一方的最少中标次数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    In a narrow trade the same few firms meet in every tender and nobody is to blame: look at how many bidders there
    were. Members of one consortium and firms of one group that declare it are no companions. The buyer named is the
    first of those whose tenders the pair met in.
  zh: >-
    在专业性强、从业企业少的领域，固定几家企业相遇属正常，应结合投标家数判断。同一联合体成员、已披露的集团成员不属于陪标。
    所列招标人为二者共同投标项目中的第一家。
---*/
-- @population
WITH bidder AS (
  SELECT b.tender_id, b.bidder_id, max(CASE WHEN w.supplier_id IS NULL THEN 0 ELSE 1 END) AS won
  FROM bid AS b
  LEFT JOIN award AS w ON w.tender_id = b.tender_id AND w.supplier_id = b.bidder_id AND w.status = 'active'
  WHERE coalesce(b.status, 'valid') NOT IN ('invited', 'withdrawn')
  GROUP BY b.tender_id, b.bidder_id
),
known AS (
  SELECT tender_id FROM award WHERE status = 'active' GROUP BY tender_id
),
total AS (
  SELECT bidder_id, count(*) AS bids FROM bidder GROUP BY bidder_id HAVING count(*) >= :fewest_together
),
often AS (
  SELECT b.tender_id, b.bidder_id, b.won FROM bidder AS b JOIN total AS n ON n.bidder_id = b.bidder_id
),
pair AS (
  SELECT a.bidder_id AS bidder_a, b.bidder_id AS bidder_b, min(t.buyer_id) AS buyer_id, count(*) AS together,
         count(k.tender_id) AS decided, sum(a.won) AS wins_a, sum(b.won) AS wins_b
  FROM often AS a
  JOIN often AS b ON b.tender_id = a.tender_id AND b.bidder_id > a.bidder_id
  JOIN tender AS t ON t.tender_id = a.tender_id
  LEFT JOIN known AS k ON k.tender_id = a.tender_id
  GROUP BY a.bidder_id, b.bidder_id
  HAVING count(*) >= :fewest_together
)
SELECT p.bidder_a, p.bidder_b, p.buyer_id, p.together, p.decided, p.wins_a, p.wins_b,
       p.together * 100 // nullif(a.bids + b.bids - p.together, 0) AS likeness_percent
FROM pair AS p
JOIN total AS a ON a.bidder_id = p.bidder_a
JOIN total AS b ON b.bidder_id = p.bidder_b

-- @exceptions
SELECT p.bidder_a, p.bidder_b, p.buyer_id, p.together, p.likeness_percent, CAST(p.wins_a AS BIGINT) AS wins_a,
       CAST(p.wins_b AS BIGINT) AS wins_b,
       CASE WHEN p.wins_a > 0 AND p.wins_b > 0 THEN 'in_turn' ELSE 'companion' END AS pattern
FROM population AS p
WHERE p.likeness_percent >= :likeness_percent
  AND ((least(p.wins_a, p.wins_b) = 0 AND greatest(p.wins_a, p.wins_b) >= :fewest_wins)
       OR (p.wins_a + p.wins_b = p.decided AND abs(p.wins_a - p.wins_b) <= 1 AND p.decided >= :fewest_together))
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'bid' AND k.ref = p.bidder_a || '/' || p.bidder_b
  )

-- @remedies
SELECT p.bidder_a, p.bidder_b, max(k.number) AS trace
FROM correction AS k
JOIN population AS p ON k.ref = p.bidder_a || '/' || p.bidder_b
WHERE k.register = 'bid'
GROUP BY p.bidder_a, p.bidder_b
