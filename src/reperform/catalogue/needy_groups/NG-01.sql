/*---
code: NG-01
version: 1
title: {en: Needy person not marked in medical insurance, zh: 困难群众未及时标识参保资助}
domain: needy_groups
seed: [A7]
topics: [needy_groups]
question:
  en: Which registered needy persons are insured without the mark that gives them their benefits?
  zh: 哪些已认定的困难群众参保后未作资助标识，致使无法享受相应待遇？
criteria:
  - {law: 社会救助暂行办法, article: "27-29", verified: false}
tables:
  needy_registry: [person_id, kind, district_body, valid_from, valid_to]
  insured_person: [person_id, agency, valid_from, valid_to, needy_from, needy_to]
key: [person_id, kind, valid_from]
body: agency
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: NOT insured
    reason: {en: Not insured here (see NG-04), zh: 未在本地参保（见NG-04）}
parameters:
  lag_days:
    type: integer
    value: 31
    min: 0
    max: 366
    unit: day
    title: {en: Days that the mark may take after registration, zh: 认定后至标识的允许天数}
    source: {en: The next monthly exchange of data; a local practice, zh: 按月交换数据的下一批次，属地方惯例}
    verified: false
guard:
  en: >-
    Only registrations that hold on the date of the data are examined, and any mark that holds on that day counts. One
    mark serves all kinds of need of a person. A mark that came late is no exception here; what it cost is NG-03.
  zh: >-
    仅检查取数日有效的认定；取数日有效的任一资助标识均计入，一个标识适用于同一人的各类困难身份。
    已补标识的不属于本程序的问题，滞后期间少享受的待遇见NG-03。
---*/
-- @population
WITH insured AS (
  SELECT person_id, max(agency) AS agency
  FROM insured_person
  WHERE valid_from <= :as_of AND (valid_to IS NULL OR valid_to >= :as_of)
  GROUP BY person_id
)
SELECT n.person_id, n.kind, n.valid_from, coalesce(i.agency, n.district_body) AS agency,
       i.person_id IS NOT NULL AS insured
FROM needy_registry AS n
LEFT JOIN insured AS i ON i.person_id = n.person_id
WHERE n.valid_from <= :as_of AND (n.valid_to IS NULL OR n.valid_to >= :as_of)

-- @exceptions
WITH marked AS (
  SELECT DISTINCT person_id
  FROM insured_person
  WHERE needy_from <= :as_of AND (needy_to IS NULL OR needy_to >= :as_of)
)
SELECT p.person_id, p.kind, p.valid_from, p.agency, date_diff('day', p.valid_from, :as_of) AS days_since
FROM population AS p
LEFT JOIN marked AS m ON m.person_id = p.person_id
WHERE p.insured AND m.person_id IS NULL
  AND date_diff('day', p.valid_from, :as_of) > :lag_days

-- @remedies
SELECT p.person_id, p.kind, p.valid_from, strftime(max(i.needy_from), '%Y-%m-%d') AS trace
FROM population AS p
JOIN insured_person AS i ON i.person_id = p.person_id
WHERE i.needy_from <= :as_of AND (i.needy_to IS NULL OR i.needy_to >= :as_of)
GROUP BY p.person_id, p.kind, p.valid_from
