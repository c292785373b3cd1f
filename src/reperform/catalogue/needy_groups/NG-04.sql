/*---
code: NG-04
version: 1
title: {en: Needy person not insured, zh: 困难群众未参加基本医保}
domain: needy_groups
seed: [A7]
topics: [needy_groups]
question:
  en: Which registered needy persons have no basic medical insurance?
  zh: 哪些已认定的困难群众未参加基本医疗保险？
criteria:
  - {law: 社会救助暂行办法, article: "27-29", verified: false}
tables:
  needy_registry: [person_id, kind, district_body, valid_from, valid_to]
  insured_person: [person_id, valid_from, valid_to]
  correction: [number, register, ref]
optional: [correction]
key: [person_id, kind, valid_from]
body: district_body
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: person_id IS NULL OR length(person_id) <> 18
    reason: {en: The identity number has not eighteen signs, zh: 证件号码不足18位}
parameters:
  lag_days:
    type: integer
    value: 31
    min: 0
    max: 366
    unit: day
    title: {en: Days that the insurance may take after registration, zh: 认定后至参保的允许天数}
    source: {en: The next monthly exchange of data; a local practice, zh: 按月交换数据的下一批次，属地方惯例}
    verified: false
guard:
  en: >-
    Insurance in another city counts, when a correction says so. Only registrations that hold on the date of the data
    are examined, and any scheme counts.
  zh: 在外地参保的，经登记更正后视为已参保。仅检查取数日有效的认定，任一险种均计入。
---*/
-- @population
SELECT person_id, kind, valid_from, district_body
FROM needy_registry
WHERE valid_from <= :as_of AND (valid_to IS NULL OR valid_to >= :as_of)

-- @exceptions
WITH insured AS (
  SELECT DISTINCT person_id
  FROM insured_person
  WHERE valid_from <= :as_of AND (valid_to IS NULL OR valid_to >= :as_of)
),
corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'needy_registry'
)
SELECT p.person_id, p.kind, p.valid_from, p.district_body, date_diff('day', p.valid_from, :as_of) AS days_since
FROM population AS p
LEFT JOIN insured AS i ON i.person_id = p.person_id
LEFT JOIN corrected AS c ON c.ref = p.person_id || '/' || p.kind || '/' || strftime(p.valid_from, '%Y-%m-%d')
WHERE i.person_id IS NULL AND c.ref IS NULL
  AND date_diff('day', p.valid_from, :as_of) > :lag_days

-- @remedies
SELECT p.person_id, p.kind, p.valid_from, max(c.number) AS trace
FROM population AS p
JOIN correction AS c ON c.ref = p.person_id || '/' || p.kind || '/' || strftime(p.valid_from, '%Y-%m-%d')
WHERE c.register = 'needy_registry'
GROUP BY p.person_id, p.kind, p.valid_from
UNION
SELECT p.person_id, p.kind, p.valid_from, strftime(max(i.valid_from), '%Y-%m-%d') AS trace
FROM population AS p
JOIN insured_person AS i ON i.person_id = p.person_id
WHERE i.valid_from <= :as_of AND (i.valid_to IS NULL OR i.valid_to >= :as_of)
GROUP BY p.person_id, p.kind, p.valid_from
