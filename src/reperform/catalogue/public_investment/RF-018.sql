/*---
code: RF-018
version: 1
title: {en: Single bid received (R018), zh: 仅一家投标（R018）}
domain: public_investment
seed: [A13]
topics: [collusion]
question: {en: "Did a competitive procedure have a single tenderer?", zh: 竞争性程序是否只有一家投标人？}
criteria:
  - {law: "Open Contracting Partnership, red flag R018 as published with Cardinal 0.0.8", article: R018, version: 2025-11-22, verified: true}
  - {law: 招标投标法, article: '28', verified: false}
tables:
  tender: [tender_id, buyer_id, title, status, procurement_method, procurement_method_details, number_of_tenderers]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: number_of_tenderers IS NULL
    reason: {en: The number of tenderers is not given, zh: 未记载投标人数量}
parameters:
  procurement_methods:
    type: string
    value: open|selective
    min: ""
    unit: words with a bar between
    title: {en: Methods that are competitive, zh: 视为竞争性的招标方式}
    source: {en: "Red flag R018 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R018的默认值}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R018 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R018的默认值}
    verified: true
guard:
  en: >-
    The number is the one that the register gives, not the bids that it lists. A process of a method that is not given is
    not examined. A lot for which the law allows a single bidder after a failed tender goes to sifting.
  zh: >-
    以登记的投标人数量为准，不以列出的投标计数。未记载招标方式的不检查。
    流标后依法可由一家投标人继续的，应在筛查中剔除。
---*/
-- @population
SELECT t.tender_id, t.buyer_id, t.title, t.procurement_method, t.number_of_tenderers
FROM tender AS t
WHERE (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  AND coalesce(replace('|' || :procurement_methods || '|', '|' || t.procurement_method || '|', '|')
               <> '|' || :procurement_methods || '|', FALSE)

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
)
SELECT p.tender_id, p.buyer_id, p.title, p.procurement_method
FROM population AS p
ANTI JOIN corrected AS r ON r.ref = p.tender_id
WHERE p.number_of_tenderers = 1

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
