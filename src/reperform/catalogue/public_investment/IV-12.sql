/*---
code: IV-12
version: 1
title: {en: Key staff on site not employed by the contractor, zh: 项目关键岗位人员非承包人参保人员}
domain: public_investment
seed: [A13]
topics: [staff]
question:
  en: Were the managers of a contract's site insured by another employer than the contractor or by none?
  zh: 合同项目负责人、技术、质量、安全负责人是否由承包人以外单位参保或者未参保？
criteria:
  - {law: 建筑工程施工发包与承包违法行为认定查处管理办法（建市规〔2019〕1号）, article: "8", verified: false}
  - {law: 建设工程质量管理条例, article: "25, 78", version: 2019-04-23, verified: true}
tables:
  site_staff: [contract_id, person_id, role, month, employer_id, employer_name]
  contract: [contract_id, body_id, tender_id, award_id, supplier_id]
  award: [tender_id, award_id, supplier_id]
  correction: [number, register, ref]
optional: [award, correction]
key: [contract_id, person_id]
body: body_id
term: staged
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: supplier_id IS NULL
    reason: {en: No contract of that number, zh: 无对应合同}
parameters:
  grace_months:
    type: integer
    value: 1
    min: 0
    max: 12
    unit: month
    title: {en: Months that insurance may be late, zh: 允许参保滞后月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Insurance follows a change of employer by a month, which the grace covers. A member of the consortium that won
    may insure; a branch of the contractor or a rehired pensioner, who cannot be insured, shows here and is
    explained in sifting. Labour contract and wages are the other two of the three tests.
  zh: >-
    变更参保单位通常滞后一个月，已予宽限。联合体成员单位参保视为符合。承包人分公司参保、退休返聘人员无法参保等情形，
    筛查时说明。劳动合同、工资支付是另两项认定要件，须一并核实。
---*/
-- @population
SELECT s.contract_id, s.person_id, max(c.body_id) AS body_id, max(c.supplier_id) AS supplier_id
FROM site_staff AS s
LEFT JOIN contract AS c ON c.contract_id = s.contract_id
WHERE s.role <> 'other'
GROUP BY s.contract_id, s.person_id

-- @exceptions
WITH strange AS (
  SELECT s.contract_id, s.person_id, max(c.body_id) AS body_id, max(c.supplier_id) AS supplier_id, max(s.role) AS role,
         count(*) AS months, min(s.month) AS first_month, max(s.employer_id) AS employer_id,
         max(s.employer_name) AS employer_name
  FROM site_staff AS s
  JOIN contract AS c ON c.contract_id = s.contract_id
  LEFT JOIN award AS a
    ON a.tender_id = c.tender_id AND a.award_id = c.award_id AND a.supplier_id = s.employer_id
  WHERE s.role <> 'other' AND a.supplier_id IS NULL AND (s.employer_id IS NULL OR s.employer_id <> c.supplier_id)
  GROUP BY s.contract_id, s.person_id
)
SELECT s.contract_id, s.person_id, s.body_id, s.role, s.months, s.first_month, s.supplier_id, s.employer_id, s.employer_name
FROM strange AS s
WHERE s.months > :grace_months
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'site_staff' AND k.ref = s.contract_id || '/' || s.person_id
  )

-- @remedies
SELECT s.contract_id, s.person_id, max(k.number) AS trace
FROM correction AS k
JOIN site_staff AS s ON k.ref = s.contract_id || '/' || s.person_id
WHERE k.register = 'site_staff'
GROUP BY s.contract_id, s.person_id
