/*---
code: NG-02
version: 1
title: {en: Marked as needy but no longer registered, zh: 退出困难认定后仍保留资助标识}
domain: needy_groups
seed: [A7]
topics: [needy_groups]
question:
  en: Which insured persons still carry the mark of a needy person though no registration supports it?
  zh: 哪些参保人已无有效困难认定而仍保留资助标识？
criteria:
  - {law: 社会救助暂行办法, article: "27-29", verified: false}
tables:
  insured_person: [person_id, scheme, agency, valid_from, needy_from, needy_to]
  needy_registry: [person_id, valid_from, valid_to]
key: [person_id, scheme, valid_from]
body: agency
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: NOT registered
    reason: {en: No registration of the person is in the data, zh: 数据中无该人员的任何认定记录}
parameters:
  lag_days:
    type: integer
    value: 31
    min: 0
    max: 366
    unit: day
    title: {en: Days that taking off the mark may take, zh: 退出后取消标识的允许天数}
    source: {en: The next monthly exchange of data; a local practice, zh: 按月交换数据的下一批次，属地方惯例}
    verified: false
guard:
  en: >-
    A person whose registration ended and who was registered again, for another kind of need too, is rightly marked.
    Places that let benefits run on for a transition (poverty relief) set a longer lag. Whoever was never registered in
    the data may be registered by another district and is not testable.
  zh: >-
    退出后重新认定（含其他困难类别）的，标识有效。设有过渡期政策的地区应调整允许天数。
    数据中从无认定记录的，可能由其他地区认定，不作判断。
---*/
-- @population
WITH registered AS (
  SELECT DISTINCT person_id
  FROM needy_registry
)
SELECT i.person_id, i.scheme, i.valid_from, i.agency, i.needy_to, r.person_id IS NOT NULL AS registered
FROM insured_person AS i
LEFT JOIN registered AS r ON r.person_id = i.person_id
WHERE i.needy_from <= :as_of

-- @exceptions
WITH latest AS (
  SELECT person_id, max(coalesce(valid_to, :as_of)) AS valid_to
  FROM needy_registry
  WHERE valid_from <= :as_of
  GROUP BY person_id
)
SELECT p.person_id, p.scheme, p.valid_from, p.agency, n.valid_to AS registered_to,
       date_diff('day', n.valid_to, :as_of) AS days_since
FROM population AS p
JOIN latest AS n ON n.person_id = p.person_id
WHERE (p.needy_to IS NULL OR p.needy_to >= :as_of)
  AND date_diff('day', n.valid_to, :as_of) > :lag_days

-- @remedies
SELECT person_id, scheme, valid_from, strftime(needy_to, '%Y-%m-%d') AS trace
FROM population
WHERE needy_to < :as_of
