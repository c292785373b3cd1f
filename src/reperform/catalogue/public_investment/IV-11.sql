/*---
code: IV-11
version: 1
title: {en: Bids that say the same, zh: 投标文件文字异常一致}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: Do the texts of two bids in one tender agree far beyond what tender documents and trade usage explain?
  zh: 同一招标项目两份投标文件的文字是否异常一致，超出招标文件与行业惯用语所能解释的程度？
criteria:
  - {law: 中华人民共和国招标投标法实施条例, article: "40(一)(四)(五)", version: 2019-03-02, verified: true}
tables:
  bid_document: [tender_id, bid_id, part, text]
  bid: [tender_id, bid_id, bidder_id]
  tender: [tender_id, buyer_id]
  correction: [number, register, ref]
optional: [correction]
derived:
  text_likeness:
    from: {bid_document: [tender_id, bid_id, part, text]}
    columns: {tender_id: string, bid_a: string, bid_b: string, common: integer, either: integer, permille: integer}
    text:
      en: Pairs of bids of one tender with the sequences of four characters that both have and that either has
      zh: 同一招标项目两两投标文件的四字片段：共有数、合计数与千分比
key: [tender_id, bid_a, bid_b]
body: buyer_id
term: staged
refer_to: public_security_bureau
lookback: absolute
not_testable_when:
  - condition: either < 40
    reason: {en: Too little text to compare, zh: 文字过少，无法比较}
parameters:
  likeness_permille:
    type: integer
    value: 500
    min: 1
    max: 1000
    unit: permille
    title: {en: Likeness from which bids are singled out, zh: 列为异常一致的相似度下限}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  boilerplate_tenders:
    type: integer
    value: 3
    min: 1
    max: 1000
    unit: tender
    title: {en: Most tenders in which a passage is not yet boilerplate, zh: 不视为套话的片段最多出现的项目数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    What stands in the bids of several tenders is boilerplate and is left out; what the tender documents of this one
    tender ask to be repeated is not known here and can make all its bids alike. Two bids of one bidder are not
    compared with each other. Scanned pages have no text.
  zh: >-
    多个项目投标文件中均出现的文字视为行业套话，已剔除；仅本项目招标文件要求照抄的内容无从识别，可能使各投标文件普遍相似。
    同一投标人的两份投标文件不相互比较。扫描件没有文字，无法比较。
---*/
-- @population
SELECT a.tender_id, a.bid_a, a.bid_b, t.buyer_id, a.either
FROM text_likeness AS a
JOIN tender AS t ON t.tender_id = a.tender_id

-- @exceptions
WITH bidder AS (
  SELECT tender_id, bid_id, min(bidder_id) AS bidder_id FROM bid GROUP BY tender_id, bid_id
)
SELECT a.tender_id, a.bid_a, a.bid_b, t.buyer_id, x.bidder_id AS bidder_a, y.bidder_id AS bidder_b, a.permille, a.common, a.either
FROM text_likeness AS a
JOIN tender AS t ON t.tender_id = a.tender_id
LEFT JOIN bidder AS x ON x.tender_id = a.tender_id AND x.bid_id = a.bid_a
LEFT JOIN bidder AS y ON y.tender_id = a.tender_id AND y.bid_id = a.bid_b
WHERE a.permille >= :likeness_permille
  AND (x.bidder_id IS NULL OR y.bidder_id IS NULL OR x.bidder_id <> y.bidder_id)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'bid_document' AND k.ref = a.tender_id || '/' || a.bid_a || '/' || a.bid_b
  )

-- @remedies
SELECT a.tender_id, a.bid_a, a.bid_b, max(k.number) AS trace
FROM correction AS k
JOIN text_likeness AS a ON k.ref = a.tender_id || '/' || a.bid_a || '/' || a.bid_b
WHERE k.register = 'bid_document'
GROUP BY a.tender_id, a.bid_a, a.bid_b
